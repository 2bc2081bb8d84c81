"""Emergency contacts as tests name them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from vipclub import people
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.people.emergency_contacts import ContactGiven

WEI = "+33 6 12 34 56 78"


def given(**said: Any) -> ContactGiven:
    """What is said of a contact: her friend Zhou Wei in Lyon, who may be told nothing."""
    usual = {"name": "周巍", "relation": "friend", "phone": WEI, "language": "zh-Hans"}
    return ContactGiven(**{**usual, **said})


def a_contact(db: Database, actor: Actor, member: str, **said: Any) -> str:
    return db.run(people.emergency_contacts.add_contact, actor, member=member, given=given(**said))


def letters_of(db: Database, *templates: str) -> list[str]:
    """The letters that wait, of these templates."""
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "message").order_by(OutboxRow.id)
        )
        return [row["template"] for row in rows if row["template"] in templates]
