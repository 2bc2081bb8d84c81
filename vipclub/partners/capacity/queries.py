"""Reads of capacity: the days of an offering, its slots, and the seats of a partner by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow
from vipclub.core.value_lists import among
from vipclub.core.working_days import WorkingCalendar, load_calendar
from vipclub.partners.capacity.hours_in_force import exceptions_of
from vipclub.partners.catalogue.offerings import OfferingRow, offering_of, offerings_of
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.models import Offering, Partner, Site, Slot


@dataclass(frozen=True, slots=True)
class DayCapacity:
    """A local day of an offering: `taken` of `capacity` seats in its `times` slots that are open;
    `closed` slots, with `stranded` people in them. `marked` is the day's own number of seats a
    slot, 0 closed, None by the week. A `holiday` is decreed, and so is a weekend day that is
    `made_up`; beyond what is decreed a day is `provisional`."""

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
class SlotCapacity:
    """A slot with its seats; moments on the site's wall. `open` says whether it can be booked,
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


def capacity_by_day(
    session: Session, offering: OfferingRow, *, first: date, last: date
) -> list[DayCapacity]:
    """Every day from `first` to `last` of an offering that was found, full, free or closed. Two
    statements, and one more when the region's calendar is not known yet."""
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
        .where(Slot.offering_id == offering.id, Slot.local_day.between(first, last))
        .group_by(Slot.local_day)
    )
    found = {row.local_day: row for row in rows}
    marked = exceptions_of(session, offering.id, first, last)
    calendar = load_calendar(session, offering.region)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [_day(day, found.get(day), marked.get(day), calendar) for day in days]


def _day(
    day: date, row: AnyRow | None, marked: int | None, calendar: WorkingCalendar
) -> DayCapacity:
    return DayCapacity(
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


def capacity_by_slot(
    session: Session,
    actor: Actor,
    *,
    first: date,
    last: date,
    offering: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> Page[SlotCapacity]:
    """The slots of days, both ends included, by time, each on its own site's wall. One statement.
    Raises NotFound, MalformedRef, Malformed, Forbidden."""
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
        statement = statement.where(Slot.offering_id == offering_of(session, actor, offering).id)
    if after is not None:
        statement = statement.where(beyond(after, Slot.starts_at, Slot.id, datetime))
    rows = session.execute(statement).all()
    items = [_slot(row) for row in rows[:limit]]
    return Page(items, cursor_after(rows, limit, "starts_at"))


def _slot(row: AnyRow) -> SlotCapacity:
    zone = ZoneInfo(row.time_zone)
    return SlotCapacity(
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


@dataclass(frozen=True, slots=True)
class SeatsOfDay:
    """A local day: seats taken or reserved, of all in slots that are open."""

    day: date
    taken: int
    capacity: int


def seats_by_day(session: Session, actor: Actor, *, first: date, last: date) -> list[SeatsOfDay]:
    """The seats of all offerings that an actor may act for, by day. One statement. Raises
    Forbidden."""
    actor.require("capacity:view")
    own = [offering.id for offering in offerings_of(session, actor)]
    rows = run_built(session, _by_day, {"own": own, "first": first, "last": last}).all()
    return [SeatsOfDay(day, int(taken), int(capacity)) for day, taken, capacity in rows]


_by_day = (
    select(Slot.local_day, func.sum(Slot.taken + Slot.reserved), func.sum(Slot.capacity))
    .where(
        among(Slot.offering_id, bindparam("own")),
        Slot.local_day.between(bindparam("first"), bindparam("last")),
        Slot.open.is_(True),
    )
    .group_by(Slot.local_day)
    .order_by(Slot.local_day)
)
