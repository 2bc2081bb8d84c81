"""Changing the capacity of days and slots: closing, opening, more or fewer seats, for a day of an
offering, a single slot, or a whole site's day.

`preview_change` shows what `change_capacity` does: both work out the same plan, the change under
locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Table, and_, delete, or_, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update, insert_ignore, upsert_of
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.rows import rows_as
from vipclub.core.working_days import load_calendar
from vipclub.partners.capacity.change_plan import (
    Change,
    DayHit,
    Plan,
    SlotRow,
    TimeHit,
    in_order,
    settle,
)
from vipclub.partners.capacity.changed_slots import SLOTS, slots_meant, write_slots
from vipclub.partners.capacity.hours_in_force import week_on, weeks_of
from vipclub.partners.capacity.opening_slots import OPENED_AHEAD, open_offering
from vipclub.partners.capacity.slot_generator import Opening, slots_by_week
from vipclub.partners.catalogue.offerings import OfferingRow, find_offering, select_offerings
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.facts import TimesClosed
from vipclub.partners.models import CapacityException, Offering, Site, Slot
from vipclub.partners.refusals import NoHoursThatDay, TimeIsFull, TimeIsOver

_offering: Table = Offering.__table__  # type: ignore[assignment]
_exception: Table = CapacityException.__table__  # type: ignore[assignment]


@dataclass(slots=True)
class Work:
    """A plan with what it takes to carry it out."""

    offerings: dict[int, OfferingRow]
    hits: dict[int, TimeHit | None] = field(default_factory=dict)
    days: dict[tuple[int, date], DayHit] = field(default_factory=dict)
    made: dict[tuple[int, date], list[Opening]] = field(default_factory=dict)

    def plan(self) -> Plan:
        new = [opening for openings in self.made.values() for opening in openings]
        return Plan(
            times=in_order(self.hits.values()),
            days=tuple(day for day in self.days.values() if day.was != day.capacity),
            made=len(new),
            made_seats=sum(opening.capacity for opening in new),
        )


def preview_change(session: Session, actor: Actor, *, changes: Sequence[Change]) -> Plan:
    """What these changes would do. Raises as `change_capacity` does, and changes nothing."""
    actor.require("capacity:view")
    return _work_out(session, actor, changes, clock.now(), lock=False).plan()


def change_capacity(
    session: Session, actor: Actor, *, changes: Sequence[Change], reason: str | None = None
) -> Plan:
    """Change days and slots; later changes win over earlier ones. Gives what was hit.

    Closing never touches an appointment: whoever has one is listed by those who answer
    `TimesClosed`. Raises TimeIsFull for a single full slot that is to get more seats
    (that is overbooking), TimeIsOver, NoHoursThatDay, Malformed, NotFound, Forbidden.
    """
    actor.require("capacity:change")
    now = clock.now()
    work = _work_out(session, actor, changes, now, lock=True)
    for key, hit in work.days.items():
        _except(session, key, hit.capacity)
    for offering_id, day in sorted(work.made):
        open_offering(session, offering_id, today=day, days=1)
    _note(session, actor, work, reason, now)
    write_slots(session, work.hits.values())
    plan = work.plan()
    _tell(session, actor, work, plan, reason, now)
    return plan


def set_exception(
    session: Session, actor: Actor, *, offering: str, day: date, capacity: int
) -> None:
    """Say that a day differs from the week: `capacity` seats in each of its slots, 0 for closed.
    Slots that are opened afterwards follow; those that are there stay as they are. Raises NotFound,
    Forbidden."""
    actor.require("capacity:change")
    found = find_offering(session, actor, offering)
    values = {"offering_id": found.id, "day": day, "capacity": capacity}
    if not insert_ignore(
        session, CapacityException.__table__, values, conflict=["offering_id", "day"]
    ):
        row = session.get_one(CapacityException, (found.id, day))
        row.capacity = capacity
        session.flush()
    audit.write(session, actor, "capacity.except", subject=("offering", found.ref), after=values)


def _work_out(
    session: Session, actor: Actor, changes: Sequence[Change], now: datetime, *, lock: bool
) -> Work:
    wishes = [change.checked() for change in changes]
    work = Work(_offerings(session, actor, wishes, lock))
    rows = _slots(session, work.offerings, wishes, lock)
    by_ref = {row.public_ref: row for row in rows}
    differing = _exceptions(session, work.offerings, wishes)
    for wish in wishes:
        if wish.slot is not None:
            row = by_ref.get(wish.slot)
            if row is None:
                raise NotFound()
            work.hits[row.id] = _of_slot(row, work.offerings[row.offering_id], wish, now)
        else:
            for offering in work.offerings.values():
                if offering.ref == wish.offering or offering.site == wish.site:
                    _of_day(session, work, rows, offering, wish, differing, now)
    return work


def _of_slot(row: SlotRow, offering: OfferingRow, wish: Change, now: datetime) -> TimeHit | None:
    if row.starts_at <= now:
        raise TimeIsOver(start=row.starts_at)
    capacity = wish.capacity or None
    if capacity is not None and row.capacity <= row.taken + row.reserved < capacity:
        raise TimeIsFull(start=row.starts_at)
    return settle(row, offering, capacity=capacity, opened=False if wish.closes else wish.open)


def _of_day(
    session: Session,
    work: Work,
    rows: Sequence[SlotRow],
    offering: OfferingRow,
    wish: Change,
    differing: dict[tuple[int, date], int],
    now: datetime,
) -> None:
    """One day of one offering. A day that was closed opens with the seats it is given."""
    day = wish.day
    assert day is not None
    if day < clock.today(offering.time_zone):
        raise TimeIsOver(start=day)
    key = offering.id, day
    was = differing.get(key)
    now_differs = work.days[key].capacity if key in work.days else was
    here = [r for r in rows if r.offering_id == offering.id and r.local_day == day]
    opens = wish.open or (wish.capacity is not None and now_differs == 0)
    if wish.closes:
        work.days[key] = DayHit(offering.ref, day, was, 0)
        work.made.pop(key, None)
    else:
        capacity = wish.capacity
        if capacity is None and now_differs:
            capacity = now_differs
        capacity = _make(session, work, offering, day, capacity, {r.starts_at for r in here}, now)
        work.days[key] = DayHit(offering.ref, day, was, capacity)
    for row in here:
        if row.starts_at > now:
            work.hits[row.id] = settle(
                row,
                offering,
                capacity=wish.capacity or None,
                opened=False if wish.closes else (row.planned if opens else None),
            )


def _make(
    session: Session,
    work: Work,
    offering: OfferingRow,
    day: date,
    capacity: int | None,
    known: set[datetime],
    now: datetime,
) -> int | None:
    """The slots that the day lacks; gives the capacity that the day is marked with. A holiday that
    is opened needs a number: its week's. Raises NoHoursThatDay."""
    weeks = weeks_of(session, offering.id)
    calendar = load_calendar(session, offering.region)

    def times(marked: int | None) -> list[Opening]:
        found = slots_by_week(
            weeks,
            first=day,
            days=1,
            minutes=offering.minutes,
            time_zone=offering.time_zone,
            calendar=calendar,
            exceptions={} if marked is None else {day: marked},
            on_holidays=offering.on_holidays,
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
    if fresh and day <= clock.today(offering.time_zone) + timedelta(days=OPENED_AHEAD):
        work.made[offering.id, day] = fresh
    return capacity


def _offerings(
    session: Session, actor: Actor, wishes: Sequence[Change], lock: bool
) -> dict[int, OfferingRow]:
    """The offerings that are meant; locked, so that two changes of one take turns. One statement.
    Raises NotFound when one is missing or not for this actor."""
    refs = {wish.offering for wish in wishes if wish.offering}
    sites = {wish.site for wish in wishes if wish.site}
    slots = {wish.slot for wish in wishes if wish.slot}
    statement = (
        select_offerings()
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
    offerings = {offering.id: offering for offering in rows_as(OfferingRow, found)}
    if refs - {o.ref for o in offerings.values()} or sites - {o.site for o in offerings.values()}:
        raise NotFound()
    return offerings


def _days_of(offerings: dict[int, OfferingRow], wishes: Sequence[Change]) -> dict[int, set[date]]:
    return {
        offering.id: {
            wish.day
            for wish in wishes
            if wish.day and (wish.offering == offering.ref or wish.site == offering.site)
        }
        for offering in offerings.values()
    }


def _slots(
    session: Session, offerings: dict[int, OfferingRow], wishes: Sequence[Change], lock: bool
) -> list[SlotRow]:
    """The slots that are meant, by id. One statement."""
    slots = {wish.slot for wish in wishes if wish.slot}
    days = _days_of(offerings, wishes)
    meant = [
        and_(Slot.offering_id == offering_id, Slot.local_day.in_(of_it))
        for offering_id, of_it in days.items()
        if of_it
    ]
    if slots:
        meant.append(and_(Slot.public_ref.in_(slots), Slot.offering_id.in_(offerings)))
    if not meant:
        return []
    return slots_meant(session, SLOTS.where(or_(*meant)), lock=lock)


def _exceptions(
    session: Session, offerings: dict[int, OfferingRow], wishes: Sequence[Change]
) -> dict[tuple[int, date], int]:
    """The days that differ already. One statement."""
    days = {day for of_it in _days_of(offerings, wishes).values() for day in of_it}
    if not days:
        return {}
    e = CapacityException
    rows = session.execute(
        select(e.offering_id, e.day, e.capacity).where(
            e.offering_id.in_(offerings), e.day.in_(days)
        )
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
    for offering in work.offerings.values():
        days = [d for d in work.days.values() if d.offering == offering.ref and d.was != d.capacity]
        times = [h for h in work.hits.values() if h and h.offering == offering.ref and h.changes]
        if not days and not times:
            continue
        audit.write(
            session,
            actor,
            "capacity.change",
            subject=("offering", offering.ref),
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
    """A fact for each partner whose day closes, or whose slots with people in them do."""
    ids = {offering.ref: offering.id for offering in work.offerings.values()}
    partners = {offering.ref: offering.partner for offering in work.offerings.values()}
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
