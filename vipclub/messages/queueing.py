"""Queueing a message: part of the use case that has something to tell."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub.core import outbox
from vipclub.core.crypto import cipher_of
from vipclub.core.types import new_ref

KIND = "message"
SMS = "sms"
"""The kinds of items: a letter that goes out by the ways that hold for it, and one SMS."""


def queue(
    session: Session,
    *,
    template: str,
    person_id: int | None,
    account_id: int | None = None,
    subject: tuple[str, str],
    version: int,
    data: dict[str, Any],
    due_at: datetime | None = None,
    secret: str | None = None,
    address: str | None = None,
    named: tuple[str, str] | None = None,
    sms_to: str | None = None,
    beside: Sequence[outbox.Entry] = (),
) -> None:
    """One INSERT, no other statement; what else the outbox is to have (`beside`) goes with it. Sent
    after the commit, not before `due_at`.

    `template` is that of a `Letter`, `data` what it tells, of which that letter's `context` makes
    its words. `secret` opens the door that the letter leads to; it is sealed
    until the letter is sent, and erased then. `address` is another than the person's own, for a
    letter that goes there and into no inbox; with `named` (a name and a language) it is to
    somebody who is no person and has no account of the club. `sms_to` is a number for one that goes
    there by SMS and by no other way. The message's reference is made here, so that every attempt to
    send it carries the same Message-ID.
    """
    ref = new_ref("E")
    payload: dict[str, Any] = {
        "message": ref,
        "template": template,
        "person": person_id,
        "account": account_id,
        "version": version,
        "data": data,
    }
    if due_at is not None:
        payload["due"] = due_at.isoformat()
    address = sms_to or address
    if address is not None:
        payload["elsewhere"] = True
    if named is not None:
        payload["named"] = list(named)
    if secret is not None or address is not None:
        text = json.dumps({"secret": secret, "address": address})
        sealed = cipher_of(session).seal("outbox.message", ref, text)
        payload["sealed"] = b64encode(sealed).decode()
    kind = SMS if sms_to is not None else KIND
    outbox.put_many(session, [outbox.Entry(kind, subject, payload, due_at), *beside])


def sealed_in(session: Session, payload: dict[str, Any]) -> tuple[str | None, str | None]:
    """The secret and the address that a queued message carries. Raises FieldDamaged."""
    sealed = payload.get("sealed")
    if sealed is None:
        return None, None
    text = cipher_of(session).unseal("outbox.message", payload["message"], b64decode(sealed))
    carried = json.loads(text)
    return carried["secret"], carried["address"]
