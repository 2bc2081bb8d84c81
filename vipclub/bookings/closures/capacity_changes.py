"""Changes of capacity with the people whom they hit: composed here because capacity is the
partners' and people are the bookings'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.bookings.availability.offerings import offering_values, offerings
from vipclub.bookings.availability.search import bookable_now, bookable_of
from vipclub.bookings.closures.closing import closures_made
from vipclub.bookings.models import Appointment
from vipclub.bookings.steps import EXPECTED
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.partners import Change, Hours, Offering, Plan, Site, Slot


@dataclass(frozen=True, slots=True)
class Hit:
    """An appointment in a time that closes; `start` is on the site's wall."""

    appointment: str
    slot: str
    start: datetime


@dataclass(frozen=True, slots=True)
class CapacityHits:
    """What a change of capacity did or would do, and whom it displaces. `closures` are the
    references under which those are offered another time."""

    plan: Plan
    displaced: tuple[Hit, ...]
    closures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """What a change did, and the references under which those who had a time are looked after."""

    plan: Plan
    closures: tuple[str, ...]


def change_capacity(
    session: Session, actor: Actor, *, changes: Sequence[Change], reason: str | None = None
) -> CapacityChanged:
    """`partners.change_capacity`, with the closures that it made. Raises what that raises."""
    plan = partners.change_capacity(session, actor, changes=changes, reason=reason)
    return CapacityChanged(plan, closures_made(session))


def change_week(
    session: Session,
    actor: Actor,
    *,
    offering: str,
    from_day: date,
    hours: Sequence[Hours],
    reason: str | None = None,
    seen: str | None = None,
) -> CapacityChanged:
    """`partners.change_week`, with the closures that it made. Raises what that raises."""
    plan = partners.change_week(
        session,
        actor,
        offering=offering,
        from_day=from_day,
        hours=hours,
        reason=reason,
        seen=seen,
    )
    return CapacityChanged(plan, closures_made(session))


def preview_week(
    session: Session, actor: Actor, *, offering: str, from_day: date, hours: Sequence[Hours]
) -> CapacityHits:
    """What a new week would do, and whom it would displace. Changes nothing. Raises as
    `change_week` does."""
    plan = partners.preview_week(session, actor, offering=offering, from_day=from_day, hours=hours)
    return CapacityHits(plan, _expected(session, plan))


def preview_capacity(session: Session, actor: Actor, *, changes: Sequence[Change]) -> CapacityHits:
    """What these changes would do, and whom they would displace. Changes nothing. Raises as
    `change_capacity_with_hits` does."""
    plan = partners.preview_change(session, actor, changes=changes)
    return CapacityHits(plan, _expected(session, plan))


def change_capacity_with_hits(
    session: Session, actor: Actor, *, changes: Sequence[Change], reason: str | None = None
) -> CapacityHits:
    """`change_capacity`, told with the appointments that it displaces. Raises what that
    raises."""
    done = change_capacity(session, actor, changes=changes, reason=reason)
    return CapacityHits(done.plan, _expected(session, done.plan), done.closures)


def _expected(session: Session, plan: Plan) -> tuple[Hit, ...]:
    closing = [hit.id for hit in plan.closing]
    if not closing:
        return ()
    rows = session.execute(
        select(Appointment.public_ref, Slot.public_ref, Slot.starts_at, Site.time_zone)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .where(Slot.id.in_(closing), Appointment.state.in_(EXPECTED))
        .order_by(Slot.starts_at, Appointment.id)
    )
    return tuple(Hit(ref, slot, at.astimezone(ZoneInfo(zone))) for ref, slot, at, zone in rows)


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """What closing would do: `people` have appointments; for `here` of them the partner has another
    time (as far as anybody can know before they are asked), `desk` go to the service desk."""

    plan: Plan
    people: int
    here: int

    @property
    def desk(self) -> int:
        return self.people - self.here


def preview_closing(
    session: Session,
    actor: Actor,
    *,
    day: date,
    offering: str | None = None,
    site: str | None = None,
) -> ClosingPreview:
    """Who would be displaced by closing a day, and for how many a time is free at the partner in
    the same city. Changes nothing. Raises as `close_day` does."""
    change = Change(offering=offering, site=site, day=day, open=False)
    plan = partners.preview_change(session, actor, changes=[change])
    closing = [hit.id for hit in plan.closing]
    return ClosingPreview(plan, *_counted(session, closing))


def _counted(session: Session, closing: list[int]) -> tuple[int, int]:
    """People in the times that close, and for how many of them another seat is free: of the same
    service, at the same partner, in the same city. Three statements."""
    rows = session.execute(
        select(Appointment.offering_id, func.count())
        .where(
            Appointment.slot_id.in_(closing),
            Appointment.state.in_(EXPECTED),
            Appointment.starts_at > clock.now(),
        )
        .group_by(Appointment.offering_id)
    ).all()
    if not rows:
        return 0, 0
    people: Counter[tuple[str, str, str]] = Counter()
    for offering_id, count in rows:
        place = offering_values(session, offering_id)
        people[place["service"], place["city"], place["partner"]] += count
    bookables = bookable_of(
        offering
        for offering in offerings(session).active
        if (offering.service, offering.city, offering.partner) in people
    )
    free = session.execute(
        select(Slot.offering_id, func.sum(Slot.capacity - Slot.taken - Slot.reserved))
        .where(bookable_now(bookables, None, None), Slot.open, Slot.id.not_in(closing))
        .group_by(Slot.offering_id)
    )
    groups = {
        bookable.id: (bookable.service, bookable.city, bookable.partner) for bookable in bookables
    }
    seats: Counter[tuple[str, str, str]] = Counter()
    for offering_id, count in free:
        seats[groups[offering_id]] += int(count)
    return sum(people.values()), sum(min(n, seats[group]) for group, n in people.items())
