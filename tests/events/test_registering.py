"""Seats at an event for whole parties: never more than there are, with the units they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.bookings.invariants import broken_invariants
from tests.cast import CLUB_ACTOR, member_actor
from tests.events.salons import a_salon, given, in_days, register, seats, state
from tests.small_club import SmallClub, a_small_club
from vipclub import benefits, events
from vipclub.benefits import NoEntitlement
from vipclub.bookings import NotEligible
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.events import (
    EventFull,
    EventNotAccepted,
    Guest,
    PartyNotAccepted,
    RegisteredAlready,
    RegistrationClosed,
    TooLateToCancel,
)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4)


def left(db: Database, member: str) -> tuple[int, int, int]:
    """Units of salons held, used and remaining."""
    with db.read() as session:
        found = benefits.entitlements_of(session, CLUB_ACTOR, member=member, year=in_days(10).year)
    one = next(entry for entry in found if entry.benefit == "wealth-salon")
    return one.held, one.used, one.remaining


def letters(db: Database) -> list[str]:
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "message").order_by(OutboxRow.id)
        )
        return [str(row["template"]) for row in rows]


def test_a_member_and_a_guest_have_seats_and_their_units_are_held(
    db: Database, club: SmallClub
) -> None:
    salon, lin = a_salon(db), club.members[0]
    made = register(db, club.lin, salon, lin, guests=1)
    assert (made.status, made.line) == ("registered", None)
    assert seats(db, salon) == (2, 0)
    assert left(db, lin) == (2, 0, 0)
    assert letters(db)[-1] == "event-registered"
    with pytest.raises(RegisteredAlready):
        register(db, club.lin, salon, lin)
    assert broken_invariants(db) == []


def test_a_cancellation_in_time_gives_seat_and_unit_back(db: Database, club: SmallClub) -> None:
    salon, lin = a_salon(db, late_cancel_uses=True), club.members[0]
    made = register(db, club.lin, salon, lin)
    db.run(events.cancel, club.lin, registration=made.registration)
    assert (seats(db, salon), left(db, lin)) == ((0, 0), (0, 0, 2))
    assert letters(db)[-1] == "event-registration-cancelled"
    again = register(db, club.lin, salon, lin)
    assert again.registration != made.registration
    with time_machine.travel(in_days(9), tick=False):
        db.run(events.cancel, club.lin, registration=again.registration)
    assert (seats(db, salon), left(db, lin)) == ((0, 0), (0, 1, 1)), "too late: it is used"
    assert broken_invariants(db) == []
    with pytest.raises(IllegalTransition):
        db.run(events.cancel, club.lin, registration=again.registration)


def test_a_cancelled_event_gives_everything_back_and_tells_everybody(
    db: Database, club: SmallClub
) -> None:
    salon = a_salon(db, seats=1)
    first = register(db, club.lin, salon, club.members[0])
    second = register(db, club.chen, salon, club.members[1])
    assert (second.status, second.line) == ("waitlisted", 1)
    told = db.run(events.cancel_event, CLUB_ACTOR, event=salon, reason="The speaker is ill")
    assert told == 2
    assert seats(db, salon) == (0, 0)
    assert left(db, club.members[0]) == (0, 0, 2)
    assert {state(db, one.registration) for one in (first, second)} == {"cancelled"}
    assert letters(db)[-2:] == ["event-cancelled", "event-cancelled"]
    with pytest.raises(RegistrationClosed):
        register(db, member_actor(club.members[2]), salon, club.members[2])
    assert broken_invariants(db) == []


@pytest.mark.parametrize(
    ("said", "guests", "refusal"),
    [
        ({"guests_at_most": 0}, [Guest("Wei")], PartyNotAccepted),
        ({"guests_at_most": 1}, [Guest("Wei"), Guest("Li")], PartyNotAccepted),
        ({}, [Guest("  ")], PartyNotAccepted),
        ({"guest_age_from": 18}, [Guest("Wei")], PartyNotAccepted),
        ({"guest_age_from": 18}, [Guest("Wei", 17)], PartyNotAccepted),
        ({"tiers": ["diamond", "black"]}, [], NotEligible),
        ({"guests_at_most": 3}, [Guest("A"), Guest("B")], NoEntitlement),
        ({"waitlist": False, "seats": 1}, [Guest("A")], EventFull),
    ],
)
def test_what_an_event_does_not_allow_is_refused_and_nothing_is_taken(
    db: Database,
    club: SmallClub,
    said: dict[str, Any],
    guests: list[Guest],
    refusal: type[Exception],
) -> None:
    salon = a_salon(db, **said)
    with pytest.raises(refusal):
        db.run(events.register, club.lin, event=salon, member=club.members[0], guests=guests)
    assert (seats(db, salon), left(db, club.members[0])) == ((0, 0), (0, 0, 2))


def test_who_is_not_invited_does_not_even_see_a_closed_circle(
    db: Database, club: SmallClub
) -> None:
    salon = a_salon(db, open=False)
    with pytest.raises(NotFound):
        register(db, club.lin, salon, club.members[0])
    draft = db.run(events.draft_event, CLUB_ACTOR, given=given())
    with db.read() as session, pytest.raises(NotFound):
        events.event(session, club.lin, draft)


def test_nobody_acts_on_anothers_registration(db: Database, club: SmallClub) -> None:
    salon = a_salon(db)
    made = register(db, club.lin, salon, club.members[0])
    for act in (events.cancel, events.decline, events.accept_seats, events.change_party):
        with pytest.raises(NotFound):
            db.run(act, club.chen, registration=made.registration)
    with pytest.raises(NotFound):
        register(db, club.chen, salon, club.members[0])


def test_who_does_not_come_is_absent_and_the_unit_is_used_where_the_event_says_so(
    db: Database, club: SmallClub
) -> None:
    strict, kind = a_salon(db), a_salon(db, absence_uses=False)
    for salon in (strict, kind):
        register(db, club.lin, salon, club.members[0])
    with time_machine.travel(in_days(10, 17), tick=False):
        assert events.end_events(db) == 2
        assert events.end_registrations(db) == 2
        assert events.end_registrations(db) == 0
    assert left(db, club.members[0]) == (0, 1, 1)
    assert broken_invariants(db) == []


def test_a_party_changes_within_what_is_free_and_left(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=2, guests_at_most=3)
    made = register(db, club.lin, salon, club.members[0])
    change = {"registration": made.registration}
    db.run(events.change_party, club.lin, **change, guests=[Guest("Wei")])
    assert (seats(db, salon), left(db, club.members[0])) == ((2, 0), (2, 0, 0))
    with pytest.raises(EventFull):
        db.run(events.change_party, club.lin, **change, guests=[Guest("Wei"), Guest("Li")])
    db.run(events.change_party, club.lin, **change)
    assert (seats(db, salon), left(db, club.members[0])) == ((1, 0), (1, 0, 1))
    with time_machine.travel(in_days(10, 15), tick=False), pytest.raises(TooLateToCancel):
        db.run(events.change_party, club.lin, **change, guests=[Guest("Wei")])
    assert broken_invariants(db) == []


@pytest.mark.parametrize(
    "said",
    [
        {"seats": 0},
        {"seats": 5_001},
        {"guests_at_most": 10},
        {"time_zone": "Mars/Olympus"},
        {"kind": "party"},
        {"title": None},
        {"benefit": "health-check"},
        {"languages": []},
        {"tiers": ["tin"]},
        {"map_url": "http://maps.example"},
        {"picture": "../../etc/passwd"},
        {"ends_at": in_days(10, 13)},
        {"register_until": in_days(11)},
        {"days": -1},
    ],
)
def test_an_event_that_does_not_fit_together_is_refused(
    db: Database, club: SmallClub, said: dict[str, Any]
) -> None:
    with pytest.raises(EventNotAccepted) as refused:
        db.run(events.draft_event, CLUB_ACTOR, given=given(**said))
    assert refused.value.sentence != EventNotAccepted.sentence


def test_a_changed_hour_is_told_and_more_seats_go_to_the_line(
    db: Database, club: SmallClub
) -> None:
    salon = a_salon(db, seats=1)
    register(db, club.lin, salon, club.members[0])
    waiting = register(db, club.chen, salon, club.members[1])
    later = given(seats=2, starts_at=in_days(10, 15), ends_at=in_days(10, 18))
    db.run(events.change_event, CLUB_ACTOR, event=salon, given=later)
    assert state(db, waiting.registration) == "offered"
    assert seats(db, salon) == (1, 1)
    assert sorted(letters(db)[-2:]) == ["event-changed", "event-offered"]
    with pytest.raises(EventNotAccepted):
        db.run(events.change_event, CLUB_ACTOR, event=salon, given=given(seats=1))


def test_a_copy_is_a_draft_a_week_ahead_on_the_same_hour(db: Database, club: SmallClub) -> None:
    salon = a_salon(db)
    copy = db.run(events.copy_event, CLUB_ACTOR, event=salon)
    with db.read() as session:
        first, second = (events.event(session, CLUB_ACTOR, ref) for ref in (salon, copy))
    assert second.status == "draft"
    assert second.start - first.start == timedelta(days=7)
    assert second.title == first.title
