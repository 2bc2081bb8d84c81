"""The hours of an offering by weekday: set for the first time, and changed from a day on. Slots
that the new week has no more close, slots that it adds are made; whoever has an appointment in one
that closes is offered another time: a closing isn't finished before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record
from vipclub.core.seen_state import refuse_unseen
from vipclub.core.working_days import load_calendar
from vipclub.partners.capacity.change_plan import Plan, SlotRow, TimeHit, in_order, settle
from vipclub.partners.capacity.changed_slots import SLOTS, slots_meant, write_slots
from vipclub.partners.capacity.hours_in_force import (
    Hours,
    WeekFrom,
    exceptions_of,
    week_on,
    weeks_of,
)
from vipclub.partners.capacity.opening_slots import OPENED_AHEAD, open_offering
from vipclub.partners.capacity.slot_generator import Opening, slots_by_week
from vipclub.partners.catalogue.offerings import OfferingRow, find_offering
from vipclub.partners.facts import TimesClosed
from vipclub.partners.models import Slot, Week, WeekHours, WeeklyCapacity
from vipclub.partners.refusals import HoursNotAccepted, TimeIsOver

_slot: Table = Slot.__table__  # type: ignore[assignment]


def week_of(session: Session, actor: Actor, *, offering: str, day: date) -> tuple[Hours, ...]:
    """The hours of the week that is in force on a local day. Two statements. Raises NotFound,
    Forbidden."""
    actor.require("capacity:view")
    found = find_offering(session, actor, offering)
    return week_on(weeks_of(session, found.id), day)


def weeks_seen(weeks: Sequence[WeekFrom]) -> dict[str, object]:
    """All weeks of an offering as one field, for what a form showed (`core/seen_state.py`)."""
    return {"hours": [[week.first.isoformat(), list(week.hours)] for week in weeks]}


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
    seen: str | None = None,
) -> Plan:
    """A new week for an offering from a local day on, in place of those that were to hold then.
    Days that differ and slots that the partner closed stay so. Gives what was hit. `seen`
    is what its form showed. Raises ChangedMeanwhile, HoursNotAccepted, TimeIsOver, NotFound,
    Forbidden."""
    actor.require("capacity:change")
    now = clock.now()
    found = find_offering(session, actor, offering, lock=True)
    if seen is not None:
        refuse_unseen(seen, weeks_seen(weeks_of(session, found.id)), {"hours": None})
    plan = _work_out(session, found, from_day, hours, now, lock=True)
    _replace(session, found.id, from_day, hours)
    days = (clock.today(found.time_zone) + timedelta(days=OPENED_AHEAD) - from_day).days
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
    write_slots(session, plan.times)
    _tell(session, actor, found, plan, reason, now)
    return plan


def set_weekly_capacity(
    session: Session, actor: Actor, *, offering: str, hours: Sequence[Hours]
) -> None:
    """The first week of an offering, from before any other on; one that was set before goes. Slots
    that are there stay as they are, those that are opened afterwards follow: for an offering that
    is used already there is `change_week`. Raises HoursNotAccepted, NotFound, Forbidden."""
    actor.require("capacity:change")
    found = find_offering(session, actor, offering)
    refuse_odd_hours(hours, found.minutes)
    session.execute(delete(WeeklyCapacity).where(WeeklyCapacity.offering_id == found.id))
    for row in hours:
        session.add(
            WeeklyCapacity(
                offering_id=found.id,
                weekday=row.weekday,
                opens=row.opens,
                closes=row.closes,
                every=row.every,
                capacity=row.capacity,
            )
        )
    session.flush()
    audit.write(
        session,
        actor,
        "capacity.set",
        subject=("offering", found.ref),
        after=[[r.weekday, r.opens, r.closes, r.every, r.capacity] for r in hours],
    )


def refuse_odd_hours(hours: Sequence[Hours], minutes: int) -> None:
    """Raises HoursNotAccepted for hours in which no visit fits, or that overlap."""
    ordered = sorted(hours, key=lambda row: (row.weekday, row.opens))
    for row in ordered:
        span = (row.closes.hour - row.opens.hour) * 60 + row.closes.minute - row.opens.minute
        if span < minutes:
            raise HoursNotAccepted(weekday=row.weekday)
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise HoursNotAccepted(weekday=other.weekday)


def _work_out(
    session: Session,
    offering: OfferingRow,
    from_day: date,
    hours: Sequence[Hours],
    now: datetime,
    *,
    lock: bool,
) -> Plan:
    refuse_odd_hours(hours, offering.minutes)
    today = clock.today(offering.time_zone)
    if from_day < today:
        raise TimeIsOver(start=from_day)
    days = max(0, (today + timedelta(days=OPENED_AHEAD) - from_day).days)
    differing = exceptions_of(session, offering.id, from_day, from_day + timedelta(days=days))
    wanted = {
        slot.starts_at: slot
        for slot in slots_by_week(
            [WeekFrom(date.min, tuple(hours))],
            first=from_day,
            days=days,
            minutes=offering.minutes,
            time_zone=offering.time_zone,
            calendar=load_calendar(session, offering.region),
            exceptions=differing,
            on_holidays=offering.on_holidays,
        )
        if slot.starts_at > now
    }
    meant = SLOTS.where(
        _slot.c.offering_id == offering.id,
        _slot.c.local_day >= from_day,
        _slot.c.local_day < from_day + timedelta(days=days),
        _slot.c.starts_at > now,
    )
    rows = slots_meant(session, meant, lock=lock)
    made = [slot for start, slot in wanted.items() if start not in {r.starts_at for r in rows}]
    return Plan(
        times=in_order(
            _settle(row, offering, wanted.get(row.starts_at), differing.get(row.local_day))
            for row in rows
        ),
        made=len(made),
        made_seats=sum(slot.capacity for slot in made),
    )


def _settle(
    row: SlotRow, offering: OfferingRow, wanted: Opening | None, differs: int | None
) -> TimeHit | None:
    """A slot that the week wants, or wants no more. A closed day stays as it is."""
    if differs == 0:
        return None
    if wanted is None:
        return settle(row, offering, opened=False, planned=False)
    opens = None if row.planned else True
    return settle(row, offering, capacity=wanted.capacity, opened=opens, planned=True)


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
    offering: OfferingRow,
    plan: Plan,
    reason: str | None,
    now: datetime,
) -> None:
    """A fact when people are in slots that close."""
    full = [hit for hit in plan.closing if hit.people]
    if not full:
        return
    record(
        session,
        TimesClosed(
            kind="week",
            partner=offering.partner,
            slot_ids=tuple(hit.id for hit in full),
            days=(),
            first_day=full[0].day,
            last_day=full[-1].day,
            reason=reason,
            by=actor.owner,
            at=now,
        ),
    )
