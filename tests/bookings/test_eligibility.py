"""What a member has for a visit: looked up for the whole cluster, and by person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR
from tests.small_club import a_small_club
from vipclub import bookings
from vipclub.benefits import EntitlementAccount
from vipclub.core.db import Database
from vipclub.membership import Membership
from vipclub.people import Person


@pytest.mark.promise("P3")
def test_who_turns_out_to_be_an_elder_record_s_person_books_with_what_was_had(
    db: Database,
) -> None:
    """The membership and its account stay with the person under whom they were written."""
    club = a_small_club(db)
    elder, later = club.members[:2]

    def merge(session: Session) -> None:
        survivor = session.scalar(select(Person.id).where(Person.public_ref == elder))
        ended = update(Membership).where(Membership.person_id == survivor)
        session.execute(ended.values(state="closed"))
        accounts = update(EntitlementAccount).where(EntitlementAccount.person_id == survivor)
        session.execute(accounts.values(used=EntitlementAccount.granted))
        session.execute(
            update(Person).where(Person.public_ref == later).values(survivor_id=survivor)
        )

    db.run(merge)
    made = db.run(
        bookings.book,
        club.chen,
        member=later,
        offering=club.offering,
        slot=club.slots[0],
    )
    assert made.member == elder
    moved = db.run(bookings.reschedule, club.chen, appointment=made.appointment, slot=club.slots[1])
    assert moved.slot == club.slots[1]


@pytest.mark.only("sqlite")
def test_a_booking_goes_through_no_table_from_end_to_end(db: Database) -> None:
    """The look at the visitor's other visits is by person, however many visits there are."""
    club = a_small_club(db)
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT membership.tier"):
            plan = connection.connection.cursor()
            plan.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in plan.fetchall())

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        db.run(
            bookings.book,
            CLUB_ACTOR,
            member=club.members[0],
            offering=club.offering,
            slot=club.slots[0],
        )
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    assert any("appointment" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN appointment")] == []
