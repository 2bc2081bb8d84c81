"""The line for an event: it moves by itself, in the order that is told; each offer is made once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from tests.bookings.invariants import broken_invariants
from tests.cast import CLUB_ACTOR, member_actor
from tests.events.salons import SHANGHAI, a_salon, in_days, register, seats, state
from tests.small_club import SmallClub, a_small_club
from vipclub import events
from vipclub.benefits import NoEntitlement
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition
from vipclub.events import Guest, RegistrationMade, SeatOfferOver


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=6)


def come(db: Database, club: SmallClub, salon: str, n: int, guests: int = 0) -> RegistrationMade:
    """The n-th member registers."""
    return register(db, member_actor(club.members[n]), salon, club.members[n], guests)


def give_up(db: Database, club: SmallClub, n: int, made: RegistrationMade) -> None:
    db.run(events.cancel, member_actor(club.members[n]), registration=made.registration)


def states(db: Database, *made: RegistrationMade) -> list[str]:
    return [state(db, one.registration) for one in made]


@pytest.mark.promise("P6")
@pytest.mark.pain(24)
def test_one_line_an_event_in_the_order_in_which_they_came(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=1)
    seated, *waiting = (come(db, club, salon, n) for n in range(4))
    assert [one.line for one in waiting] == [1, 2, 3]
    give_up(db, club, 0, seated)
    assert states(db, *waiting) == ["offered", "waitlisted", "waitlisted"]
    assert seats(db, salon) == (0, 1)
    late = come(db, club, salon, 0)
    assert (late.status, late.line) == ("waitlisted", 3), "who gave up is last, not first"
    assert broken_invariants(db) == []


@pytest.mark.promise("P6")
@pytest.mark.pain(23)
def test_an_offer_is_used_once_and_then_the_next_has_the_seat(
    db: Database, club: SmallClub
) -> None:
    salon = a_salon(db, seats=1)
    seated, first, second = (come(db, club, salon, n) for n in range(3))
    give_up(db, club, 0, seated)
    accepts = {"registration": first.registration}
    db.run(events.accept_seats, member_actor(club.members[1]), **accepts)
    assert seats(db, salon) == (1, 0)
    with pytest.raises(IllegalTransition):
        db.run(events.accept_seats, member_actor(club.members[1]), **accepts)
    give_up(db, club, 1, first)
    assert states(db, first, second) == ["cancelled", "offered"], "nobody is offered it again"
    db.run(events.decline, member_actor(club.members[2]), registration=second.registration)
    assert seats(db, salon) == (0, 0)
    assert broken_invariants(db) == []


@pytest.mark.promise("P6")
@pytest.mark.pain(23)
def test_an_offer_without_an_answer_goes_to_the_next(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=1)
    seated, first, second = (come(db, club, salon, n) for n in range(3))
    give_up(db, club, 0, seated)
    with time_machine.travel(in_days(3, 12), tick=False):
        with pytest.raises(SeatOfferOver):
            db.run(
                events.accept_seats,
                member_actor(club.members[1]),
                registration=first.registration,
            )
        assert events.end_registrations(db) == 1
        assert states(db, first, second) == ["lapsed", "offered"]
        assert seats(db, salon) == (0, 1)
    assert broken_invariants(db) == []


@pytest.mark.pain(25)
def test_a_party_is_one_entry_and_stays_together(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=3, guests_at_most=3)
    pair = come(db, club, salon, 0, guests=1)
    single = come(db, club, salon, 1)
    family = come(db, club, salon, 2, guests=1)
    alone = come(db, club, salon, 3)
    give_up(db, club, 1, single)
    assert states(db, family, alone) == ["waitlisted", "offered"], "one seat: not for two"
    give_up(db, club, 0, pair)
    assert states(db, family, alone) == ["offered", "offered"]
    assert seats(db, salon) == (0, 3)
    assert broken_invariants(db) == []


@pytest.mark.pain(26)
def test_who_waits_sees_the_place_and_what_blocks_it(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=2)
    come(db, club, salon, 0)
    family = come(db, club, salon, 1, guests=1)
    with db.read() as session:
        found = events.registration_for(
            session, member_actor(club.members[1]), event=salon, member=club.members[1]
        )
        shown = events.event(session, CLUB_ACTOR, salon)
    assert found is not None
    assert found.place is not None
    assert (found.place.line, found.place.seats, shown.free) == (1, 2, 1)
    alone = {"registration": family.registration}
    db.run(events.change_party, member_actor(club.members[1]), **alone)
    assert state(db, family.registration) == "offered", "alone there is a seat"


@pytest.mark.pain(22)
def test_what_is_free_is_capacity_less_all_claims(db: Database, club: SmallClub) -> None:
    """Fewer seats never make more free, and none is given while an offer waits."""
    salon = a_salon(db, seats=2)
    first, second, third = (come(db, club, salon, n) for n in range(3))
    give_up(db, club, 0, first)
    assert (states(db, third), seats(db, salon)) == (["offered"], (1, 1))
    fourth = come(db, club, salon, 3)
    assert fourth.status == "waitlisted"
    assert states(db, second) == ["registered"]


def test_the_highest_tier_is_before_who_came_earlier(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=1)
    seated, gold = come(db, club, salon, 0), come(db, club, salon, 1)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE membership SET tier = 'diamond' WHERE person_id = 3"))
    diamond = come(db, club, salon, 2)
    assert (gold.line, diamond.line) == (1, 1)
    give_up(db, club, 0, seated)
    assert states(db, gold, diamond) == ["waitlisted", "offered"]


def test_who_waits_holds_nothing_and_pays_when_seats_come(db: Database, club: SmallClub) -> None:
    full, other = a_salon(db, seats=1), a_salon(db)
    seated, waiting = come(db, club, full, 0), come(db, club, full, 1, guests=1)
    come(db, club, other, 1, guests=1)  # what is left goes elsewhere meanwhile
    give_up(db, club, 0, seated)
    assert states(db, waiting) == ["waitlisted"], "one seat is free, and they are two"
    db.run(events.change_party, member_actor(club.members[1]), registration=waiting.registration)
    with pytest.raises(NoEntitlement):
        db.run(
            events.accept_seats,
            member_actor(club.members[1]),
            registration=waiting.registration,
        )
    assert seats(db, full) == (0, 1), "still offered: nothing was lost"
    assert broken_invariants(db) == []


def test_a_line_that_never_moved_ends_with_the_event(db: Database, club: SmallClub) -> None:
    salon = a_salon(db, seats=1)
    come(db, club, salon, 0)
    waiting = come(db, club, salon, 1)
    with time_machine.travel(in_days(10, 15), tick=False):
        assert events.end_registrations(db) == 1
    assert states(db, waiting) == ["lapsed"]


def test_an_offer_in_the_night_can_be_answered_in_the_morning(
    db: Database, club: SmallClub
) -> None:
    salon = a_salon(db, seats=1)
    seated, waiting = come(db, club, salon, 0), come(db, club, salon, 1)
    night = in_days(2, 23)
    with time_machine.travel(night, tick=False):
        give_up(db, club, 0, seated)
    with db.read() as session:
        found = events.registration(session, CLUB_ACTOR, waiting.registration)
    assert found.until is not None
    until: datetime = found.until.astimezone(SHANGHAI)
    assert until == in_days(3, 20), "twelve hours from eight in the morning"
    assert until - night > timedelta(hours=12)


def test_guests_are_named_and_their_needs_sealed(db: Database, club: SmallClub) -> None:
    salon = a_salon(db)
    made = db.run(
        events.register,
        club.lin,
        event=salon,
        member=club.members[0],
        guests=[Guest("周 巍", 41, "no nuts")],
        needs="wheelchair",
    )
    with db.read() as session:
        found = events.registration(session, club.lin, made.registration)
        guests, own = events.party_of(session, found.id)
    assert (guests, own) == ([Guest("周 巍", 41, "no nuts")], "wheelchair")
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT needs FROM registration_party").fetchall()
    assert all(b"nuts" not in bytes(row[0]) and b"wheel" not in bytes(row[0]) for row in kept)
