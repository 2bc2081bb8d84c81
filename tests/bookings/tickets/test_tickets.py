"""Booking tickets: the right of one person to book exactly this until then, used once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select, true

from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import (
    audited_actions,
    give_units,
    letters_queued,
    seats_taken,
    units_held_and_used,
)
from tests.cast import CLUB_ACTOR, partner_actor, sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club, slots_of
from vipclub import benefits, bookings, people
from vipclub.bookings import (
    BookingTicket,
    HoldExpired,
    LimitReached,
    NotEligible,
    OutsideWindow,
    SlotFull,
    TicketNotFor,
    TicketOver,
    TicketsFull,
    TicketTimeNotAccepted,
)
from vipclub.bookings.tickets import using
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound

DAY = timedelta(days=1)
STRICT = {
    "confirmation": "partner",
    "opens": {"days": 60},
    "closes": {"days": 10},
    "cancel_until": {"days": 2},
    "who": {"tiers": ["black"]},
}
"""Closed to whoever has no ticket: ten days before, and for gold members anyway."""


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db, members=4, capacity=1)
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=made.offering,
        policy="strict",
        document=STRICT,
    )
    give_units(db, made.members[0], 9)
    return made


@pytest.fixture
def soon(db: Database, club: SmallClub) -> list[str]:
    """Times that the window has closed and that may still be cancelled free of cost."""
    return slots_of(db, club.offering, after_days=5)


def given(db: Database, club: SmallClub, actor: Actor = CLUB_ACTOR, **more: Any) -> str:
    asked = {
        "member": club.members[0],
        "service": "health-check",
        "until": clock.now() + 3 * DAY,
        **more,
    }
    return str(db.run(bookings.give_ticket, actor, **asked).ticket)


def book(db: Database, club: SmallClub, slot: str, who: int = 0, **more: Any) -> str:
    made = db.run(
        bookings.book,
        club.lin if who == 0 else club.chen,
        member=club.members[who],
        offering=club.offering,
        slot=slot,
        **more,
    )
    return str(made.appointment)


def state_of(db: Database, ticket: str) -> tuple[str, str | None]:
    with db.read() as session:
        row = session.execute(
            select(BookingTicket.state, BookingTicket.used_by).where(
                BookingTicket.public_ref == ticket
            )
        ).one()
    return row.state, row.used_by


def test_it_books_what_window_and_tier_refuse_and_is_used_up(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    with pytest.raises(OutsideWindow):
        book(db, club, soon[0])
    ticket = given(db, club)
    made = book(db, club, soon[0], ticket=ticket)
    assert state_of(db, ticket) == ("used", made)
    assert units_held_and_used(db, club.members[0]) == (1, 0), "the unit is held as ever"
    assert seats_taken(db, soon[0]) == 1
    with pytest.raises(TicketOver):
        book(db, club, soon[1], ticket=ticket)
    assert audited_actions(db, ticket) == ["ticket.give", "ticket.use"]
    assert letters_queued(db, ticket) == ["ticket-given"]
    assert broken_invariants(db) == []


def test_the_tier_alone_yields_to_it_and_nothing_else_about_the_person(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    far = slots_of(db, club.offering, after_days=12)
    with pytest.raises(NotEligible):
        book(db, club, far[0])
    with pytest.raises(NotEligible):
        book(db, club, far[0], override=None)
    assert book(db, club, far[0], ticket=given(db, club))
    document = STRICT | {"who": {"sex": "M"}}
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="men",
        document=document,
    )
    ticket = given(db, club)
    with pytest.raises(NotEligible):
        book(db, club, soon[4], ticket=ticket)
    assert state_of(db, ticket) == ("open", None)


def test_it_goes_beyond_a_limit(db: Database, club: SmallClub) -> None:
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="one a month",
        document=STRICT | {"closes": {"hours": 2}, "who": {}, "limits": {"per_month": 1}},
    )
    far = slots_of(db, club.offering, after_days=6)
    book(db, club, far[0])
    with pytest.raises(LimitReached):
        book(db, club, far[1])
    assert book(db, club, far[1], ticket=given(db, club))


def test_it_is_never_a_seat_and_never_a_unit(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    first, second = given(db, club), given(db, club, member=club.members[1])
    book(db, club, soon[0], ticket=first)
    with pytest.raises(SlotFull):
        book(db, club, soon[0], who=1, ticket=second)
    assert state_of(db, second) == ("open", None)
    book(db, club, soon[1], who=1, ticket=second)
    third = given(db, club, member=club.members[1])
    with pytest.raises(benefits.NoEntitlement):
        book(db, club, soon[2], who=1, ticket=third)
    assert state_of(db, third) == ("open", None), "a refusal uses nothing"


def test_it_is_good_for_exactly_this(db: Database, club: SmallClub, soon: list[str]) -> None:
    today = clock.club_today()
    for more in (
        {"first_day": today + 20 * DAY},
        {"last_day": today + DAY},
    ):
        ticket = given(db, club, **more)
        with pytest.raises(TicketNotFor):
            book(db, club, soon[0], ticket=ticket)
        db.run(bookings.withdraw_ticket, CLUB_ACTOR, ticket=ticket)
    child = db.run(
        people.add_relative, CLUB_ACTOR, member=club.members[0], name="林小宝", relation="child"
    ).ref
    ticket = given(db, club, beneficiary=child)
    with pytest.raises(TicketNotFor):
        book(db, club, soon[0], ticket=ticket)
    with pytest.raises(NotFound):
        book(db, club, soon[0], who=1, ticket=ticket)
    with pytest.raises(NotFound):
        given(db, club, city="440300")
    assert given(db, club, offering=club.offering, city="310000")
    with pytest.raises(NotFound):
        given(db, club, service="green-channel")


def test_who_may_give_it_and_until_when(db: Database, club: SmallClub) -> None:
    give_to_manager(db, club.members[0])
    assert given(db, club, wu(PORTFOLIO))
    assert given(db, club, sun())
    with pytest.raises(NotFound):
        given(db, club, wu(PORTFOLIO), member=club.members[1])
    for nobody in (club.lin, partner_actor(club.partner)):
        with pytest.raises(Forbidden):
            given(db, club, nobody)
    for wrong in (
        {"until": clock.now()},
        {"until": clock.now() + 91 * DAY},
        {"first_day": clock.club_today(), "last_day": clock.club_today() - DAY},
    ):
        with pytest.raises(TicketTimeNotAccepted):
            given(db, club, **wrong)
    for _ in range(3):
        given(db, club)
    with pytest.raises(TicketsFull):
        given(db, club)


def test_by_a_hold_it_is_good_while_the_time_is_kept(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    ticket = given(db, club, until=clock.now() + timedelta(minutes=5))
    held = db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=soon[0], ticket=ticket)
    with clock.replaying(clock.now() + timedelta(minutes=6)):
        assert bookings.end_tickets(db) == 0, "a time is kept by it"
        with db.read() as session:
            kept = bookings.held_time(session, club.lin, hold=held.hold, now=clock.now())
        assert kept.ticket == ticket
        made = db.run(
            bookings.book_held, club.lin, hold=held.hold, member=club.members[0], ticket=ticket
        )
    assert state_of(db, ticket) == ("used", made.appointment)
    with pytest.raises(TicketOver):
        db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=soon[1], ticket=ticket)
    with pytest.raises(HoldExpired):
        book(db, club, soon[1], ticket=given(db, club), hold=held.hold)
    assert broken_invariants(db) == []


def test_it_expires_by_itself_and_she_hears_it(db: Database, club: SmallClub) -> None:
    ticket = given(db, club)
    assert bookings.end_tickets(db) == 0
    with clock.replaying(clock.now() + 3 * DAY):
        assert bookings.end_tickets(db) == 1
        assert bookings.end_tickets(db) == 0
    assert state_of(db, ticket) == ("expired", None)
    assert letters_queued(db, ticket) == ["ticket-given", "ticket-expired"]


def test_withdrawn_it_is_good_no_more(db: Database, club: SmallClub, soon: list[str]) -> None:
    ticket = given(db, club)
    with pytest.raises(Forbidden):
        db.run(bookings.withdraw_ticket, club.lin, ticket=ticket)
    db.run(bookings.withdraw_ticket, sun(), ticket=ticket)
    with pytest.raises(IllegalTransition):
        db.run(bookings.withdraw_ticket, sun(), ticket=ticket)
    with pytest.raises(TicketOver):
        book(db, club, soon[0], ticket=ticket)
    assert letters_queued(db, ticket)[-1] == "ticket-withdrawn"


def test_a_booking_that_is_cancelled_in_time_gives_it_back(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    ticket = given(db, club)
    made = book(db, club, soon[0], ticket=ticket)
    db.run(bookings.cancel, club.lin, appointment=made)
    assert state_of(db, ticket) == ("open", None)
    made = book(db, club, soon[1], ticket=ticket)
    db.run(bookings.confirm, club.he, appointment=made)
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="late",
        document=STRICT | {"cancel_until": {"days": 20}},
    )
    db.run(bookings.cancel, club.lin, appointment=made)
    assert state_of(db, ticket) == ("used", made), "it cost the unit, and the ticket"
    assert broken_invariants(db) == []


def test_what_the_partner_declines_gives_it_back_for_a_day_at_least(
    db: Database, club: SmallClub, soon: list[str]
) -> None:
    ticket = given(db, club, until=clock.now() + timedelta(hours=1))
    made = book(db, club, soon[0], ticket=ticket)
    with clock.replaying(clock.now() + timedelta(hours=2)):
        db.run(bookings.decline, club.he, appointment=made)
        assert bookings.end_tickets(db) == 0
        assert state_of(db, ticket) == ("open", None)
        assert book(db, club, soon[1], ticket=ticket)


class _Unguarded:
    """The step without its guard in SQL."""

    target = "used"

    @staticmethod
    def at(_state: object) -> ColumnElement[bool]:
        return true()


def both_at_once(db: Database, club: SmallClub, slots: list[str], ticket: str) -> int:
    """Two bookings with one ticket; gives how many went through."""

    def one(slot: str) -> bool:
        try:
            book(db, club, slot, ticket=ticket)
        except TicketOver:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, slots))


@pytest.mark.race
def test_two_bookings_at_once_use_it_once(db: Database, club: SmallClub, soon: list[str]) -> None:
    for n in range(3):
        ticket = given(db, club)
        assert both_at_once(db, club, [soon[2 * n], soon[2 * n + 1]], ticket) == 1
    assert broken_invariants(db) == []


@pytest.mark.race
def test_without_its_guard_both_use_it(
    db: Database, club: SmallClub, soon: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(using, "USE", _Unguarded)
    assert both_at_once(db, club, soon[:2], given(db, club)) == 2


def test_lists_show_it_to_whoever_may_see_the_person(db: Database, club: SmallClub) -> None:
    give_to_manager(db, club.members[0])
    ticket = given(db, club, offering=club.offering)
    for actor, seen in (
        (sun(), [ticket]),
        (club.lin, [ticket]),
        (wu(PORTFOLIO), [ticket]),
        (wu("LIFE/9999"), []),
        (club.chen, []),
    ):
        with db.read() as session:
            found = bookings.tickets_of(session, actor, member=club.members[0])
            assert [one.ref for one in found] == seen
    with db.read() as session, pytest.raises(NotFound):
        bookings.ticket(session, club.chen, ticket)
