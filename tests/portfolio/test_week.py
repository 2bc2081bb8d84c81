"""Who needs a word this week, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from tests.bookings.table_rows import force_state
from tests.cast import CLUB_ACTOR, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings, portfolio
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership import Membership
from vipclub.people import Person
from vipclub.portfolio import Reason, Week

NOVEMBER = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(NOVEMBER, tick=True):
        yield


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db, members=4)
    give_to_manager(db, *made.members[:3])
    return made


def this_week(db: Database) -> Week:
    def ask() -> Week:
        now, today = clock.now(), clock.club_today()
        return portfolio.this_week(session, wu(PORTFOLIO), now=now, today=today)

    with db.read() as session:
        ask()  # what the process keeps of offerings and benefits is read
        with statements(at_most=5):
            return ask()


def reasons(db: Database) -> dict[str, Reason]:
    return {reason.member: reason for reason in this_week(db).reasons}


def change(db: Database, ref: str, table: Any, **values: Any) -> None:
    def act(session: Any) -> None:
        ids = select(Person.id).where(Person.public_ref == ref)
        key = Person.id if table is Person else table.person_id
        session.execute(update(table).where(key.in_(ids)).values(**values))

    db.run(act)


def test_unused_benefits_that_end_with_the_year_are_named(db: Database, club: SmallClub) -> None:
    found = reasons(db)
    assert set(found) == set(club.members[:3])
    assert {reason.kind for reason in found.values()} == {"unused"}
    assert {reason.service_code for reason in found.values()} <= {"health-check", "wealth-advice"}


def test_the_most_urgent_reason_stands_and_the_others_are_counted(
    db: Database, club: SmallClub
) -> None:
    lin, chen, third, stranger = club.members
    made = db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    force_state(db, made.appointment, "proposed")
    soon = clock.club_today() + timedelta(days=20)
    change(db, chen, Membership, last_day=soon)
    born = clock.club_today().replace(year=1980) + timedelta(days=2)
    change(db, chen, Person, birth_date=born)
    change(db, stranger, Membership, last_day=soon)
    found = reasons(db)
    assert found[lin].kind == "proposed"
    assert found[lin].appointment == made.appointment
    assert found[chen].kind == "ends"
    assert found[chen].day == soon
    assert this_week(db).more[chen] == 3  # two benefits untouched, and a birthday
    assert found[third].kind == "unused"
    assert stranger not in found
    assert list(found) == [lin, chen, third]


def test_an_invitation_waits_three_days_before_it_is_a_reason(
    db: Database, club: SmallClub
) -> None:
    lin = club.members[0]
    change(db, lin, Membership, created_at=clock.now() - timedelta(days=4))
    assert reasons(db)[lin].kind == "invited"


def test_declined_missed_and_unkept_visits_are_reasons(db: Database, club: SmallClub) -> None:
    lin, chen, third, _ = club.members
    made = [
        db.run(bookings.book, CLUB_ACTOR, member=ref, offering=club.offering, slot=slot).appointment
        for ref, slot in zip((lin, chen, third), club.slots, strict=False)
    ]
    db.run(bookings.decline, CLUB_ACTOR, appointment=made[0], kind="other", reason="sorry")
    assert reasons(db)[lin].kind == "declined"
    with time_machine.travel(NOVEMBER + timedelta(days=4), tick=True):
        assert reasons(db)[chen].kind == "promise"
    force_state(db, made[2], "noshow")
    assert reasons(db)[third].kind == "missed"
