"""Closing a day, and whatever else closes times that people have booked: everybody who had one is
listed in the same transaction; and opening them again. Another time is offered to each afterwards
(`offering_others`).

Order within a closing: the slots are closed first (whoever takes a seat now is refused), then open
holds end (they are refused too), then the appointments are read. A booking therefore either came
before, and is listed, or is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select
from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.accounts import Permission
from vipclub.bookings.closures.queries import find_closure
from vipclub.bookings.closures.steps import LIST
from vipclub.bookings.holds.ending import end_hold
from vipclub.bookings.holds.steps import EXPIRE, RELEASE
from vipclub.bookings.models import (
    Appointment,
    Closure,
    ClosureDay,
    ClosureDisplaced,
    ClosureSlot,
    SeatHold,
)
from vipclub.bookings.steps import EXPECTED
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Base
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners import Change, Offering, Partner, Site, Slot, TimesClosed

CLUB = Actor.system("closing")
_MADE = "bookings.closures_made"


def close_day(
    session: Session,
    actor: Actor,
    *,
    day: date,
    offering: str | None = None,
    site: str | None = None,
    reason: str | None = None,
) -> str | None:
    """Close a local day of an offering or of a whole site; gives the closure's reference. Closing
    again changes nothing and gives the same one; None for a day that was never open. Raises
    TimeIsOver, NotFound, Forbidden."""
    change = Change(offering=offering, site=site, day=day, open=False)
    partners.change_capacity(session, actor, changes=[change], reason=reason)
    if made := closures_made(session):
        return made[0]
    same = (
        Offering.public_ref == parse_ref(offering, "O")
        if offering
        else Site.public_ref == parse_ref(site or "", "L")
    )
    return session.scalar(
        select(Closure.public_ref)
        .join(ClosureDay, ClosureDay.closure_id == Closure.id)
        .join(Offering, Offering.id == ClosureDay.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .where(ClosureDay.day == day, same, Closure.reopened_at.is_(None))
        .order_by(Closure.id.desc())
        .limit(1)
    )


def list_displaced(session: Session, fact: TimesClosed) -> None:
    """Answers `TimesClosed`: the closure, the end of the holds, and everybody who had a time. The
    closure's reference is made here; see `closures_made`."""
    partner_id = session.scalars(select(Partner.id).where(Partner.public_ref == fact.partner)).one()
    row = Closure(
        public_ref=new_ref("K"),
        kind=fact.kind,
        partner_id=partner_id,
        first_day=fact.first_day,
        last_day=fact.last_day,
        reason=fact.reason,
        by=fact.by,
        at=fact.at,
    )
    session.add(row)
    session.flush()
    session.info.setdefault(_MADE, []).append(row.public_ref)
    _add(session, ClosureDay, [
        {"closure_id": row.id, "offering_id": offering_id, "day": day}
        for offering_id, day in fact.days
    ])  # fmt: skip
    _add(session, ClosureSlot, [
        {"closure_id": row.id, "slot_id": slot_id} for slot_id in fact.slot_ids
    ])  # fmt: skip
    _end_holds(session, fact.slot_ids, fact.at)
    _add(session, ClosureDisplaced, [
        {
            "closure_id": row.id,
            "appointment_id": found.id,
            "slot_id": found.slot_id if found.slot_id in fact.slot_ids else found.proposed_slot_id,
            "state": LIST.target,
        }
        for found in _with_a_time(session, fact.slot_ids)
    ])  # fmt: skip


def closures_made(session: Session) -> tuple[str, ...]:
    """The references of the closures that this transaction has made. No statement."""
    return tuple(session.info.get(_MADE, ()))


def _add(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(model), rows)


def _end_holds(session: Session, slot_ids: Sequence[int], now: datetime) -> None:
    """Times that are kept for a member end; an overdue one ends as such. In the order of locks."""
    rows = session.execute(
        select(SeatHold.id, SeatHold.expires_at)
        .where(SeatHold.slot_id.in_(slot_ids), EXPIRE.at(SeatHold.state))
        .order_by(SeatHold.account_id, SeatHold.id)
    ).all()
    for row in rows:
        end_hold(session, row.id, EXPIRE if row.expires_at <= now else RELEASE, CLUB, now)


def _with_a_time(session: Session, slot_ids: Sequence[int]) -> Sequence[Row[int, int, int | None]]:
    """Whoever is expected in one of these times, or has been offered one of them."""
    return session.execute(
        select(Appointment.id, Appointment.slot_id, Appointment.proposed_slot_id)
        .where(
            Appointment.state.in_(EXPECTED),
            or_(Appointment.slot_id.in_(slot_ids), Appointment.proposed_slot_id.in_(slot_ids)),
        )
        .order_by(Appointment.id)
    ).all()


def reopen(session: Session, actor: Actor, *, closure: str) -> None:
    """Open the times again that this closure closed, and none that was closed before it. Whoever
    still has theirs keeps it; an offer that was made stands. Harmless to repeat. Raises NotFound,
    Forbidden."""
    actor.require(Permission.CAPACITY_CHANGE)
    now = clock.now()
    found = find_closure(session, actor, closure)
    if found.reopened_at is not None:
        return
    changes = _opening(session, found, now)
    if changes:
        partners.change_capacity(session, actor, changes=changes, reason=f"reopens {closure}")
    found.reopened_at, found.reopened_by = now, actor.owner
    session.flush()
    audit.write(session, actor, "closure.reopen", subject=("closure", found.public_ref), at=now)


def _opening(session: Session, found: Closure, now: datetime) -> list[Change]:
    """Days first; then each time of theirs that was closed before stays so; then its own."""
    of_closure = select(ClosureSlot.slot_id).where(ClosureSlot.closure_id == found.id)
    own = session.scalars(
        select(Slot.public_ref).where(Slot.id.in_(of_closure), Slot.starts_at > now)
    ).all()
    days = session.execute(
        select(Offering.public_ref, ClosureDay.day, Site.time_zone)
        .join(Offering, Offering.id == ClosureDay.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .where(ClosureDay.closure_id == found.id)
    ).all()
    before = session.scalars(
        select(Slot.public_ref)
        .join(
            ClosureDay,
            (ClosureDay.offering_id == Slot.offering_id) & (ClosureDay.day == Slot.local_day),
        )
        .where(
            ClosureDay.closure_id == found.id,
            Slot.id.not_in(of_closure),
            Slot.open.is_(False),
            Slot.starts_at > now,
        )
    ).all()
    return [
        *(
            Change(offering=ref, day=day, open=True)
            for ref, day, zone in days
            if day >= clock.today(zone)
        ),
        *(Change(slot=ref, open=False) for ref in before),
        *(Change(slot=ref, open=True) for ref in own),
    ]
