"""Reads of places: a month by day, and the times of some days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.calendar import WorkingCalendar, load_calendar
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow
from vipclub.partners.hours import exceptions_of
from vipclub.partners.models import Offering, Partner, Site, Slot
from vipclub.partners.queries import OfferingRow, find_offering, visible_to


@dataclass(frozen=True, slots=True)
class DayOfPlaces:
    """A site's local day of an offering: `taken` of `capacity` in the times that are open;
    `closed` times, with `stranded` people in them. `marked` is the day's own number of places, 0
    closed, None by the week. A `holiday` is decreed, and so is a weekend day that is `made_up`;
    beyond what is decreed a day is `provisional`."""

    day: date
    taken: int
    capacity: int
    times: int
    closed: int
    stranded: int
    marked: int | None
    holiday: bool
    made_up: bool
    provisional: bool

    @property
    def free(self) -> int:
        return self.capacity - self.taken

    @property
    def shut(self) -> bool:
        """Nothing is open that day."""
        return self.times == 0


@dataclass(frozen=True, slots=True)
class PlaceTime:
    """A time with its places; moments on the site's wall. `open` says whether it can be booked,
    `free` how often."""

    id: int = field(repr=False)
    slot: str
    offering: str
    site: str
    start: datetime
    end: datetime
    day: date
    capacity: int
    taken: int
    open: bool

    @property
    def free(self) -> int:
        return self.capacity - self.taken if self.open else 0


def days_of_places(
    session: Session, place: OfferingRow, *, first: date, last: date
) -> list[DayOfPlaces]:
    """Every day from `first` to `last` of an offering that was found. Two statements, and one when
    the region's calendar is not known yet."""
    seats = Slot.taken + Slot.reserved
    rows = session.execute(
        select(
            Slot.local_day,
            func.sum(case((Slot.open, seats), else_=0)).label("taken"),
            func.sum(case((Slot.open, Slot.capacity), else_=0)).label("capacity"),
            func.sum(case((Slot.open, 1), else_=0)).label("times"),
            func.sum(case((Slot.open, 0), else_=1)).label("closed"),
            func.sum(case((Slot.open, 0), else_=seats)).label("stranded"),
        )
        .where(Slot.offering_id == place.id, Slot.local_day.between(first, last))
        .group_by(Slot.local_day)
    )
    found = {row.local_day: row for row in rows}
    marked = exceptions_of(session, place.id, first, last)
    calendar = load_calendar(session, place.region)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [_day(day, found.get(day), marked.get(day), calendar) for day in days]


def _day(
    day: date, row: AnyRow | None, marked: int | None, calendar: WorkingCalendar
) -> DayOfPlaces:
    return DayOfPlaces(
        day=day,
        taken=int(row.taken) if row else 0,
        capacity=int(row.capacity) if row else 0,
        times=int(row.times) if row else 0,
        closed=int(row.closed) if row else 0,
        stranded=int(row.stranded) if row else 0,
        marked=marked,
        holiday=calendar.is_holiday(day),
        made_up=day.isoweekday() > 5 and calendar.is_working_day(day),
        provisional=calendar.is_provisional(day),
    )


def times_of_places(
    session: Session,
    actor: Actor,
    *,
    first: date,
    last: date,
    offering: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> Page[PlaceTime]:
    """The times of days, both ends included, each by its own site's wall. One statement, two for
    one offering. Raises NotFound, MalformedRef, Malformed, Forbidden."""
    actor.require("capacity:view")
    statement = (
        select(
            Slot.id,
            Slot.public_ref,
            Offering.public_ref.label("offering"),
            Site.public_ref.label("site"),
            Slot.starts_at,
            Slot.ends_at,
            Slot.local_day,
            Slot.capacity,
            (Slot.taken + Slot.reserved).label("taken"),
            Slot.open,
            Site.time_zone,
        )
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(visible_to(actor), Slot.local_day.between(first, last))
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit + 1)
    )
    if offering is not None:
        statement = statement.where(Slot.offering_id == find_offering(session, actor, offering).id)
    if after is not None:
        statement = statement.where(beyond(after, Slot.starts_at, Slot.id, datetime))
    rows = session.execute(statement).all()
    items = [_time(row) for row in rows[:limit]]
    return Page(items, cursor_after(rows, limit, "starts_at"))


def _time(row: AnyRow) -> PlaceTime:
    zone = ZoneInfo(row.time_zone)
    return PlaceTime(
        id=row.id,
        slot=row.public_ref,
        offering=row.offering,
        site=row.site,
        start=row.starts_at.astimezone(zone),
        end=row.ends_at.astimezone(zone),
        day=row.local_day,
        capacity=row.capacity,
        taken=row.taken,
        open=row.open,
    )
