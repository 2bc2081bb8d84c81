"""Reads of closures: who was displaced, and where each of them stands now. What is done for them is
in `offering_others`.

What an appointment's own row says wins over what was noted when its time closed, so that a closure
counts down by itself whoever moves or cancels: closing is not finished until the list of
the displaced is empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub.bookings.appointments.finding import (
    Sight,
    appointments,
    proposed,
    sight_of,
    values_of,
    visible_to,
)
from vipclub.bookings.appointments.rows import AppointmentRow, appointment_built
from vipclub.bookings.closures.steps import LEAVE, OFFER
from vipclub.bookings.models import (
    Appointment,
    Closure,
    ClosureDay,
    ClosureDisplaced,
    ClosureSlot,
)
from vipclub.bookings.steps import EXPECTED
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.core.value_lists import one_of
from vipclub.partners import Offering, Partner, Site, Slot
from vipclub.partners import visible_to as partners_visible_to

UNSETTLED = OFFER.sources | {"proposed"}
"""Where a displaced one stands while the closure isn't finished."""
_closed, _left_slot = aliased(Slot), Appointment.slot_id
_COLUMNS = (
    ClosureDisplaced.closure_id,
    Closure.public_ref.label("closure"),
    Closure.reason.label("closed_why"),
    ClosureDisplaced.state.label("noted"),
    ClosureDisplaced.slot_id.label("closed_slot_id"),
    ClosureDisplaced.tried_at,
    _closed.open.label("open_again"),
    _closed.starts_at.label("closed_starts_at"),
    proposed.open.label("proposed_open"),
    Slot.open.label("own_open"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplacedRow(AppointmentRow):
    """An appointment with the closure that displaced it: what was `noted`, the time that closed,
    and which of its times are open now."""

    closure_id: int
    closure: str
    closed_why: str | None
    noted: str
    closed_slot_id: int
    tried_at: datetime | None
    open_again: bool
    closed_starts_at: datetime
    proposed_open: bool | None
    own_open: bool


@dataclass(frozen=True, slots=True)
class Displaced:
    """Somebody whose time closed; moments on the site's wall. `stands` is waiting, proposed, desk,
    kept, open_again, moved, cancelled or served; `start` is the time that closed, `other` the one
    that is offered or was taken instead."""

    closure: str
    appointment: str
    stands: str
    status: str
    member: str
    member_name: str = field(repr=False)
    visitor_name: str = field(repr=False)
    service_name: Localized
    site_name: Localized
    partner_name: Localized
    city: str
    time_zone: str
    start: datetime
    asked_at: datetime
    other: datetime | None
    other_site_name: Localized | None
    answer_by: datetime | None
    tried: bool

    @property
    def settled(self) -> bool:
        return self.stands not in UNSETTLED


@dataclass(frozen=True, slots=True)
class ClosureSummary:
    """A closure in a list: `left` are not settled yet, of `people`."""

    ref: str
    kind: str
    first_day: date
    last_day: date
    reason: str | None
    at: datetime
    reopened: bool
    people: int
    left: int


@dataclass(frozen=True, slots=True)
class ClosureView:
    """A closure with everybody whom it displaced, by time; `places` are the offerings and sites."""

    ref: str
    kind: str
    first_day: date
    last_day: date
    reason: str | None
    at: datetime
    reopened_at: datetime | None
    time_zone: str
    places: tuple[tuple[Localized, Localized], ...]
    displaced: tuple[Displaced, ...]

    @property
    def left(self) -> int:
        """Not settled yet; the closure is finished at zero."""
        return sum(not found.settled for found in self.displaced)

    @property
    def counts(self) -> Counter[str]:
        return Counter(found.stands for found in self.displaced)


def stands(row: DisplacedRow) -> str:
    """Where a displaced one stands now."""
    if row.state not in EXPECTED:
        return "served" if row.state in {"arrived", "fulfilled", "noshow"} else "cancelled"
    elsewhere = row.slot_id != row.closed_slot_id
    if elsewhere and row.proposed_slot_id != row.closed_slot_id:
        return "moved"
    if row.open_again:
        return "open_again"
    if row.state == "proposed" and row.proposed_open:
        return "proposed"
    return row.noted


def find_closure(session: Session, actor: Actor, ref: str) -> Closure:
    """A closure to act for. One statement. Raises MalformedRef and NotFound."""
    found = session.scalar(
        select(Closure)
        .join(Partner, Partner.id == Closure.partner_id)
        .where(Closure.public_ref == parse_ref(ref, "K"), partners_visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


def closure(session: Session, actor: Actor, ref: str) -> ClosureView:
    """A closure with everybody whom it displaced. Three statements. Raises NotFound, Forbidden."""
    actor.require("capacity:view")
    found = find_closure(session, actor, ref)
    of_slots = (
        select(Slot.offering_id)
        .join(ClosureSlot, ClosureSlot.slot_id == Slot.id)
        .where(ClosureSlot.closure_id == found.id)
    )
    of_days = select(ClosureDay.offering_id).where(ClosureDay.closure_id == found.id)
    places = session.execute(
        select(Offering.name, Site.name, Site.time_zone)
        .join(Site, Site.id == Offering.site_id)
        .where(Offering.id.in_(of_slots.union(of_days)))
        .order_by(Offering.id)
    ).all()
    return ClosureView(
        ref=found.public_ref,
        kind=found.kind,
        first_day=found.first_day,
        last_day=found.last_day,
        reason=found.reason,
        at=found.at,
        reopened_at=found.reopened_at,
        time_zone=places[0].time_zone if places else clock.club_zone(),
        places=tuple((row[0], row[1]) for row in places),
        displaced=tuple(displaced_by(session, actor, [found.id])),
    )


def list_closures(
    session: Session, actor: Actor, *, since: date | None = None, limit: int = 50
) -> list[ClosureSummary]:
    """The closures at an actor's partner, the latest first; with `since`, those whose last day is
    not before it. Two statements. Raises Forbidden."""
    actor.require("capacity:view")
    statement = (
        select(Closure)
        .join(Partner, Partner.id == Closure.partner_id)
        .where(partners_visible_to(actor))
        .order_by(Closure.id.desc())
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(Closure.last_day >= since)
    found = session.scalars(statement).all()
    people: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for one in displaced_by(session, actor, [row.id for row in found]):
        people[one.closure] += 1
        left[one.closure] += not one.settled
    return [
        ClosureSummary(
            row.public_ref,
            row.kind,
            row.first_day,
            row.last_day,
            row.reason,
            row.at,
            row.reopened_at is not None,
            people[row.public_ref],
            left[row.public_ref],
        )
        for row in found
    ]


def displaced_waiting(session: Session, actor: Actor, *, limit: int = 200) -> list[Displaced]:
    """Whom the service desk should call: displaced, and their partner has no other time; the next
    visit first. One statement. Raises Forbidden."""
    actor.require("appointment:view")
    asked = {"limit": limit, **values_of(actor)}
    found = _displaced_of(session, _left_to_the_desk(sight_of(actor)), asked)
    return [one for one in found if one.stands == LEAVE.target]


@lru_cache(maxsize=64)
def _left_to_the_desk(sight: Sight) -> AnySelect:
    left = one_of(ClosureDisplaced.state, {LEAVE.target})
    return (
        _displaced()
        .where(
            sight.condition(),
            Appointment.id.in_(select(ClosureDisplaced.appointment_id).where(left)),
            left,
            one_of(Appointment.state, EXPECTED),
            Closure.reopened_at.is_(None),
        )
        .order_by(_closed.starts_at, Appointment.id)
        .limit(bindparam("limit"))
    )


def displaced_by(session: Session, actor: Actor, closure_ids: list[int]) -> list[Displaced]:
    """Everybody whom closures displaced, by time. One statement, none for no closure."""
    if not closure_ids:
        return []
    statement = (
        _displaced()
        .where(ClosureDisplaced.closure_id.in_(closure_ids), visible_to(actor))
        .order_by(_closed.starts_at, Appointment.id)
    )
    return _displaced_of(session, statement)


def find_displaced(session: Session, actor: Actor, ref: str, appointment: str) -> DisplacedRow:
    """One row of a closure's list, with `stands` to be asked. One statement. Raises NotFound."""
    row = session.execute(
        _displaced().where(
            Closure.public_ref == parse_ref(ref, "K"),
            Appointment.public_ref == parse_ref(appointment, "A"),
            visible_to(actor),
        )
    ).first()
    if row is None:
        raise NotFound()
    return appointment_built(DisplacedRow, session, row)


def _displaced() -> AnySelect:
    return (
        appointments(*_COLUMNS)
        .join(ClosureDisplaced, ClosureDisplaced.appointment_id == Appointment.id)
        .join(Closure, Closure.id == ClosureDisplaced.closure_id)
        .join(_closed, _closed.id == ClosureDisplaced.slot_id)
    )


def _displaced_of(
    session: Session, statement: AnySelect, asked: Mapping[str, Any] | None = None
) -> list[Displaced]:
    rows = session.connection().execute(statement, asked).all()
    return [_as_displaced(appointment_built(DisplacedRow, session, row)) for row in rows]


def _as_displaced(row: DisplacedRow) -> Displaced:
    zone, stand = row.site_clock.zone, stands(row)
    other = row.proposed_starts_at if stand == "proposed" else None
    if stand == "moved":
        other = row.starts_at
    return Displaced(
        closure=row.closure,
        appointment=row.ref,
        stands=stand,
        status=row.state,
        member=row.member,
        member_name=row.member_name,
        visitor_name=row.visitor_name,
        service_name=row.service_name,
        site_name=row.site_name,
        partner_name=row.partner_name,
        city=row.city,
        time_zone=row.time_zone,
        start=row.closed_starts_at.astimezone(zone),
        asked_at=row.created_at,
        other=other.astimezone(zone) if other else None,
        other_site_name=row.proposed_site_name if stand == "proposed" else row.site_name,
        answer_by=row.answer_by.astimezone(zone) if row.answer_by else None,
        tried=row.tried_at is not None,
    )
