"""A month before a membership year ends its member is told, once, if it is still so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from jobs import tell_of_ends
from tests.cast import CLUB_ACTOR
from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.membership.inserted_persons import person_id_of, persons_under_policy, source_record
from tests.messages.delivery import states_and_reasons
from vipclub import membership, messages
from vipclub.accounts import permissions_of
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.membership import Membership
from vipclub.people import Person
from vipclub.settings import Settings

GOLD = 600_000
FIRST_DAY, LAST_DAY = date(2026, 7, 2), date(2027, 7, 1)
DUE = LAST_DAY - timedelta(days=30)


def noon(day: date) -> datetime:
    """On the club's wall."""
    return datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(noon(DUE), tick=False) as time:
        yield time


def a_member(db: Database, *, accepts: bool = True) -> str:
    """Gold since a year ago, less a month; the welcome was sent long ago."""
    (ref,) = persons_under_policy(db, [source_record(value=GOLD)])
    membership.rate_everyone(db, CLUB_ACTOR, as_of=FIRST_DAY - timedelta(days=1))
    if accepts:
        db.run(membership.accept_invitation, CLUB_ACTOR, member=ref, today=FIRST_DAY)

    def reachable(session: Session) -> None:
        sealed = db.cipher.seal("person.email", ref, "lin@example.org")
        values = {"email": sealed, "language": "en", "sex": "F", "surname": "Lin"}
        session.execute(update(Person).where(Person.public_ref == ref).values(**values))
        session.execute(delete(OutboxRow))

    db.run(reachable)
    return ref


def tell(db: Database, day: date = DUE) -> int:
    return membership.tell_of_ends(db, today=day)


def another_term(db: Database, ref: str) -> None:
    """The next year was decided early."""

    def write(session: Session) -> None:
        (term,) = session.scalars(select(Membership))
        values = {c.key: getattr(term, c.key) for c in Membership.__table__.columns}
        later = LAST_DAY + timedelta(days=1), LAST_DAY + timedelta(days=365)
        del values["id"]
        values |= {"effective_day": later[0], "last_day": later[1], "end_told_at": None}
        session.add(Membership(**values))

    db.run(write)


def test_a_letter_comes_thirty_days_before_the_end(db: Database, mail: Mailbox) -> None:
    a_member(db)
    assert tell(db, DUE - timedelta(days=1)) == 0
    assert tell_of_ends.run(db, Settings.load()) == {"told": 1}
    (text,) = mails_arriving(db, mail)
    assert text.startswith("Your membership year ends on Thu 1 Jul 2027")
    for said in ("Dear Ms Lin,", "your tier is Gold", "You don't have to do anything."):
        assert said in text
    assert "https://club.example/card" in text


def test_never_twice_for_one_term(db: Database) -> None:
    a_member(db)
    assert [tell(db), tell(db), tell(db, LAST_DAY - timedelta(days=3))] == [1, 0, 0]


def test_a_day_on_which_nothing_ran_is_made_up_for(db: Database) -> None:
    a_member(db)
    assert tell(db, DUE + timedelta(days=4)) == 1


def test_who_has_a_next_term_already_is_not_told(db: Database) -> None:
    another_term(db, a_member(db))
    assert tell(db) == 0


@pytest.mark.promise("P18")
@pytest.mark.parametrize(("days", "letters"), [(0, 1), (-10, 1), (60, 0)])
def test_two_records_that_are_one_person_are_told_once_and_of_the_later_end(
    db: Database, days: int, letters: int
) -> None:
    """Until the next rating both terms stand: `days` later ends the other one."""
    first, second = persons_under_policy(
        db, [source_record(value=GOLD)], [source_record(value=GOLD)]
    )
    membership.rate_everyone(db, CLUB_ACTOR, as_of=FIRST_DAY - timedelta(days=1))
    for ref in (first, second):
        db.run(membership.accept_invitation, CLUB_ACTOR, member=ref, today=FIRST_DAY)
    ours, theirs = person_id_of(db, first), person_id_of(db, second)

    def merge(session: Session) -> None:
        session.execute(update(Person).where(Person.id == theirs).values(survivor_id=ours))
        session.execute(
            update(Membership)
            .where(Membership.person_id == theirs)
            .values(last_day=LAST_DAY + timedelta(days=days))
        )

    db.run(merge)
    assert tell(db) == letters
    assert tell(db) == 0


def test_who_never_accepted_is_not_told(db: Database) -> None:
    a_member(db, accepts=False)
    assert tell(db) == 0


def test_a_term_shorter_than_the_notice_is_not_told(db: Database) -> None:
    a_member(db)
    short = LAST_DAY - timedelta(days=20)
    db.run(lambda session: session.execute(update(Membership).values(effective_day=short)))
    assert [tell(db, LAST_DAY - timedelta(days=15)) for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("change", ["another term", "another last day", "closed", "a day too late"])
def test_what_is_no_longer_so_when_the_letter_goes_out_is_not_sent(
    db: Database, mail: Mailbox, today: Any, change: str
) -> None:
    ref = a_member(db)
    assert tell(db) == 1
    if change == "another term":
        another_term(db, ref)
    elif change == "a day too late":
        today.move_to(noon(LAST_DAY + timedelta(days=1)))
    else:
        last = LAST_DAY + timedelta(days=90)
        values: dict[str, Any] = {"state": "closed"} if change == "closed" else {"last_day": last}
        db.run(lambda session: session.execute(update(Membership).values(**values)))
    assert mails_arriving(db, mail) == []
    assert states_and_reasons(db) == [("skipped", "no longer true")]


def test_a_letter_that_is_due_at_night_waits_for_the_morning(
    db: Database, mail: Mailbox, today: Any
) -> None:
    a_member(db)
    today.move_to(noon(DUE) + timedelta(hours=10))
    assert tell(db) == 1
    assert mails_arriving(db, mail) == []
    with db.read() as session:
        (due,) = session.scalars(select(OutboxRow.due_at).where(OutboxRow.state == "waiting"))
    assert due == noon(DUE) + timedelta(hours=20)
    today.move_to(due)
    assert len(mails_arriving(db, mail)) == 1


def test_it_stays_in_the_members_inbox(db: Database, mail: Mailbox) -> None:
    ref = a_member(db)
    tell(db)
    mails_arriving(db, mail)
    her = Actor(
        kind="member",
        account_ref="U-her",
        permissions=permissions_of("member"),
        scopes=frozenset({("person", ref)}),
    )
    with db.read() as session:
        assert messages.unread(session, person_id_of(db, ref)) == 1
        (item,) = messages.inbox(session, her, member=ref)
    assert (item.title, item.href) == ("Your membership year ends on Thu 1 Jul 2027", "/card")
