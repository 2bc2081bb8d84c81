"""Closing a day, and whatever else closes times that people have booked: everybody is listed in the
same transaction, then each is offered another time in a run of its own.

Order within a closing: the slots are closed first (whoever takes a seat now is refused), then open
holds end (they are refused too), then the appointments are read. A booking therefore either came
before, and is listed, or is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Row, Table, insert, or_, select, update
from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.accounts import Permission
from vipclub.bookings.appointments.proposing import PROPOSE, propose
from vipclub.bookings.appointments.rescheduling import reschedule
from vipclub.bookings.availability.alternatives import Alternative, alternatives
from vipclub.bookings.displaced import (
    UNSETTLED,
    DisplacedRow,
    displaced_by,
    find_closure,
    find_displaced,
    stands,
)
from vipclub.bookings.displaced_steps import DISPLACED_STEPS, KEEP, LEAVE, LIST, OFFER
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
from vipclub.bookings.refusals import SlotFull
from vipclub.bookings.steps import EXPECTED
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Base, Database
from vipclub.core.errors import Busy, IllegalTransition, Refused
from vipclub.core.idempotency import Replayed
from vipclub.core.steps import Step
from vipclub.core.types import new_ref, parse_ref
from vipclub.partners import Change, Offering, Partner, Site, Slot, TimesClosed

CLUB = Actor.system("closing")
LOOKED_AT = 24
TRIES = 3
_MADE = "bookings.closures_made"
_displaced: Table = ClosureDisplaced.__table__  # type: ignore[assignment]
log = structlog.get_logger("vipclub.closing")


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of looking for other times: offered by the partner, left to the service desk,
    failed (to be tried again)."""

    proposed: int
    desk: int
    failed: int


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


def offer_others(db: Database, actor: Actor, *, closure: str, again: bool = False) -> Offered:
    """Offer another time to each who waits, in a run of its own; one that fails doesn't stop the
    rest. With `again`, also to those for whom it was tried before. Harmless to repeat. Raises
    NotFound, Forbidden."""
    actor.require(Permission.APPOINTMENT_ANSWER)
    with db.read() as session:
        found = find_closure(session, actor, closure)
        waiting = [
            one.appointment
            for one in displaced_by(session, actor, [found.id])
            if one.stands in OFFER.sources and (again or not one.tried)
        ]
    outcomes = [_try_one(db, actor, closure, appointment) for appointment in waiting]
    return Offered(*(outcomes.count(kind) for kind in ("proposed", "desk", "failed")))


class Closing(Protocol):
    """What a change of places gives: the references of the closures that it made."""

    @property
    def closings(self) -> tuple[str, ...]: ...


C = TypeVar("C", bound=Closing | Replayed | str | None)


def close_and_offer(db: Database, actor: Actor, close: Callable[[], C]) -> C:
    """The one way in which a page, the API or a job closes times: `close` is the change in a
    transaction of its own; then everybody whom it displaced is offered another time, each in a run
    of its own. Who can't be is tried again by the clock. Gives what `close` gave (a closure's
    reference, or what has `closings`); an answer that is only repeated was looked after then.
    Raises what `close` raises, and nothing once the times are closed."""
    made = close()
    closings: Sequence[str] = ()
    if isinstance(made, str):
        closings = [made]
    elif made is not None and not isinstance(made, Replayed):
        closings = made.closings
    if closings and actor.has(Permission.APPOINTMENT_ANSWER):
        try:
            offer_each(db, actor, closings)
        except Exception:  # the closing stands: the clock goes on with it
            log.exception("offering_failed", closings=closings)
    return made


def offer_each(db: Database, actor: Actor, closures: Sequence[str]) -> Offered:
    """`offer_others` for several closures, counted together."""
    done = [offer_others(db, actor, closure=ref) for ref in closures]
    return Offered(
        sum(one.proposed for one in done),
        sum(one.desk for one in done),
        sum(one.failed for one in done),
    )


