"""Holding a time while a member decides: ten minutes, seat and unit set aside.

Choosing another time of the same service moves the hold. A hold ends exactly once: consumed by the
booking, released by the member, or expired; each end is a conditional UPDATE.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.availability.slots import SlotInView, find_slot, slot_full
from vipclub.bookings.eligibility import account_for, decide, eligibility_for
from vipclub.bookings.holds.ending import CLUB, end_hold, end_unit
from vipclub.bookings.holds.seats import change_seats
from vipclub.bookings.holds.steps import EXPIRE, HOLD, HOLD_STEPS, RELEASE
from vipclub.bookings.models import SeatHold
from vipclub.bookings.refusals import HoldExpired, TooManyHolds
from vipclub.bookings.tickets.using import ask_ticket
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners import Offering, Slot
from vipclub.people import LockedPerson, Person, lock_persons
from vipclub.people import visible_to as persons_visible_to

KEPT = timedelta(minutes=10)
AT_MOST = 2
_insert = insert(SeatHold.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is kept; moments on the site's wall."""

    hold: str
    slot: str
    offering: str
    service: str
    start: datetime
    end: datetime
    expires_at: datetime


def hold_seat(
    session: Session, actor: Actor, *, member: str, slot: str, ticket: str | None = None
) -> Held:
    """Keep a time for ten minutes, by a booking ticket where there is one: the booking uses it.
    Raises what `book` raises, and TooManyHolds."""
    now = clock.now()
    HOLD_STEPS.require(HOLD, actor)
    time = find_slot(session, slot, now)
    who = lock_persons(session, actor, [member])[member]
    by = ask_ticket(session, ticket, time, who, now) if ticket else None
    freed = _let_go_of_others(session, actor, time, who, now)
    eligibility = eligibility_for(session, time, who, who, now)
    decide(time, eligibility, now, ticket=by is not None)
    if not time.has_room and not time.overdue and time.id not in freed:
        raise slot_full(session, time, now)

    ref = new_ref("H")
    account_id = account_for(time, eligibility)
    benefits.hold(session, account_id=account_id, subject=("hold", ref), actor=actor, at=now)
    session.connection().execute(
        _insert,
        {
            "public_ref": ref,
            "slot_id": time.id,
            "person_id": who.id,
            "account_id": account_id,
            "state": HOLD.target,
            "created_at": now,
            "expires_at": now + KEPT,
            "ticket": by,
        },
    )
    change_seats(session, give=freed, take=time, now=now)
    return Held(
        ref,
        time.ref,
        time.offering,
        time.service,
        time.start,
        time.end,
        now + KEPT,
    )


def _let_go_of_others(
    session: Session, actor: Actor, time: SlotInView, who: LockedPerson, now: datetime
) -> list[int]:
    """The member's own open holds of this service are released, overdue ones of any end; then two
    at most may be open. Gives the slots whose seats are to be given back."""
    rows = session.execute(
        select(SeatHold.id, SeatHold.expires_at, Offering.benefit_id)
        .join(Slot, Slot.id == SeatHold.slot_id)
        .join(Offering, Offering.id == Slot.offering_id)
        .where(SeatHold.person_id == who.id, EXPIRE.at(SeatHold.state))
        .order_by(SeatHold.account_id, SeatHold.id)
    ).all()
    still, freed = 0, []
    for row in rows:
        slot_id = None
        if row.expires_at <= now:
            slot_id = end_unit(session, row.id, EXPIRE, CLUB, now)
        elif row.benefit_id == time.benefit_id:
            slot_id = end_unit(session, row.id, RELEASE, actor, now)
        else:
            still += 1
        if slot_id is not None:
            freed.append(slot_id)
    if still >= AT_MOST:
        raise TooManyHolds(most=AT_MOST)
    return freed


def release_hold(session: Session, actor: Actor, *, hold: str) -> None:
    """The member lets the time go. Raises HoldExpired when it has ended already."""
    HOLD_STEPS.require(RELEASE, actor)
    found = session.execute(
        select(SeatHold.id)
        .join(Person, Person.id == SeatHold.person_id)
        .where(SeatHold.public_ref == parse_ref(hold, "H"), persons_visible_to(actor, Person))
    ).scalar_one_or_none()
    if found is None or not end_hold(session, found, RELEASE, actor, clock.now()):
        raise HoldExpired()
