"""A club of the first season comes to today's schema with all that is in it, and the code of then
can go on beside today's while its workers are changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.cast import CLUB_ACTOR
from tests.databases import TEST_KEYS, Servers
from tests.first_season import (
    LAST_MIGRATION,
    columns_then,
    open_first_season,
    rows_now,
    tables_now,
    write_first_season,
)
from vipclub import bookings, migration, people
from vipclub.core import audit_sealing, clock
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.membership import Membership
from vipclub.partners import Offering, Slot
from vipclub.people import Person
from vipclub.wiring import INVARIANTS, REACTIONS

ITS_EVENING = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)


@pytest.fixture
def empty(backend: str, servers: Servers) -> Iterator[Database]:
    url = servers.empty(backend)
    database = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
    yield database
    database.dispose()
    servers.drop(url)


def broken(db: Database) -> dict[str, int]:
    return {found.invariant.name: found.count for found in verify(db, INVARIANTS) if found.count}


@pytest.mark.promise("P37")
def test_the_first_seasons_club_is_the_same_after_the_upgrade_and_on_the_way_back(
    empty: Database,
) -> None:
    open_first_season(empty)
    then = rows_now(empty)
    assert sum(map(len, then.values())) > 500
    migration.upgrade(empty)
    assert rows_now(empty) == then
    empty.dispose()
    command.downgrade(
        migration.config_for(empty.url.render_as_string(hide_password=False)), LAST_MIGRATION
    )
    assert tables_now(empty) == set(columns_then())
    assert rows_now(empty) == then


@pytest.mark.promise("P37")
def test_the_upgraded_club_is_whole_and_takes_a_booking(empty: Database) -> None:
    open_first_season(empty)
    migration.upgrade(empty)
    assert people.renew_search_keys(empty)["taken"] == 0
    assert broken(empty) == {}
    with empty.read() as session:
        assert audit_sealing.verify(session).broken is None
        member, offering, slot = session.execute(
            select(Person.public_ref, Offering.public_ref, Slot.public_ref)
            .join(Offering, Offering.id == Slot.offering_id)
            .join(Person, Person.id == select(func.max(Membership.person_id)).scalar_subquery())
            .where(Slot.taken + Slot.reserved == 0, Slot.capacity > 0)
            .order_by(Slot.id.desc())
            .limit(1)
        ).one()
    with clock.replaying(ITS_EVENING):
        empty.run(bookings.book, CLUB_ACTOR, member=member, offering=offering, slot=slot)
    assert broken(empty) == {}


@pytest.mark.promise("P37")
def test_what_the_first_seasons_code_writes_fits_todays_schema(db: Database) -> None:
    """It knows no column that came later and reads none: each is empty, or filled by itself or by a
    job."""
    write_first_season(db)
    people.renew_search_keys(db)
    assert broken(db) == {}


@pytest.mark.only("postgresql")
def test_a_later_column_that_the_code_of_then_can_not_fill_is_found(db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE partner ADD COLUMN mood VARCHAR(10) NOT NULL"))
    with pytest.raises(IntegrityError, match="mood"):
        write_first_season(db)
