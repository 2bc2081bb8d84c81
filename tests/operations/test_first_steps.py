"""What is missing until the club can book: from nothing to a club that can."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select, update

from tests.cast import CLUB_ACTOR
from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.small_club import a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account
from vipclub import accounts, messages, operations, people, settlement
from vipclub.core import clock, lease, notices
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.working_days import CalendarDay
from vipclub.partners import Offering, Slot
from vipclub.people.models import Delivery

OF_A_NEW_CLUB = {
    "companies": "missing",
    "files": "missing",
    "linked": "missing",
    "policy": "missing",
    "benefits": "missing",
    "booking_rules": "missing",
    "members": "missing",
    "partners": "missing",
    "times": "missing",
    "mail": "missing",
    "worker": "missing",
    "holidays": "missing",
    "backup": "look",
}


def states(db: Database, *, mail_server: bool = True) -> dict[str, str]:
    with db.read() as session:
        found = operations.first_steps(session, CLUB_ACTOR, mail_server=mail_server)
    assert found.missing == sum(step.state == "missing" for step in found.steps)
    return {step.name: step.state for step in found.steps}


def zhao(db: Database) -> Actor:
    """An administrator whose sign-in name is her address."""
    account = an_account(db, "admin", login="zhao@club.example")
    return Actor(
        kind="admin",
        account_id=account.id,
        account_ref=account.public_ref,
        permissions=accounts.permissions_of("admin"),
    )


def a_file_of(db: Database, code: str, *, linked: bool = True) -> None:
    with db.read() as session:
        subsidiary = people.find_subsidiary(session, code).id

    def write(session: Any) -> None:
        now = clock.now()
        session.add(
            Delivery(
                public_ref=f"D-{code}",
                subsidiary_id=subsidiary,
                sha256=code * 8,
                kind="full",
                as_of=now.date(),
                file_name="a.csv",
                encoding="utf-8",
                state="applied",
                received_at=now,
                applied_at=now,
                finished_at=now if linked else None,
            )
        )

    db.run(write)


def test_a_new_club_lacks_everything(db: Database) -> None:
    assert states(db) == OF_A_NEW_CLUB


def test_a_club_that_can_book_lacks_nothing_more_of_its_own(db: Database) -> None:
    a_small_club(db)
    found = states(db)
    for name in ("policy", "benefits", "booking_rules", "members", "partners", "times"):
        assert found[name] == "done", name
    assert found["prices"] == "look", "no visit could be settled"
    with db.read() as session:
        offered = session.scalars(select(Offering.public_ref)).all()
    for offering in offered:
        db.run(
            settlement.set_price,
            CLUB_ACTOR,
            offering=offering,
            from_day=clock.club_today(),
            amount=900,
            currency="CNY",
        )
    assert states(db)["prices"] == "done"


def test_a_company_without_a_file_is_seen_to(db: Database) -> None:
    for code in ("LIFE", "BANK"):
        db.run(people.add_subsidiary, CLUB_ACTOR, code=code, name=code)
    assert states(db)["companies"] == "done"
    a_file_of(db, "LIFE")
    assert states(db)["files"] == "look"
    a_file_of(db, "BANK")
    assert states(db)["files"] == "done"


def test_customers_are_linked_when_every_file_was_whoever_was_found(db: Database) -> None:
    """A club whose companies share no customer has nothing to see to."""
    for code in ("LIFE", "BANK", "FUND"):
        db.run(people.add_subsidiary, CLUB_ACTOR, code=code, name=code)
    assert states(db)["linked"] == "missing"
    a_file_of(db, "LIFE")
    a_file_of(db, "BANK")
    assert states(db)["linked"] == "done"
    a_file_of(db, "FUND", linked=False)
    assert states(db)["linked"] == "look"
    db.run(lambda session: session.execute(update(Delivery).values(finished_at=clock.now())))
    assert states(db)["linked"] == "done"


def test_times_that_are_over_or_closed_are_none(db: Database) -> None:
    a_small_club(db)
    db.run(lambda session: session.execute(update(Slot).values(open=False)))
    assert states(db)["times"] == "missing"
    db.run(lambda session: session.execute(update(Offering).values(active=False)))
    found = states(db)
    assert found["partners"] == "missing"
    assert "prices" not in found


@pytest.mark.parametrize(
    ("years", "day", "state"),
    [
        ((2025, 2026, 2027), date(2026, 12, 1), "done"),
        ((2025, 2026), date(2026, 10, 1), "done"),
        ((2025, 2026), date(2026, 12, 1), "look"),
        ((2025,), date(2026, 6, 1), "missing"),
    ],
)
def test_the_next_year_s_holidays_are_wanted_when_they_are_decreed(
    db: Database, years: tuple[int, ...], day: date, state: str
) -> None:
    a_small_club(db)

    def only(session: Any) -> None:
        session.execute(delete(CalendarDay))
        for year in years:
            session.add(CalendarDay(region="CN", day=date(year, 1, 1), working=False, name="x"))

    db.run(only)
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False):
        assert states(db)["holidays"] == state


def test_a_worker_that_is_silent_for_a_minute_is_none(db: Database) -> None:
    db.run(lease.beat, "a worker")
    assert states(db)["worker"] == "done"
    longer = clock.now() - timedelta(minutes=2)
    db.run(lambda session: session.execute(update(lease.WorkerBeat).values(seen_at=longer)))
    assert states(db)["worker"] == "missing"


def test_a_backup_of_last_week_is_not_enough(db: Database) -> None:
    db.run(notices.note, notices.BACKUP_TAKEN)
    assert states(db)["backup"] == "done"
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert states(db)["backup"] == "look"


def test_mail_is_tried_by_a_letter_that_a_server_takes(db: Database, mail: Mailbox) -> None:
    actor = zhao(db)
    db.run(messages.send_trial, actor)
    db.run(messages.send_trial, actor)
    assert states(db)["mail"] == "missing", "it only waits"
    [text] = mails_arriving(db, mail)
    assert "https://club.example/admin/first-steps" in text
    assert mail.recipients == [["zhao@club.example"]]
    assert states(db)["mail"] == "done"
    assert states(db, mail_server=False)["mail"] == "look", "it was written to a file"


def test_who_signs_in_by_phone_is_told_why_no_letter_came(db: Database, mail: Mailbox) -> None:
    account = an_account(db, "admin", login="+8613800138000")
    actor = Actor(kind="admin", account_id=account.id, permissions=accounts.permissions_of("admin"))
    db.run(messages.send_trial, actor)
    assert mails_arriving(db, mail) == []
    with db.read() as session:
        trial = messages.last_trial(session)
    assert trial is not None
    assert (trial.state, trial.reason) == ("skipped", "no e-mail address")
    assert states(db)["mail"] == "missing"


def test_all_of_it_is_asked_in_six_statements(db: Database) -> None:
    a_small_club(db)
    with db.read() as session, statements(at_most=6):
        operations.first_steps(session, CLUB_ACTOR, mail_server=True)
