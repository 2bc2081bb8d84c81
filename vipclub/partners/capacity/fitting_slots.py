"""Slots to come that follow their offering when it changes: how long a visit is, whether holidays
are served, whether it is offered at all. Whoever has a seat keeps it, as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.working_days import load_calendar
from vipclub.partners.capacity.change_plan import SlotRow, settle
from vipclub.partners.capacity.changed_slots import SLOTS, slots_meant, write_slots
from vipclub.partners.capacity.hours_in_force import exceptions_of, weeks_of
from vipclub.partners.capacity.opening_slots import OPENED_AHEAD
from vipclub.partners.capacity.slot_generator import Opening, slots_by_week
from vipclub.partners.catalogue.offerings import OfferingRow
from vipclub.partners.models import Slot

A_DAY = timedelta(days=1)
_slot: Table = Slot.__table__  # type: ignore[assignment]
_lengthen = (
    update(_slot)
    .where(_slot.c.id == bindparam("slot_id"), _slot.c.taken == 0, _slot.c.reserved == 0)
    .values(ends_at=bindparam("ends"))
)


def close_slots_to_come(session: Session, offering: OfferingRow, now: datetime) -> None:
    """All slots of an offering to come close, as if its week had none. Seats that are taken stay
    so."""
    rows = _to_come(session, offering, now)
    write_slots(
        session,
        [settle(row, offering, opened=False, planned=False) for row in rows if row.open],
    )


def fit_slots_to_come(session: Session, offering: OfferingRow, now: datetime) -> None:
    """The slots to come that are there, as the hours, the length and the holidays of the offering
    have them now: closed, opened, and, where nobody has a seat, as long as a visit is. Those of a
    closed day and those that the partner closed stay closed; none gets other seats."""
    rows = _to_come(session, offering, now)
    today = clock.today(offering.time_zone)
    end = max([today + timedelta(days=OPENED_AHEAD), *(row.local_day + A_DAY for row in rows)])
    differing = exceptions_of(session, offering.id, today, end)
    wanted = _wanted(session, offering, today, (end - today).days, differing)
    write_slots(
        session,
        [
            settle(
                row,
                offering,
                opened=row.starts_at in wanted,
                planned=row.starts_at in wanted,
            )
            for row in rows
            if differing.get(row.local_day) != 0 and (row.open or not row.planned)
        ],
    )
    ends = [
        {"slot_id": row.id, "ends": wanted[row.starts_at].ends_at}
        for row in rows
        if row.starts_at in wanted
        and not row.taken + row.reserved
        and row.ends_at != wanted[row.starts_at].ends_at
    ]
    if ends:
        session.connection().execute(_lengthen, ends)


def _to_come(session: Session, offering: OfferingRow, now: datetime) -> list[SlotRow]:
    """The slots that haven't begun, under their locks. One statement."""
    meant = SLOTS.where(_slot.c.offering_id == offering.id, _slot.c.starts_at > now)
    return slots_meant(session, meant, lock=True)


def _wanted(
    session: Session, offering: OfferingRow, today: date, days: int, differing: dict[date, int]
) -> dict[datetime, Opening]:
    slots = slots_by_week(
        weeks_of(session, offering.id),
        first=today,
        days=days,
        minutes=offering.minutes,
        time_zone=offering.time_zone,
        calendar=load_calendar(session, offering.region),
        exceptions=differing,
        on_holidays=offering.on_holidays,
    )
    return {slot.starts_at: slot for slot in slots}
