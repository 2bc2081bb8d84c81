"""Reads of what can be booked: services, offerings, days and times. The window of each offering's
policy becomes a range of days, so that what is shown is what is accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Table, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.bookings.availability.offerings import OfferingInView, Service, offerings
from vipclub.bookings.policies.rules import Policy, SiteClock
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.core.value_lists import among
from vipclub.partners import Slot

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
    """Services with at least one active offering, in the catalogue's order. No statement as a
    rule."""
    actor.require("slot:view")
    return list(offerings(session).services)


def bookable_offerings(
    session: Session,
    actor: Actor,
    *,
    service: str,
    city: str | None = None,
    offering: str | None = None,
) -> list[BookableOffering]:
    """Active offerings of a service with their rules, by city. No statement as a rule.
    Raises NotFound for a service that nobody offers."""
    actor.require("slot:view")
    wanted = parse_ref(offering, "O") if offering else None
    known = offerings(session)
    if not known.of_service(service):
        raise NotFound()
    found = known.of_service(service) if city is None else known.in_city(service, city)
    return bookable_of(each for each in found if wanted is None or each.offering == wanted)


def cities_of(session: Session, actor: Actor, *, service: str) -> dict[str, str]:
    """The city of each offering of a service, by the offering's reference and in the order of the
    cities. No statement as a rule. Raises NotFound for a service that nobody offers."""
    actor.require("slot:view")
    found = offerings(session).of_service(service)
    if not found:
        raise NotFound()
    return {each.offering: each.city for each in found}


def bookable_of(found: Iterable[OfferingInView]) -> list[BookableOffering]:
    """What may be booked now of each of these offerings."""
    now = clock.now()
    known: dict[tuple[int, int], _Times] = {}  # hundreds of offerings share a few
    made = []
    for offering in found:
        policy, site_clock = offering.policy, offering.site_clock
        key = (id(policy), id(site_clock))
        if key not in known:
            known[key] = _times_of(policy, site_clock, now)
        made.append(_bookable(offering, known[key]))
    return made


_Times: TypeAlias = tuple[datetime, date, date, tuple[date, ...]]
"""The earliest moment, the first and the last day, and the holidays between."""


def _times_of(policy: Policy, site_clock: SiteClock, now: datetime) -> _Times:
    earliest, first, last = bookable_range(policy, site_clock, now)
    holidays: tuple[date, ...] = ()
    if not policy.on_holidays:
        days = (first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1))
        holidays = tuple(day for day in days if site_clock.calendar.is_holiday(day))
    return earliest, first, last, holidays


def _bookable(row: OfferingInView, times: _Times) -> BookableOffering:
    earliest, first, last, holidays = times
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
        row.policy,
        row.site_clock,
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
    bookables: Iterable[BookableOffering], first: date | None, last: date | None
) -> ColumnElement[bool]:
    """The SQL of all windows, with all it needs: slots that a booking would be accepted for, seats
    aside. A hot statement is built once for so many `Window`s."""
    windows = windows_of(bookables, first, last)
    return _within(len(windows), _values(windows))


@dataclass(slots=True)
class Window:
    """Offerings whose times may be booked from and until the same moments: those under one policy,
    as a rule."""

    offerings: list[int]
    begin: date
    end: date
    earliest: datetime
    holidays: tuple[date, ...]


def windows_of(
    bookables: Iterable[BookableOffering], first: date | None, last: date | None
) -> list[Window]:
    """The windows of offerings, within local days where some are given; none that is empty."""
    windows: dict[tuple[date, date, datetime, tuple[date, ...]], Window] = {}
    for bookable in bookables:
        begin = max(bookable.first_day, first) if first else bookable.first_day
        end = min(bookable.last_day, last) if last else bookable.last_day
        if begin <= end:
            key = (begin, end, bookable.earliest, bookable.holidays)
            windows.setdefault(key, Window([], *key)).offerings.append(bookable.id)
    return list(windows.values())


def _within(count: int, values: Mapping[str, Any] | None = None) -> ColumnElement[bool]:
    """Slots within one of so many windows, to be asked with `_values`; or of these."""

    def given(name: str) -> Any:  # noqa: ANN401 - a value or its place
        return bindparam(name) if values is None else values[name]

    return or_(
        false(),
        *(
            and_(
                among(_slot.c.offering_id, given(f"offerings_{n}")),
                _slot.c.local_day.between(given(f"begin_{n}"), given(f"end_{n}")),
                _slot.c.starts_at > given(f"earliest_{n}"),
                ~among(_slot.c.local_day, given(f"holidays_{n}")),
            )
            for n in range(count)
        ),
    )


def _values(windows: list[Window]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for n, window in enumerate(windows):
        values[f"offerings_{n}"] = window.offerings
        values[f"begin_{n}"], values[f"end_{n}"] = window.begin, window.end
        values[f"earliest_{n}"], values[f"holidays_{n}"] = window.earliest, window.holidays
    return values


@lru_cache(maxsize=64)
def _free_in(count: int) -> AnySelect:
    return (
        _times.where(
            _within(count),
            _slot.c.open.is_(True),
            _slot.c.taken + _slot.c.reserved < _slot.c.capacity,
        )
        .order_by(_slot.c.starts_at, _slot.c.id)
        .limit(bindparam("limit"))
    )


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
    14 days from `first` when no last one is given. One statement. Raises NotFound."""
    bookable = bookable_offerings(session, actor, service=service, city=city, offering=offering)
    if last is None:
        begin = first or clock.club_today()
        last = min(begin, date.max - timedelta(days=SHOWN_DAYS)) + timedelta(days=SHOWN_DAYS)
    by_id = {one.id: one for one in bookable}
    windows = windows_of(bookable, first, last)
    statement = _free_in(len(windows))
    if after:
        statement = statement.where(beyond(after, _slot.c.starts_at, _slot.c.id, datetime))
    asked = {**_values(windows), "limit": limit + 1}
    rows = run_built(session, statement, asked).all()
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
    windows = windows_of([bookable], first, last)
    rows = run_built(session, _days_in(len(windows)), _values(windows)).all()
    return [OpenDay(day, int(free), int(capacity)) for day, free, capacity in rows]


