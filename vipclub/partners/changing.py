"""Changing capacity: a day, a time, a whole site's day. `preview_change` shows what
`change_capacity` does: both work out the same plan, the change under locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Table, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.calendar import load_calendar
from vipclub.core.db import for_no_key_update, upsert_of
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.rows import AnySelect, columns_of, rows_as
from vipclub.partners.facts import TimesClosed
from vipclub.partners.hours import times_by, week_on, weeks_of
from vipclub.partners.models import CapacityException, Offering, Site, Slot
from vipclub.partners.opening import AHEAD, open_offering
from vipclub.partners.planning import Change, DayHit, Plan, SlotRow, TimeHit, in_order, settle
from vipclub.partners.queries import OfferingRow, offerings, visible_to
from vipclub.partners.refusals import NoHoursThatDay, TimeIsFull, TimeIsOver
from vipclub.partners.timetable import Opening

_slot: Table = Slot.__table__  # type: ignore[assignment]
_offering: Table = Offering.__table__  # type: ignore[assignment]
_exception: Table = CapacityException.__table__  # type: ignore[assignment]
_write = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot_id"))
    .values(
        capacity=bindparam("places"), open=bindparam("is_open"), planned=bindparam("is_planned")
    )
)
TIMES = select(*columns_of(SlotRow, _slot)).order_by(_slot.c.id)


@dataclass(slots=True)
class Work:
    """A plan with what it takes to carry it out."""

    places: dict[int, OfferingRow]
    hits: dict[int, TimeHit | None] = field(default_factory=dict)
    days: dict[tuple[int, date], DayHit] = field(default_factory=dict)
    made: dict[tuple[int, date], list[Opening]] = field(default_factory=dict)

    def plan(self) -> Plan:
        new = [opening for openings in self.made.values() for opening in openings]
        return Plan(
            times=in_order(self.hits.values()),
            days=tuple(day for day in self.days.values() if day.was != day.capacity),
            made=len(new),
            made_places=sum(opening.capacity for opening in new),
        )


def preview_change(session: Session, actor: Actor, *, changes: Sequence[Change]) -> Plan:
    """What these changes would do. Raises as `change_capacity` does, and changes nothing."""
    actor.require("capacity:view")
    return _work_out(session, actor, changes, clock.now(), lock=False).plan()


def change_capacity(
    session: Session, actor: Actor, *, changes: Sequence[Change], reason: str | None = None
) -> Plan:
    """Change days and times; later wishes win over earlier ones. Gives what was hit.

    Closing never touches an appointment: whoever has one is listed by those who answer
    `TimesClosed`. Raises TimeIsFull for one time that is full (that is overbooking),
    TimeIsOver, NoHoursThatDay, Malformed, NotFound, Forbidden.
    """
    actor.require("capacity:change")
    now = clock.now()
    work = _work_out(session, actor, changes, now, lock=True)
    for key, hit in work.days.items():
        _except(session, key, hit.capacity)
    for offering_id, day in sorted(work.made):
        open_offering(session, offering_id, today=day, days=1)
    _note(session, actor, work, reason, now)
    write_times(session, work.hits.values())
    plan = work.plan()
    _tell(session, actor, work, plan, reason, now)
    return plan


def write_times(session: Session, hits: Iterable[TimeHit | None]) -> None:
    """The times as they shall be, in the order of their ids. The CHECK stands behind."""
    values = [
        {
            "slot_id": hit.id,
            "places": hit.capacity,
            "is_open": hit.open,
            "is_planned": hit.planned,
        }
        for hit in sorted((h for h in hits if h and h.changes), key=lambda hit: hit.id)
    ]
    if values:
        session.connection().execute(_write, values)


def _work_out(
    session: Session, actor: Actor, changes: Sequence[Change], now: datetime, *, lock: bool
) -> Work:
    wishes = [change.checked() for change in changes]
    work = Work(_places(session, actor, wishes, lock))
    rows = _times(session, work.places, wishes, lock)
    by_ref = {row.public_ref: row for row in rows}
    differing = _exceptions(session, work.places, wishes)
    for wish in wishes:
        if wish.slot is not None:
            row = by_ref.get(wish.slot)
            if row is None:
                raise NotFound()
            work.hits[row.id] = _of_time(row, work.places[row.offering_id], wish, now)
        else:
            for place in work.places.values():
                if place.ref == wish.offering or place.site == wish.site:
                    _of_day(session, work, rows, place, wish, differing, now)
    return work


def _of_time(row: SlotRow, place: OfferingRow, wish: Change, now: datetime) -> TimeHit | None:
    if row.starts_at <= now:
        raise TimeIsOver(start=row.starts_at)
    capacity = wish.capacity or None
    if capacity is not None and row.capacity <= row.taken + row.reserved < capacity:
        raise TimeIsFull(start=row.starts_at)
    return settle(row, place, capacity=capacity, opened=False if wish.closes else wish.open)


def _of_day(
    session: Session,
    work: Work,
    rows: Sequence[SlotRow],
    place: OfferingRow,
    wish: Change,
    differing: dict[tuple[int, date], int],
    now: datetime,
) -> None:
    """One day of one offering. A day that was closed opens with the places it is given."""
    day = wish.day
    assert day is not None
    if day < clock.today(place.time_zone):
        raise TimeIsOver(start=day)
    key = place.id, day
    was = differing.get(key)
    now_differs = work.days[key].capacity if key in work.days else was
    here = [r for r in rows if r.offering_id == place.id and r.local_day == day]
    opens = wish.open or (wish.capacity is not None and now_differs == 0)
    if wish.closes:
        work.days[key] = DayHit(place.ref, day, was, 0)
        work.made.pop(key, None)
    else:
        capacity = wish.capacity
        if capacity is None and now_differs:
            capacity = now_differs
        capacity = _make(session, work, place, day, capacity, {r.starts_at for r in here}, now)
        work.days[key] = DayHit(place.ref, day, was, capacity)
    for row in here:
        if row.starts_at > now:
            work.hits[row.id] = settle(
                row,
                place,
                capacity=wish.capacity or None,
                opened=False if wish.closes else (row.planned if opens else None),
            )


def _make(
    session: Session,
    work: Work,
    place: OfferingRow,
    day: date,
    capacity: int | None,
    known: set[datetime],
    now: datetime,
) -> int | None:
    """The times that the day lacks; gives the capacity that the day is marked with. A holiday that
    is opened needs a number: its week's. Raises NoHoursThatDay."""
    weeks = weeks_of(session, place.id)
    calendar = load_calendar(session, place.region)

    def times(marked: int | None) -> list[Opening]:
        found = times_by(
            weeks,
            first=day,
            days=1,
            minutes=place.minutes,
            time_zone=place.time_zone,
            calendar=calendar,
            exceptions={} if marked is None else {day: marked},
            on_holidays=place.on_holidays,
        )
        return list(found)

    found = times(capacity)
    if not found and not known:
        hours = [h.capacity for h in week_on(weeks, day) if h.weekday == day.isoweekday()]
        if capacity is not None or not hours:
            raise NoHoursThatDay(day=day)
        capacity = max(hours)
        found = times(capacity)
    fresh = [t for t in found if t.starts_at not in known and t.starts_at > now]
    if fresh and day <= clock.today(place.time_zone) + timedelta(days=AHEAD):
        work.made[place.id, day] = fresh
    return capacity


