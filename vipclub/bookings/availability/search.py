"""Reads of what can be booked: services, offerings, days and times. The window of each offering's
policy becomes a range of days, so that what is shown is what is accepted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Table, and_, false, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits import Benefit
from vipclub.bookings.availability.slots import (
    OFFERING_COLUMNS,
    OfferingInView,
    built,
    join_offering,
)
from vipclub.bookings.policies.rules import Policy, SiteClock
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Offering, Site, Slot

SHOWN_DAYS = 14
_slot: Table = Slot.__table__  # type: ignore[assignment]
_free = (_slot.c.capacity - _slot.c.taken - _slot.c.reserved).label("free")
_times = select(
    _slot.c.id,
    _slot.c.public_ref,
    _slot.c.offering_id,
    _slot.c.starts_at,
    _slot.c.ends_at,
    _slot.c.capacity,
    _free,
)


@dataclass(frozen=True, slots=True)
class Service:
    """A benefit that is used by booking a time."""

    service: str
    name: Localized
    summary: Localized
    icon: str


@dataclass(frozen=True, slots=True)
class BookableOffering:
    """An offering with its site and rules; `first_day` to `last_day`, from
    `earliest` on, is what may be booked now."""

    id: int
    offering: str
    name: Localized
    preparation: Localized | None
    service: str
    service_name: Localized
    site: str
    site_name: Localized
    address: Localized
    city: str
    time_zone: str
    partner: str
    partner_name: Localized
    policy: Policy
    site_clock: SiteClock
    earliest: datetime
    first_day: date
    last_day: date
    holidays: tuple[date, ...]
    who: tuple[str, ...] = ()

    @property
    def for_family(self) -> bool:
        """Whether a relative may use it."""
        return "family" in self.who


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time with a seat left; moments on the site's wall."""

    slot: str
    offering: str
    site: str
    city: str
    start: datetime
    end: datetime
    capacity: int
    free: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A site's local day: seats left and in all, and times."""

    day: date
    free: int
    capacity: int


def services(session: Session, actor: Actor) -> list[Service]:
    """Services with at least one active offering, in the catalogue's order. One statement."""
    actor.require("slot:view")
    rows = session.execute(
        select(Benefit.code, Benefit.name, Benefit.summary, Benefit.icon)
        .where(
            select(Offering.id).where(Offering.benefit_id == Benefit.id, Offering.active).exists()
        )
        .order_by(Benefit.position)
    )
    return [Service(*row) for row in rows]


def bookable_offerings(
    session: Session,
    actor: Actor,
    *,
    service: str,
    city: str | None = None,
    offering: str | None = None,
) -> list[BookableOffering]:
    """Active offerings of a service with their rules, by city and name. One statement. Raises
    NotFound for a service that nobody offers."""
    actor.require("slot:view")
    wanted = parse_ref(offering, "O") if offering else None
    found = offerings_under(session, Benefit.code == service)
    if not found:
        raise NotFound()
    return [
        bookable
        for bookable in found
        if (city is None or bookable.city == city)
        and (wanted is None or bookable.offering == wanted)
    ]


def offerings_under(session: Session, *conditions: ColumnElement[bool]) -> list[BookableOffering]:
    """Active offerings that have rules, by city, under conditions on what `join_offering` joins.
    One statement."""
    now = clock.now()
    rows = session.execute(
        join_offering(select(*OFFERING_COLUMNS).select_from(Offering))
        .where(*conditions, Offering.active)
        .order_by(Site.city_code, Offering.id)
    )
    return [
        _bookable(built(OfferingInView, session, row), now)
        for row in rows
        if row.policy is not None
    ]


def _bookable(row: OfferingInView, now: datetime) -> BookableOffering:
    policy, site_clock = row.policy, row.site_clock
    earliest, first, last = bookable_range(policy, site_clock, now)
    holidays: tuple[date, ...] = ()
    if not policy.on_holidays:
        days = (first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1))
        holidays = tuple(day for day in days if site_clock.calendar.is_holiday(day))
    return BookableOffering(
        row.offering_id,
        row.offering,
        row.offering_name,
        row.preparation,
        row.service,
        row.service_name,
        row.site,
        row.site_name,
        row.address,
        row.city,
        row.time_zone,
        row.partner,
        row.partner_name,
        policy,
        site_clock,
        earliest,
        first,
        last,
        holidays,
        row.who,
    )


