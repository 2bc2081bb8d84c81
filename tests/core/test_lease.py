"""One of a kind at a time, and clocks that agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from vipclub.core import clock, lease
from vipclub.core.db import Database
from vipclub.core.lease import ClocksDiffer, Lease, LeaseHeld


def run_out(db: Database) -> None:
    past = clock.now() - timedelta(seconds=5)
    db.run(lambda session: session.execute(update(Lease).values(until=past)))


def test_a_lease_is_one_owners_until_it_runs_out(db: Database) -> None:
    assert db.run(lease.acquire, "rating", "one", 60)
    assert not db.run(lease.acquire, "rating", "two", 60)
    assert db.run(lease.acquire, "rating", "one", 60)
    run_out(db)
    assert db.run(lease.acquire, "rating", "two", 60)
    assert not db.run(lease.acquire, "rating", "one", 60)


def test_a_lease_given_back_is_free_and_only_its_owner_gives_it_back(db: Database) -> None:
    db.run(lease.acquire, "rating", "one", 60)
    db.run(lease.release, "rating", "two")
    assert not db.run(lease.acquire, "rating", "two", 60)
    db.run(lease.release, "rating", "one")
    assert db.run(lease.acquire, "rating", "two", 60)


def test_a_block_holds_a_lease_and_gives_it_back_even_when_it_fails(db: Database) -> None:
    def fails() -> None:
        with lease.held(db, "rating"):
            with pytest.raises(LeaseHeld), lease.held(db, "rating"):
                pass
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with lease.held(db, "rating"):
        pass


@pytest.mark.promise("P27")
def test_the_hosts_clock_does_not_end_a_lease(db: Database) -> None:
    db.run(lease.acquire, "rating", "one", 60)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert not db.run(lease.acquire, "rating", "two", 60)


@pytest.mark.promise("P27")
@pytest.mark.parametrize("seconds", [-3600, -3, 3, 86400])
def test_a_host_whose_clock_differs_from_the_databases_is_refused(
    db: Database, seconds: int
) -> None:
    assert abs(lease.check_clocks(db)) < timedelta(seconds=1)
    with (
        time_machine.travel(clock.now() + timedelta(seconds=seconds)),
        pytest.raises(ClocksDiffer, match="from the database's"),
    ):
        lease.check_clocks(db)


def test_the_age_of_the_last_heartbeat_is_known(db: Database) -> None:
    def age() -> float | None:
        with db.read() as session:
            return lease.heartbeat_age(session)

    assert age() is None
    db.run(lease.beat, "one")
    db.run(lease.beat, "one")
    assert age() is not None
    assert (age() or 0) < 5
    db.run(lease.fall_silent, "one")
    assert age() is None