@lru_cache(maxsize=2)
def _days_in(count: int) -> AnySelect:
    return (
        select(
            _slot.c.local_day,
            func.sum(_slot.c.capacity - _slot.c.taken - _slot.c.reserved),
            func.sum(_slot.c.capacity),
        )
        .where(_within(count), _slot.c.open.is_(True))
        .group_by(_slot.c.local_day)
        .order_by(_slot.c.local_day)
    )


def times_of_day(session: Session, bookable: BookableOffering, *, day: date) -> list[FreeTime]:
    """All times of a day that may be booked now, the full ones too (`free` 0). One statement."""
    windows = windows_of([bookable], day, day)
    rows = run_built(session, _day_in(len(windows)), _values(windows)).all()
    return [_as_free(row, bookable) for row in rows]


@lru_cache(maxsize=2)
def _day_in(count: int) -> AnySelect:
    within = _times.where(_within(count), _slot.c.open.is_(True))
    return within.order_by(_slot.c.starts_at)


def time_of_slot(
    session: Session, bookables: Collection[BookableOffering], *, slot: str
) -> tuple[BookableOffering, FreeTime]:
    """The time behind a slot of one of these offerings, within the window or not. One statement.
    Raises NotFound, MalformedRef."""
    by_id = {bookable.id: bookable for bookable in bookables}
    row = session.execute(
        _times.where(_slot.c.public_ref == parse_ref(slot, "S"), _slot.c.offering_id.in_(by_id))
    ).first()
    if row is None:
        raise NotFound()
    bookable = by_id[row.offering_id]
    return bookable, _as_free(row, bookable)
