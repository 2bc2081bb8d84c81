"""The log of messages: what became of each (sent, skipped, failed) and why, written in the
transaction that marks it as done in the outbox."""

from __future__ import annotations

import json

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.crypto import cipher_of
from vipclub.core.db import upsert_of
from vipclub.core.i18n import Language
from vipclub.core.outbox import Item, OutboxRow, Record
from vipclub.messages.models import Message

ENDS = ("language", "state", "reason", "finished_at", "attempts")
"""What another attempt of the same message changes."""


def record(
    item: Item,
    state: str,
    language: Language,
    reason: str | None,
    *,
    kept: bool = False,
    channel: str = "mail",
) -> Record:
    """The message's row; with `kept` it holds what was told, sealed, for the inbox. What the outbox
    carried (the letter's data, a secret) is erased from there, unless it `failed`: operations may
    have it sent again, and then the same row says how that ended."""
    payload = item.payload
    ref = payload["message"]
    row = {
        "public_ref": ref,
        "template": payload["template"][:60],
        "channel": channel,
        "language": language.value,
        "person_id": payload["person"],
        "account_id": payload["account"],
        "subject_kind": item.subject[0],
        "subject_ref": item.subject[1],
        "subject_version": payload["version"],
        "state": state,
        "reason": reason[:200] if reason else None,
        "queued_at": item.created_at,
        "finished_at": clock.now(),
        "attempts": item.attempts,
        "told": None,
        "read_at": None,
    }
    left = {name: value for name, value in payload.items() if name not in {"data", "sealed"}}

    def write(session: Session) -> None:
        told = None
        if kept and payload["person"] is not None:
            told = cipher_of(session).seal("message.told", ref, json.dumps(payload["data"]))
        ends = {name: row[name] for name in ENDS}
        if told is not None:
            ends["told"] = told
        session.execute(
            upsert_of(session)(Message)
            .values(**row | {"told": told})
            .on_conflict_do_update(index_elements=["public_ref"], set_=ends)
        )
        if state == "failed":
            return
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == item.id)
            .values(payload=left)
            .execution_options(synchronize_session=False)
        )

    return write
