"""People to write to, letters to queue, and one round of the sender."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.messages.composed_letters import an_appointment_letter
from tests.messages.mail_server import MailServer
from vipclub import messages
from vipclub.core import clock, outbox
from vipclub.core.db import Database
from vipclub.core.types import new_ref
from vipclub.messages import Message
from vipclub.people import Person


def a_recipient(
    db: Database, email: str | None = "chan@example.org", language: str = "en", **given: Any
) -> int:
    """Just what a letter needs to know of somebody."""

    def write(session: Session) -> int:
        ref = new_ref("M")
        values: dict[str, Any] = {
            "public_ref": ref,
            "full_name": "Chan Tai Man",
            "surname": "Chan",
            "sex": "F",
            "language": language,
            "email": db.cipher.seal("person.email", ref, email) if email else None,
        }
        for name, column in Person.__table__.columns.items():
            if name in {"created_at", "updated_at"}:
                values[name] = clock.now()
            elif name == "given_name":
                values[name] = "Tai Man"
            assert column is not None
        values |= given
        if "survivor_id" in given or Person.__table__.c.survivor_id.nullable:
            person = session.execute(insert(Person).values(**values)).inserted_primary_key[0]
        else:
            person = session.execute(
                insert(Person).values(**values, survivor_id=1)
            ).inserted_primary_key[0]
        if "survivor_id" not in given:
            session.execute(update(Person).where(Person.id == person).values(survivor_id=person))
        return int(person)

    number: int = db.run(write)
    return number


def queue_letter(
    db: Database, person: int | None, ref: str = "A-1", version: int = 1, **given: Any
) -> None:
    values: dict[str, Any] = {
        "template": "appointment-confirmed",
        "person_id": person,
        "subject": ("appointment", ref),
        "version": version,
        "data": an_appointment_letter(version=version).to_json(),
    }
    db.run(messages.queue, **(values | given))


def deliver_letters(db: Database, server: MailServer) -> outbox.Delivered:
    url = f"smtp://127.0.0.1:{server.port}?from=no-reply@club.example"
    handler = messages.sender(
        url, folder=Path("unused"), host="club.example", base_url="https://club.example"
    )
    return outbox.deliver(db, {"message": handler}, by="test")


def states_and_reasons(db: Database) -> list[tuple[str, str | None]]:
    with db.read() as session:
        found = session.execute(select(Message.state, Message.reason).order_by(Message.id))
        return [(state, reason) for state, reason in found]