def _places(
    session: Session, actor: Actor, wishes: Sequence[Change], lock: bool
) -> dict[int, OfferingRow]:
    """The offerings that are meant; locked, so that two changes of one take turns. One statement.
    Raises NotFound when one is missing or not for this actor."""
    refs = {wish.offering for wish in wishes if wish.offering}
    sites = {wish.site for wish in wishes if wish.site}
    slots = {wish.slot for wish in wishes if wish.slot}
    statement = (
        offerings()
        .where(
            visible_to(actor),
            or_(
                Offering.public_ref.in_(refs),
                and_(Site.public_ref.in_(sites), Offering.active),
                Offering.id.in_(select(Slot.offering_id).where(Slot.public_ref.in_(slots))),
            ),
        )
        .order_by(Offering.id)
    )
    found = session.execute(for_no_key_update(statement, of=_offering) if lock else statement)
    places = {place.id: place for place in rows_as(OfferingRow, found)}
    if refs - {p.ref for p in places.values()} or sites - {p.site for p in places.values()}:
        raise NotFound()
    return places


def _days_of(places: dict[int, OfferingRow], wishes: Sequence[Change]) -> dict[int, set[date]]:
    return {
        place.id: {
            wish.day
            for wish in wishes
            if wish.day and (wish.offering == place.ref or wish.site == place.site)
        }
        for place in places.values()
    }


