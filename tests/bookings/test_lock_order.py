"""Every use case takes its locks in the one order that is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tests.bookings.appointment_builders import a_confirmed_appointment, a_request
from tests.bookings.table_rows import give_units
from tests.bookings.visit_times import at_the_visit, start_of
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings
from vipclub.bookings.closures.offering_others import offer_one
from vipclub.bookings.holds.ending import end_overdue_holds
from vipclub.bookings.lock_order import LOCK_ORDER, OUT_OF_ORDER
from vipclub.bookings.models import SeatHold
from vipclub.core import clock
from vipclub.core.db import Database

pytestmark = pytest.mark.only("postgresql")
LOCKS = re.compile(
    r"\bUPDATE OF (\w+)|^(?:WITH \w+_0 AS .*\) )?UPDATE (\w+)|"
    r"^(?=.*\bFOR NO KEY UPDATE$)SELECT .*?FROM (\w+)"
)


def locks(seen: Iterable[str]) -> Iterator[str]:
    """The tables of which statements lock rows, in order, each time."""
    for statement in seen:
        line = re.sub(r"\s+", " ", statement).strip()
        for match in LOCKS.finditer(line):
            table = re.sub(r"_\d+$", "", next(name for name in match.groups() if name))
            if table in LOCK_ORDER:
                yield table


def locked(seen: Iterable[str]) -> list[str]:
    """The same, each once, by its first lock."""
    return list(dict.fromkeys(locks(seen)))


def in_order(tables: list[str]) -> bool:
    return tables == sorted(tables, key=LOCK_ORDER.index)


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    give_units(db, made.members[0], 20)
    return made


def hold(db: Database, club: SmallClub, slot: int = 0) -> str:
    return db.run(bookings.hold_seat, club.lin, member=club.members[0], slot=club.slots[slot]).hold


def a_ticket(db: Database, club: SmallClub) -> str:
    until = clock.now() + timedelta(days=1)
    member, service = club.members[0], "health-check"
    given = db.run(bookings.give_ticket, CLUB_ACTOR, member=member, service=service, until=until)
    return str(given.ticket)


def asking(db: Database, club: SmallClub, name: str) -> Callable[[], Any]:
    """What has to be there first, and the use case itself, to be called."""
    lin, he, member, slots = club.lin, club.he, club.members[0], club.slots

    def run(use_case: Callable[..., Any], **asked: Any) -> Callable[[], Any]:
        who = asked.pop("who", he)
        return lambda: db.run(use_case, who, **asked)

    offering = {"member": member, "offering": club.offering}
    if name == "book":
        return run(bookings.book, who=lin, slot=slots[0], **offering)
    if name == "book_by_ticket":
        ticket = a_ticket(db, club)
        kept = db.run(bookings.hold_seat, lin, member=member, slot=slots[0], ticket=ticket).hold
        return run(bookings.book_held, who=lin, member=member, hold=kept, ticket=ticket)
    if name == "cancel_by_ticket":
        made = db.run(bookings.book, lin, slot=slots[0], ticket=a_ticket(db, club), **offering)
        return run(bookings.cancel, who=lin, appointment=made.appointment)
    if name == "book_held":
        return run(bookings.book_held, who=lin, member=member, hold=hold(db, club))
    if name == "hold_seat":
        hold(db, club)  # another time of the service moves it
        return run(bookings.hold_seat, who=lin, member=member, slot=slots[2])
    if name == "release_hold":
        return run(bookings.release_hold, who=lin, hold=hold(db, club))
    if name == "end_overdue_holds":
        hold(db, club)
        past = clock.now() - timedelta(seconds=1)
        db.run(lambda session: session.execute(update(SeatHold).values(expires_at=past)))
        return lambda: end_overdue_holds(db)
    if name in {"confirm", "decline"}:
        return run(getattr(bookings, name), appointment=a_request(db, club))
    ref = a_confirmed_appointment(db, club)
    if name == "accept":
        db.run(bookings.propose, he, appointment=ref, slot=slots[1])
        return run(bookings.accept, who=lin, appointment=ref)
    if name == "propose":
        return run(bookings.propose, appointment=ref, slot=slots[1])
    if name == "reschedule":
        return run(bookings.reschedule, who=lin, appointment=ref, slot=slots[1])
    if name == "cancel":
        return run(bookings.cancel, who=lin, appointment=ref)
    if name in {"undo", "enter_in_error"}:
        with at_the_visit(db, slots[0]):
            db.run(bookings.fulfil, he, appointment=ref)
    if name == "enter_in_error":
        return run(bookings.enter_in_error, who=CLUB_ACTOR, appointment=ref, reason="a test")
    return run(getattr(bookings, name), appointment=ref)


USE_CASES = (
    "book",
    "book_held",
    "book_by_ticket",
    "cancel_by_ticket",
    "hold_seat",
    "release_hold",
    "end_overdue_holds",
    "confirm",
    "decline",
    "propose",
    "accept",
    "reschedule",
    "cancel",
    "arrive",
    "fulfil",
    "no_show",
    "undo",
    "enter_in_error",
)


@pytest.mark.parametrize("name", USE_CASES)
def test_every_use_case_takes_its_locks_in_the_order_that_is_written_down(
    db: Database, club: SmallClub, name: str
) -> None:
    act = asking(db, club, name)
    later = timedelta(minutes=5 if name == "no_show" else -15)
    of_the_day = name in {"arrive", "fulfil", "no_show", "undo"}
    with at_the_visit(db, club.slots[0], later) if of_the_day else nullcontext():
        with statements() as seen:
            act()
    tables = locked(seen)
    assert tables, seen
    assert in_order(tables), tables


def test_every_use_case_that_moves_an_appointment_is_looked_at() -> None:
    moving = {"noshow": "no_show", "mistake": "enter_in_error", "arrive_late": "arrive"}
    assert {moving.get(step.name, step.name) for step in bookings.MACHINE.steps} <= set(USE_CASES)


def test_what_is_named_as_out_of_order_is(db: Database, club: SmallClub) -> None:
    """So that nobody is excused who keeps to it."""
    ref = a_confirmed_appointment(db, club, slot=1)
    hold(db, club)
    day = clock.club_day(start_of(db, club.slots[0]))
    found = {}
    with statements() as seen:
        closure = db.run(bookings.close_day, club.he, day=day, offering=club.offering)
    found["close_day"] = locked(seen)
    assert closure is not None
    with statements() as seen:
        full_of_overdue_holds(db, club)
    found["take_seat"] = locked(seen)
    bookings.offer_others(db, club.he, closure=closure)
    offered = slot_offered(db, ref)
    again = db.run(bookings.close_day, club.he, day=offered, offering=club.offering)
    assert again is not None
    with statements() as seen:
        db.run(offer_one, club.he, closure=again, appointment=ref)
    groups = [name for name, _ in groupby(locks(seen)) if name in {"slot", "appointment"}]
    assert groups.index("slot") < len(groups) - 1 - groups[::-1].index("appointment")
    assert {name for name, tables in found.items() if not in_order(tables)} | {"offer_one"} == set(
        OUT_OF_ORDER
    )


def full_of_overdue_holds(db: Database, club: SmallClub) -> None:
    """A member books a time whose last places were kept for others and are overdue."""
    slot = club.slots[-1]
    for who in (1, 2):
        give_units(db, club.members[who], 2)
        db.run(bookings.hold_seat, CLUB_ACTOR, member=club.members[who], slot=slot)
    past = clock.now() - timedelta(seconds=1)
    db.run(lambda session: session.execute(update(SeatHold).values(expires_at=past)))
    db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=slot,
    )


def slot_offered(db: Database, ref: str) -> date:
    """The local day of the time that is offered."""
    with db.read() as session:
        found = bookings.appointment(session, CLUB_ACTOR, ref).proposed_start
    assert found is not None
    return found.date()


def test_the_check_bites(db: Database, club: SmallClub) -> None:
    """A slot before a unit, and a member after an appointment, are out of order."""

    def backwards(session: Session) -> None:
        session.execute(text("UPDATE slot SET taken = taken WHERE id = 0"))
        session.execute(text("UPDATE entitlement_account SET held = held WHERE id = 0"))

    with statements() as seen:
        db.run(backwards)
    assert locked(seen) == ["slot", "entitlement_account"]
    assert not in_order(locked(seen))
    assert not in_order(["appointment", "person"])
    assert locked(["SELECT a.id FROM a JOIN person AS person_1 FOR NO KEY UPDATE OF person_1"]) == [
        "person"
    ]
