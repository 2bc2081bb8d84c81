"""What each process keeps of the data that people edit: read once, and anew after each change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.databases import TEST_KEYS
from tests.statements import statements
from vipclub.core.db import Database
from vipclub.core.reference_data import (
    Source,
    forget_if_changed,
    learn,
    look_again,
    reference,
)
from vipclub.core.working_days import CalendarDay, load_calendar
from vipclub.partners.webhooks.models import WebhookEndpoint

NEW_YEAR = date(2031, 1, 1)
NEXT_DAY = date(2031, 1, 2)
DAYS = CalendarDay.__table__
A_DAY = {"region": "CN", "day": NEW_YEAR, "working": False, "name": "元旦"}


def is_holiday(session: Session) -> bool:
    return load_calendar(session, "CN").is_holiday(NEW_YEAR)


def seen(db: Database) -> bool:
    with db.read() as session:
        return is_holiday(session)


def with_core(session: Session) -> None:
    session.connection().execute(insert(DAYS), A_DAY)


def with_objects(session: Session) -> None:
    session.add(CalendarDay(**A_DAY))
    session.flush()


def with_plain_sql(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO calendar_day (region, day, working, name)"
            " VALUES ('CN', '2031-01-01', false, 'x')"
        )
    )


@pytest.mark.parametrize("write", [with_core, with_objects, with_plain_sql])
def test_a_change_binds_the_next_transaction_whoever_makes_it(
    db: Database, write: Callable[[Session], None]
) -> None:
    assert not seen(db)
    db.run(write)
    assert seen(db)
    db.run(lambda session: session.execute(update(DAYS).values(working=True)))
    assert not seen(db)
    db.run(lambda session: session.execute(delete(DAYS)))
    assert not seen(db)


def test_nothing_is_read_again_while_nothing_changes(db: Database) -> None:
    db.run(with_core)
    assert seen(db)
    with statements(exactly=1) as counted:  # the number, that nothing brought along
        assert seen(db)
    assert "reference_version" in counted[0]
    version = version_of(db)
    with db.read() as session, statements(exactly=0):
        learn(session, version)
        assert is_holiday(session)


@pytest.mark.parametrize("write", [with_core, with_objects])
def test_a_transaction_sees_what_it_changed_and_shares_it_with_nobody(
    db: Database, write: Callable[[Session], None]
) -> None:
    assert not seen(db)

    def change_and_give_up(session: Session) -> None:
        assert not is_holiday(session)
        write(session)
        assert is_holiday(session)
        session.connection().execute(delete(DAYS))
        assert not is_holiday(session)
        session.connection().execute(insert(DAYS), A_DAY)
        assert is_holiday(session)
        assert not seen_by_another(db)
        raise GaveUp

    with pytest.raises(GaveUp):
        db.run(change_and_give_up)
    assert not seen(db)


class GaveUp(Exception):
    """The transaction ends without effect."""


def seen_by_another(db: Database) -> bool:
    return seen(db)


def test_without_asking_anew_a_session_keeps_to_the_number_that_it_learnt(db: Database) -> None:
    with db.read() as session:
        assert not is_holiday(session)
        session.rollback()
        another_process = Database(db.url, keys=TEST_KEYS)
        another_process.run(with_core)
        another_process.dispose()
        assert not is_holiday(session)  # as a page that is half drawn must
        look_again(session)
        assert is_holiday(session)


def test_what_this_process_has_changed_it_keeps_no_longer_under_the_old_number(
    db: Database,
) -> None:
    before = version_of(db)
    assert not seen(db)
    db.run(with_core)
    with db.read() as session:
        learn(session, before)  # as a request that has written and is still under way
        assert is_holiday(session)


def test_what_was_read_before_a_change_of_this_process_is_not_kept_after_it(db: Database) -> None:
    """One thread reads while another one changes: what the first has read is nobody else's."""

    def load(session: Session) -> bool:
        found = session.execute(select(DAYS.c.day).where(DAYS.c.day == NEW_YEAR)).first()
        if changes:
            db.run(changes.pop())
        return found is not None

    changes, source, before = [with_core], Source("slow", (DAYS,), load), version_of(db)
    with db.read() as session:
        learn(session, before)
        assert not reference(session, source)
    with db.read() as session:
        learn(session, before)  # the request that has changed it is still under way
        assert reference(session, source)


@pytest.mark.only("postgresql")
def test_one_moment_is_one_moment_of_what_is_kept_too(db: Database) -> None:
    before = version_of(db)
    with db.read(one_snapshot=True) as moment:
        moment.execute(text("SELECT 1"))
        another_process = Database(db.url, keys=TEST_KEYS)
        another_process.run(with_core)
        another_process.dispose()
        with db.read() as page:
            learn(page, before)
            assert is_holiday(page)  # newer than its number, as it may be
        assert not is_holiday(moment)
    assert seen(db), "and what it read is nobody else's"


def version_of(db: Database) -> int:
    with db.read() as session:
        return int(session.execute(text("SELECT version FROM reference_version")).scalar_one())


def test_what_use_changes_raises_nothing(db: Database) -> None:
    """A webhook address that fails, a slot that is taken: the number is no hot row."""
    before = version_of(db)
    db.run(
        lambda session: session.execute(
            text("UPDATE webhook_endpoint SET failures = failures + 1, failing_since = NULL")
        )
    )
    db.run(lambda session: session.execute(text("UPDATE slot SET taken = taken + 1 WHERE id = 0")))
    assert version_of(db) == before
    db.run(lambda session: session.execute(text("UPDATE webhook_endpoint SET state = 'off'")))
    assert version_of(db) == before  # there is no row


def test_a_process_that_only_delivers_reads_nothing_anew(db: Database) -> None:
    endpoint = update(WebhookEndpoint.__table__).values(failures=0)  # type: ignore[arg-type]
    with db.session() as session:
        session.execute(endpoint)
        assert forget_if_changed(session) is not session.info["reference_data"].forget
        session.execute(endpoint.values(state="off"))
        assert forget_if_changed(session) == session.info["reference_data"].forget


def two_days(session: Session) -> None:
    session.connection().execute(insert(DAYS), [A_DAY, {**A_DAY, "day": NEXT_DAY}])


def change(session: Session, day: date) -> None:
    session.execute(update(DAYS).values(name="假日").where(DAYS.c.day == day))  # type: ignore[arg-type]


@pytest.mark.only("postgresql")
def test_two_who_change_what_everybody_reads_do_not_wait_for_each_other(db: Database) -> None:
    db.run(two_days)
    before = version_of(db)
    with db.session() as slow:
        change(slow, NEW_YEAR)
        with db.session() as other:
            other.execute(text("SET LOCAL lock_timeout = 500"))
            change(other, NEXT_DAY)
            other.commit()
        assert version_of(db) == before + 1
        slow.commit()
    assert version_of(db) == before + 2


@pytest.mark.only("postgresql")
def test_a_transaction_raises_the_number_once_and_at_its_end(db: Database) -> None:
    db.run(two_days)
    before = version_of(db)
    with db.session() as session:
        change(session, NEW_YEAR)
        change(session, NEXT_DAY)
        assert session.execute(text("SELECT version FROM reference_version")).scalar() == before
        session.commit()
    assert version_of(db) == before + 1
