"""A new week from a day on. Times that it has no more close, times that it adds are made; whoever
has an appointment in one that closes is offered another time (peers 2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.calendar import load_calendar
from vipclub.core.facts import record
from vipclub.partners.changing import TIMES, slot_rows, write_times
from vipclub.partners.facts import TimesClosed
from vipclub.partners.hours import WeekFrom, exceptions_of, times_by, week_on, weeks_of
from vipclub.partners.models import Slot, Week, WeekHours
from vipclub.partners.opening import AHEAD, open_offering, refuse_odd_hours
from vipclub.partners.planning import Plan, SlotRow, TimeHit, in_order, settle
from vipclub.partners.queries import OfferingRow, find_offering
from vipclub.partners.refusals import TimeIsOver
from vipclub.partners.timetable import Hours, Opening

_slot: Table = Slot.__table__  # type: ignore[assignment]


def week_of(session: Session, actor: Actor, *, offering: str, day: date) -> tuple[Hours, ...]:
    """The hours of the week that holds on a day. Three statements. Raises NotFound, Forbidden."""
    actor.require("capacity:view")
    found = find_offering(session, actor, offering)
    return week_on(weeks_of(session, found.id), day)


def preview_week(
    session: Session, actor: Actor, *, offering: str, from_day: date, hours: Sequence[Hours]
) -> Plan:
    """What a new week would do. Raises as `change_week` does, and changes nothing."""
    actor.require("capacity:view")
    found = find_offering(session, actor, offering)
    return _work_out(session, found, from_day, hours, clock.now(), lock=False)


def change_week(
    session: Session,
    actor: Actor,
    *,
    offering: str,
    from_day: date,
    hours: Sequence[Hours],
    reason: str | None = None,
) -> Plan:
    """The week of an offering from a local day on, in place of those that were to hold then. Days
    that differ and times that the partner closed stay so. Raises HoursNotAccepted, TimeIsOver,
    NotFound, Forbidden."""
    actor.require("capacity:change")
    now = clock.now()
    found = find_offering(session, actor, offering, lock=True)
    plan = _work_out(session, found, from_day, hours, now, lock=True)
    _replace(session, found.id, from_day, hours)
    days = (clock.today(found.time_zone) + timedelta(days=AHEAD) - from_day).days
    if days > 0:
        open_offering(session, found.id, today=from_day, days=days)
    audit.write(
        session,
        actor,
        "capacity.week",
        subject=("offering", found.ref),
        after={
            "from": from_day,
            "hours": [[h.weekday, h.opens, h.closes, h.every, h.capacity] for h in hours],
            "closed": [hit.slot for hit in plan.closing],
        },
        reason=reason,
        at=now,
    )
    write_times(session, plan.times)
    _tell(session, actor, found, plan, reason, now)
    return plan


def _work_out(
    session: Session,
    place: OfferingRow,
    from_day: date,
    hours: Sequence[Hours],
    now: datetime,
    *,
    lock: bool,
) -> Plan:
    refuse_odd_hours(hours, place.minutes)
    today = clock.today(place.time_zone)
    if from_day < today:
        raise TimeIsOver(start=from_day)
    days = max(0, (today + timedelta(days=AHEAD) - from_day).days)
    differing = exceptions_of(session, place.id, from_day, from_day + timedelta(days=days))
    wanted = {
        time.starts_at: time
        for time in times_by(
            [WeekFrom(date.min, tuple(hours))],
            first=from_day,
            days=days,
            minutes=place.minutes,
            time_zone=place.time_zone,
            calendar=load_calendar(session, place.region),
            exceptions=differing,
            on_holidays=place.on_holidays,
        )
        if time.starts_at > now
    }
    meant = TIMES.where(
        _slot.c.offering_id == place.id,
        _slot.c.local_day >= from_day,
        _slot.c.local_day < from_day + timedelta(days=days),
        _slot.c.starts_at > now,
    )
    rows = slot_rows(session, meant, lock=lock)
    made = [time for start, time in wanted.items() if start not in {r.starts_at for r in rows}]
    return Plan(
        times=in_order(
            _settle(row, place, wanted.get(row.starts_at), differing.get(row.local_day))
            for row in rows
        ),
        made=len(made),
        made_places=sum(time.capacity for time in made),
    )


def _settle(
    row: SlotRow, place: OfferingRow, time: Opening | None, differs: int | None
) -> TimeHit | None:
    """A time that the week has, or has no more. A closed day stays as it is."""
    if differs == 0:
        return None
    if time is None:
        return settle(row, place, opened=False, planned=False)
    opens = None if row.planned else True
    return settle(row, place, capacity=time.capacity, opened=opens, planned=True)


def _replace(session: Session, offering_id: int, from_day: date, hours: Sequence[Hours]) -> None:
    """The weeks from that day on make way for the new one."""
    later = select(Week.id).where(Week.offering_id == offering_id, Week.from_day >= from_day)
    session.execute(delete(WeekHours).where(WeekHours.week_id.in_(later)))
    session.execute(delete(Week).where(Week.offering_id == offering_id, Week.from_day >= from_day))
    week = Week(offering_id=offering_id, from_day=from_day)
    session.add(week)
    session.flush()
    for row in hours:
        session.add(
            WeekHours(
                week_id=week.id,
                weekday=row.weekday,
                opens=row.opens,
                closes=row.closes,
                every=row.every,
                capacity=row.capacity,
            )
        )
    session.flush()


def _tell(
    session: Session,
    actor: Actor,
    place: OfferingRow,
    plan: Plan,
    reason: str | None,
    now: datetime,
) -> None:
    """A fact when people are in times that close."""
    full = [hit for hit in plan.closing if hit.people]
    if not full:
        return
    record(
        session,
        TimesClosed(
            kind="week",
            partner=place.partner,
            slot_ids=tuple(hit.id for hit in full),
            days=(),
            first_day=full[0].day,
            last_day=full[-1].day,
            reason=reason,
            by=actor.owner,
            at=now,
        ),
    )