def offer_all(db: Database) -> Offered:
    """For the clock: the closures in which somebody has not been tried yet."""
    with db.read() as session:
        refs = session.scalars(
            select(Closure.public_ref)
            .join(ClosureDisplaced, ClosureDisplaced.closure_id == Closure.id)
            .where(
                ClosureDisplaced.state == LIST.target,
                ClosureDisplaced.tried_at.is_(None),
                Closure.reopened_at.is_(None),
                # each site's own day, whichever zone it is in: nowhere is it earlier than that
                Closure.last_day >= clock.today("UTC") - timedelta(days=1),
            )
            .distinct()
        ).all()
    return offer_each(db, CLUB, refs)


def _try_one(db: Database, actor: Actor, closure: str, appointment: str) -> str:
    """A seat that goes meanwhile is no reason to give up: the next one is looked for."""
    try:
        try:
            for _ in range(TRIES):
                with suppress(SlotFull):
                    return db.run(offer_one, actor, closure=closure, appointment=appointment)
        except IllegalTransition:  # the member or a colleague was faster
            return "settled"
        except Busy:
            raise
        except Refused as refused:
            log.warning("no_other_time", appointment=appointment, outcome=refused.code)
        db.run(leave_to_desk, actor, closure=closure, appointment=appointment)
    except Exception:
        log.exception("offering_failed", appointment=appointment)
        return "failed"
    return "desk"


def offer_one(session: Session, actor: Actor, *, closure: str, appointment: str) -> str:
    """Offer the nearest time that the partner has: the same place first, then its other sites in
    the city. Gives proposed, desk (nothing is free) or settled. Raises what `propose` raises."""
    actor.require(Permission.APPOINTMENT_ANSWER)
    now = clock.now()
    row = find_displaced(session, actor, closure, appointment)
    if stands(row) not in OFFER.sources:
        return "settled"
    if row.state == "proposed":  # what was offered is closed now: the old time stands again
        reschedule(session, CLUB, appointment=row.ref, slot=row.slot)
        if row.own_open:
            return "settled"
    for other in _of_the_partner(session, actor, row):
        propose(
            session,
            actor,
            appointment=row.ref,
            slot=other.slot,
            kind="closed",
            reason=row.closed_why,
        )
        _note(session, row, OFFER, now)
        return "proposed"
    _note(session, row, LEAVE, now)
    return "desk"


def _of_the_partner(session: Session, actor: Actor, row: DisplacedRow) -> list[Alternative]:
    """The partner's own free times: the same place first, the nearest day, rather after than
    before, at the nearest hour."""
    found = alternatives(session, actor, appointment=row.ref, limit=LOOKED_AT)
    start = row.start

    def far(other: Alternative) -> tuple[int, int, bool, int]:
        days = (other.start.date() - start.date()).days
        minutes = (other.start.hour - start.hour) * 60 + other.start.minute - start.minute
        return other.near, abs(days), days < 0, abs(minutes)

    return sorted((other for other in found if other.near < 2), key=far)


def leave_to_desk(session: Session, actor: Actor, *, closure: str, appointment: str) -> None:
    """Nothing could be offered: the service desk calls. Nothing is done when it is settled."""
    row = find_displaced(session, actor, closure, appointment)
    if stands(row) in LEAVE.sources:
        _note(session, row, LEAVE, clock.now())


def keep(session: Session, actor: Actor, *, closure: str, appointment: str) -> None:
    """The visit takes place all the same: this person keeps the time. Raises NotFound, Forbidden,
    IllegalTransition once it is settled in another way."""
    DISPLACED_STEPS.require(KEEP, actor)
    row = find_displaced(session, actor, closure, appointment)
    now_stands = stands(row)
    if now_stands == KEEP.target:
        return
    if now_stands not in UNSETTLED or row.state not in PROPOSE.sources:
        raise IllegalTransition(possible=[], state=now_stands)
    _note(session, row, KEEP, clock.now())
    audit.write(
        session,
        actor,
        "closure.keep",
        subject=("appointment", row.ref),
        before={"stands": now_stands},
        after={"closure": row.closure},
    )


def _note(session: Session, row: DisplacedRow, step: Step[object], now: datetime) -> None:
    session.connection().execute(
        update(_displaced)
        .where(_displaced.c.closure_id == row.closure_id, _displaced.c.appointment_id == row.id)
        .values(state=step.target, tried_at=now)
    )


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
