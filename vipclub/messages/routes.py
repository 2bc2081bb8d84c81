"""By which ways a letter goes out: what its reader chose, both for what must wake, and the other
one where the first fails.

An SMS is an item of the outbox beside the mail's, put there once a message, so that neither waits
for the other. What was sent by SMS alone and was not delivered comes back as a mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.db import insert_ignore
from vipclub.core.outbox import Entry, Item, OutboxRow, Record
from vipclub.core.types import new_ref
from vipclub.messages.choices import ways_of
from vipclub.messages.letter import Letter
from vipclub.messages.queueing import KIND, SMS

CARRIED = ("template", "person", "account", "version", "data", "due")
"""What an SMS and a mail of one message have in common: never what opens a door."""


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of one letter. `fall_back`: where the mail can't be had, an SMS goes instead."""

    mail: bool
    sms: bool
    fall_back: bool = False


def routes_of(session: Session, letter: Letter, payload: dict[str, Any], *, texts: bool) -> Routes:
    """The ways of a queued letter; `texts` says whether the club sends SMS at all. One statement at
    most."""
    if not texts or payload.get("only") == "mail" or payload.get("elsewhere"):
        return Routes(mail=True, sms=False)
    if letter.must_wake(payload["data"]):
        return Routes(mail=True, sms=True)
    if not letter.about or payload["person"] is None:
        return Routes(mail=True, sms=False)
    chosen = ways_of(session, payload["person"], letter.about)
    fall_back = letter.purpose == "service" and chosen.mail
    return Routes(mail=chosen.mail, sms=chosen.sms, fall_back=fall_back)


def put_sms(session: Session, item: Item, *, mailed: bool) -> None:
    """The SMS of a message, once however often it is asked for. `mailed`: the mail goes out too, so
    that nothing comes in the place of an SMS that isn't delivered."""
    payload = item.payload
    ref = payload["message"]
    told = {
        **{name: payload[name] for name in CARRIED if name in payload},
        "message": new_ref("E"),
        "of": ref,
        "mailed": mailed,
    }
    _put_once(session, Entry(SMS, item.subject, told, dedupe_key=f"sms:{ref}"))


def put_mail_instead(session: Session, subject: tuple[str, str], payload: dict[str, Any]) -> None:
    """The mail of a message whose SMS was not delivered, once; `payload` is the SMS's."""
    told = {
        **{name: payload[name] for name in CARRIED if name in payload},
        "message": payload["of"],
        "only": "mail",
    }
    _put_once(session, Entry(KIND, subject, told, dedupe_key=f"mail:{payload['of']}"))


def _put_once(session: Session, entry: Entry) -> None:
    table: Any = OutboxRow.__table__
    insert_ignore(session, table, entry.values(clock.now()), conflict=["dedupe_key"])


def both(first: Record, second: Record) -> Record:
    """Two records in one transaction."""

    def write(session: Session) -> None:
        first(session)
        second(session)

    return write


def erased(item: Item) -> Record:
    """Take out of a done item what it carried of its reader."""
    left = {name: value for name, value in item.payload.items() if name not in ("data", "sealed")}

    def write(session: Session) -> None:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == item.id)
            .values(payload=left)
            .execution_options(synchronize_session=False)
        )

    return write
