"""At the door: one entry a ticket, whoever scans it, how often, and when the scan arrives."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.bookings.invariants import broken_invariants
from tests.cast import CLUB_ACTOR, member_actor, sun
from tests.events.salons import a_salon, in_days, register, seats, state
from tests.small_club import SmallClub, a_small_club
from vipclub import benefits, events
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed
from vipclub.events import NoAdmissionYet, Registration, Scan


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4)


@pytest.fixture
def salon(db: Database, club: SmallClub) -> str:
    return a_salon(db)


def ticket(db: Database, registration: str) -> str:
    with db.read() as session:
        row_id = session.scalar(
            select(Registration.id).where(Registration.public_ref == registration)
        )
        assert row_id is not None
        return events.ticket_of(session, row_id)


def scan(db: Database, salon: str, code: str, nonce: str, minutes: int = 0) -> Scan:
    """A scan that was made so many minutes ago."""
    at = clock.now() - timedelta(minutes=minutes)
    return db.run(events.check_in, CLUB_ACTOR, event=salon, code=code, nonce=nonce, scanned_at=at)


def used(db: Database, member: str) -> tuple[int, int]:
    with db.read() as session:
        found = benefits.entitlements_of(session, CLUB_ACTOR, member=member)
    one = next(entry for entry in found if entry.benefit == "wealth-salon")
    return one.held, one.used


@pytest.mark.promise("P7")
def test_a_ticket_lets_in_once_and_then_says_when(
    db: Database, club: SmallClub, salon: str
) -> None:
    made = register(db, club.lin, salon, club.members[0], guests=1)
    code = ticket(db, made.registration)
    with time_machine.travel(in_days(10, 13), tick=False) as moment:
        first = scan(db, salon, code, "nonce-0001")
        assert (first.verdict, first.size, first.registration) == ("welcome", 2, made.registration)
        moment.shift(timedelta(minutes=7))
        again = scan(db, salon, f" {code.lower()} ", "nonce-0002")
        assert (again.verdict, again.first_at) == ("already", first.first_at)
        assert scan(db, salon, code, "nonce-0001") == first, "sent again: the same answer"
        assert used(db, club.members[0]) == (0, 2)
    assert (state(db, made.registration), seats(db, salon)) == ("attended", (2, 0))
    assert broken_invariants(db) == []


@pytest.mark.promise("P7")
@pytest.mark.pain(28)
def test_whatever_is_scanned_has_its_verdict_and_blocks_nothing(
    db: Database, club: SmallClub, salon: str
) -> None:
    other = a_salon(db)
    lin = register(db, club.lin, salon, club.members[0])
    chen = register(db, club.chen, salon, club.members[1])
    elsewhere = register(db, member_actor(club.members[2]), other, club.members[2])
    given_up, foreign = ticket(db, chen.registration), ticket(db, elsewhere.registration)
    db.run(events.cancel, club.chen, registration=chen.registration)
    good = ticket(db, lin.registration)
    forged = good[:-1] + ("0" if good[-1] != "0" else "1")
    with time_machine.travel(in_days(10, 13), tick=False):
        for n, (code, verdict) in enumerate(
            [
                ("", "unknown"),
                ("\x00\ufffd💥" * 40, "unknown"),
                ("https://evil.example/" + "x" * 5000, "unknown"),
                (lin.registration, "unknown"),
                (forged, "unknown"),
                (given_up, "cancelled"),
                (foreign, "foreign"),
                (good, "welcome"),
            ]
        ):
            assert scan(db, salon, code, f"nonce-{n:04}").verdict == verdict, code
        assert scan(db, other, foreign, "nonce-0099").verdict == "welcome"


@pytest.mark.promise("P7")
def test_scans_without_a_line_come_later_and_the_first_one_is_the_entry(
    db: Database, club: SmallClub, salon: str
) -> None:
    made = register(db, club.lin, salon, club.members[0])
    code = ticket(db, made.registration)
    with time_machine.travel(in_days(10, 17), tick=False) as moment:
        assert events.end_registrations(db) == 1
        assert state(db, made.registration) == "absent"
        late = scan(db, salon, code, "nonce-0001", minutes=170)
        assert late.verdict == "welcome", "they were there, whatever the club knew at the time"
        earlier = scan(db, salon, code, "nonce-0002", minutes=175)
        assert earlier.verdict == "already"
        assert earlier.first_at == moment_minus(175)
        future = db.run(
            events.check_in,
            CLUB_ACTOR,
            event=salon,
            code=code,
            nonce="nonce-0003",
            scanned_at=clock.now() + timedelta(days=3),
        )
        assert future.first_at == moment_minus(175)
        moment.shift(timedelta(hours=1))
    assert used(db, club.members[0]) == (0, 1)
    assert broken_invariants(db) == []


def moment_minus(minutes: int) -> object:
    return clock.now() - timedelta(minutes=minutes)


@pytest.mark.promise("P7")
def test_twenty_devices_scan_one_ticket_at_once_and_one_entry_is_made(
    db: Database, club: SmallClub, salon: str
) -> None:
    made = register(db, club.lin, salon, club.members[0])
    code, start = ticket(db, made.registration), threading.Barrier(20)

    def one(n: int) -> str:
        start.wait(20)
        return scan(db, salon, code, f"nonce-{n:04}").verdict

    with time_machine.travel(in_days(10, 13), tick=False), ThreadPoolExecutor(20) as devices:
        verdicts = sorted(devices.map(one, range(20)))
    assert verdicts == ["already"] * 19 + ["welcome"]
    assert used(db, club.members[0]) == (0, 1)


def test_no_ticket_is_scanned_before_the_day_or_without_the_right(
    db: Database, club: SmallClub, salon: str
) -> None:
    made = register(db, club.lin, salon, club.members[0])
    code = ticket(db, made.registration)
    with pytest.raises(NoAdmissionYet):
        scan(db, salon, code, "nonce-0001")
    for actor in (club.lin, sun(), club.he):
        with pytest.raises(Forbidden):
            db.run(events.check_in, actor, event=salon, code=code, nonce="nonce-0001")
    with time_machine.travel(in_days(10, 13), tick=False), pytest.raises(Malformed):
        scan(db, salon, code, "'; DROP")
    db.run(events.cancel_event, CLUB_ACTOR, event=salon, reason="Ill")
    with time_machine.travel(in_days(10, 13), tick=False), pytest.raises(NoAdmissionYet):
        scan(db, salon, code, "nonce-0001")