def bookable_range(
    policy: Policy, site_clock: SiteClock, now: datetime
) -> tuple[datetime, date, date]:
    """The earliest moment, the first and the last local day that may be booked now; the last lies
    before the first when nothing may."""
    today = now.astimezone(site_clock.zone).date()
    last = today + timedelta(days=policy.opens_days)
    if now < site_clock.at(today, policy.opens_at):
        last -= timedelta(days=1)
    if policy.closes.hours is not None:
        earliest = now + timedelta(hours=policy.closes.hours)
        return earliest, earliest.astimezone(site_clock.zone).date(), last
    first = today
    while first <= last and site_clock.deadline(policy.closes, site_clock.at(first, _NOON)) <= now:
        first += timedelta(days=1)
    return now, first, last


_NOON = time(12)


def bookable_now(
    offerings: list[BookableOffering], first: date | None, last: date | None
) -> ColumnElement[bool]:
    """The SQL of all windows: slots that a booking would be accepted for, seats aside."""
    conditions = []
    for bookable in offerings:
        begin = max(bookable.first_day, first) if first else bookable.first_day
        end = min(bookable.last_day, last) if last else bookable.last_day
        if begin > end:
            continue
        one = [
            _slot.c.offering_id == bookable.id,
            _slot.c.local_day.between(begin, end),
            _slot.c.starts_at > bookable.earliest,
        ]
        if bookable.holidays:
            one.append(_slot.c.local_day.not_in(bookable.holidays))
        conditions.append(and_(*one))
    return or_(*conditions) if conditions else false()


def free_slots(
    session: Session,
    actor: Actor,
    *,
    service: str,
    first: date | None = None,
    last: date | None = None,
    city: str | None = None,
    offering: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> Page[FreeTime]:
    """Free times that may be booked now, by time; `first` and `last` are local days of each site,
    14 days from `first` when no last one is given. Two statements. Raises NotFound."""
    offerings = bookable_offerings(session, actor, service=service, city=city, offering=offering)
    if last is None:
        begin = first or clock.club_today()
        last = min(begin, date.max - timedelta(days=SHOWN_DAYS)) + timedelta(days=SHOWN_DAYS)
    by_id = {bookable.id: bookable for bookable in offerings}
    statement = (
        _times.where(
            bookable_now(offerings, first, last),
            _slot.c.open.is_(True),
            _slot.c.taken + _slot.c.reserved < _slot.c.capacity,
        )
        .order_by(_slot.c.starts_at, _slot.c.id)
        .limit(limit + 1)
    )
    if after:
        statement = statement.where(beyond(after, _slot.c.starts_at, _slot.c.id, datetime))
    rows = session.execute(statement).all()
    items = [_as_free(row, by_id[row.offering_id]) for row in rows[:limit]]
    return Page(items, cursor_after(rows, limit, "starts_at"))


def _as_free(row: AnyRow, bookable: BookableOffering) -> FreeTime:
    zone = bookable.site_clock.zone
    return FreeTime(
        row.public_ref,
        bookable.offering,
        bookable.site,
        bookable.city,
        row.starts_at.astimezone(zone),
        row.ends_at.astimezone(zone),
        row.capacity,
        row.free,
    )


def open_days(
    session: Session, bookable: BookableOffering, *, first: date, last: date
) -> list[OpenDay]:
    """Local days with slots of one offering that may be booked now. One statement."""
    rows = session.execute(
        select(
            _slot.c.local_day,
            func.sum(_slot.c.capacity - _slot.c.taken - _slot.c.reserved),
            func.sum(_slot.c.capacity),
        )
        .where(bookable_now([bookable], first, last), _slot.c.open.is_(True))
        .group_by(_slot.c.local_day)
        .order_by(_slot.c.local_day)
    )
    return [OpenDay(day, int(free), int(capacity)) for day, free, capacity in rows]


def times_of_day(session: Session, bookable: BookableOffering, *, day: date) -> list[FreeTime]:
    """All times of a day that may be booked now, the full ones too (`free` 0). One statement."""
    rows = session.execute(
        _times.where(bookable_now([bookable], day, day), _slot.c.open.is_(True)).order_by(
            _slot.c.starts_at
        )
    )
    return [_as_free(row, bookable) for row in rows]


def time_of_slot(
    session: Session, offerings: Collection[BookableOffering], *, slot: str
) -> tuple[BookableOffering, FreeTime]:
    """The time behind a slot of one of these offerings, within the window or not. One statement.
    Raises NotFound, MalformedRef."""
    by_id = {bookable.id: bookable for bookable in offerings}
    row = session.execute(
        _times.where(_slot.c.public_ref == parse_ref(slot, "S"), _slot.c.offering_id.in_(by_id))
    ).first()
    if row is None:
        raise NotFound()
    bookable = by_id[row.offering_id]
    return bookable, _as_free(row, bookable)