def _times(
    session: Session, places: dict[int, OfferingRow], wishes: Sequence[Change], lock: bool
) -> list[SlotRow]:
    """The times that are meant, by id. One statement."""
    slots = {wish.slot for wish in wishes if wish.slot}
    days = _days_of(places, wishes)
    meant = [
        and_(Slot.offering_id == offering_id, Slot.local_day.in_(of_it))
        for offering_id, of_it in days.items()
        if of_it
    ]
    if slots:
        meant.append(and_(Slot.public_ref.in_(slots), Slot.offering_id.in_(places)))
    if not meant:
        return []
    return slot_rows(session, TIMES.where(or_(*meant)), lock=lock)


def slot_rows(session: Session, statement: AnySelect, *, lock: bool) -> list[SlotRow]:
    """The times of a statement narrowed from `TIMES`, locked when they are to be changed."""
    rows = session.execute(for_no_key_update(statement, of=_slot) if lock else statement)
    return rows_as(SlotRow, rows)


def _exceptions(
    session: Session, places: dict[int, OfferingRow], wishes: Sequence[Change]
) -> dict[tuple[int, date], int]:
    """The days that differ already. One statement."""
    days = {day for of_it in _days_of(places, wishes).values() for day in of_it}
    if not days:
        return {}
    e = CapacityException
    rows = session.execute(
        select(e.offering_id, e.day, e.capacity).where(e.offering_id.in_(places), e.day.in_(days))
    )
    return {(row.offering_id, row.day): row.capacity for row in rows}


def _except(session: Session, key: tuple[int, date], capacity: int | None) -> None:
    offering_id, day = key
    if capacity is None:
        session.execute(
            delete(_exception).where(
                _exception.c.offering_id == offering_id, _exception.c.day == day
            )
        )
        return
    statement = upsert_of(session)(_exception).on_conflict_do_update(
        index_elements=["offering_id", "day"], set_={"capacity": capacity}
    )
    session.connection().execute(
        statement, {"offering_id": offering_id, "day": day, "capacity": capacity}
    )


def _note(session: Session, actor: Actor, work: Work, reason: str | None, now: datetime) -> None:
    """A row of the trail for each offering that changes."""
    for place in work.places.values():
        days = [d for d in work.days.values() if d.offering == place.ref and d.was != d.capacity]
        times = [h for h in work.hits.values() if h and h.offering == place.ref and h.changes]
        if not days and not times:
            continue
        audit.write(
            session,
            actor,
            "capacity.change",
            subject=("offering", place.ref),
            before={
                "days": {day.day.isoformat(): day.was for day in days},
                "times": {hit.slot: [hit.was_capacity, hit.was_open] for hit in times},
            },
            after={
                "days": {day.day.isoformat(): day.capacity for day in days},
                "times": {hit.slot: [hit.capacity, hit.open] for hit in times},
            },
            reason=reason,
            at=now,
        )


def _tell(
    session: Session, actor: Actor, work: Work, plan: Plan, reason: str | None, now: datetime
) -> None:
    """A fact for each partner whose day closes, or whose times with people in them do."""
    ids = {place.ref: place.id for place in work.places.values()}
    partners = {place.ref: place.partner for place in work.places.values()}
    for partner in sorted(set(partners.values())):
        closed = [hit for hit in plan.closing if partners[hit.offering] == partner]
        days = [d for d in plan.days if d.capacity == 0 and partners[d.offering] == partner]
        if not days and not any(hit.people for hit in closed):
            continue
        all_days = [*(hit.day for hit in closed), *(day.day for day in days)]
        record(
            session,
            TimesClosed(
                kind="day" if days else "hours",
                partner=partner,
                slot_ids=tuple(hit.id for hit in closed),
                days=tuple((ids[day.offering], day.day) for day in days),
                first_day=min(all_days),
                last_day=max(all_days),
                reason=reason,
                by=actor.owner,
                at=now,
            ),
        )
