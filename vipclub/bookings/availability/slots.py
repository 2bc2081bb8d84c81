"""The slot that somebody asks for, as a use case sees it before it decides: its time, offering,
site and partner, and the rules that hold there. Moments are UTC as they are kept; `start` and `end`
are on the site's wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, func, select
from sqlalchemy.orm import Session

from vipclub.bookings.availability.offerings import (
    OfferingInView,
    built,
    offering_values,
    offerings,
)
from vipclub.bookings.models import SeatHold
from vipclub.bookings.refusals import HoldExpired, PolicyNotFound, SlotFull
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.reference_data import VERSION, learn
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import one_of
from vipclub.partners import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingAtTime(OfferingInView):
    """An offering at one of its times: what a slot and an appointment have in common."""

    starts_at: datetime
    ends_at: datetime
    local_day: date

    @property
    def start(self) -> datetime:
        """On the site's wall."""
        return self.starts_at.astimezone(self.site_clock.zone)

    @property
    def end(self) -> datetime:
        """On the site's wall."""
        return self.ends_at.astimezone(self.site_clock.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInView(OfferingAtTime):
    """A slot as it was when looked at; the guard decides later. `overdue` counts its open holds
    whose time has passed."""

    id: int
    ref: str
    has_room: bool
    overdue: int


_slot: Table = Slot.__table__  # type: ignore[assignment]
_hold: Table = SeatHold.__table__  # type: ignore[assignment]

_overdue = (
    select(func.count())
    .where(_hold.c.slot_id == _slot.c.id, one_of(_hold.c.state, ["open"]))
    .where(_hold.c.expires_at <= bindparam("now", type_=_hold.c.expires_at.type))
    .correlate(_slot)
    .scalar_subquery()
)
_times = select(
    Slot.id,
    Slot.public_ref.label("ref"),
    Slot.offering_id,
    Slot.starts_at,
    Slot.ends_at,
    Slot.local_day,
    and_(Slot.open, Slot.taken + Slot.reserved < Slot.capacity).label("has_room"),
    _overdue.label("overdue"),
    VERSION,
)
_time_by_ref = _times.where(Slot.public_ref == bindparam("ref"))
_time_by_hold = _times.join(SeatHold, SeatHold.slot_id == Slot.id).where(
    SeatHold.public_ref == bindparam("hold")
)


def find_slot(session: Session, ref: str, now: datetime) -> SlotInView:
    """The slot behind a reference, without a lock. One statement. Raises NotFound, and
    PolicyNotFound for a service without rules."""
    return _bookable(session, _time_by_ref, {"ref": parse_ref(ref, "S"), "now": now})


def find_held_slot(session: Session, hold: str, now: datetime) -> SlotInView:
    """The slot that a hold keeps or kept. One statement. Raises HoldExpired for a hold that is
    nobody's, or of a time that is no longer offered; PolicyNotFound."""
    try:
        return _bookable(session, _time_by_hold, {"hold": parse_ref(hold, "H"), "now": now})
    except NotFound:
        raise HoldExpired() from None


def _bookable(
    session: Session, statement: AnySelect, asked: dict[str, str | datetime]
) -> SlotInView:
    row = run_built(session, statement, asked).first()
    if row is None:
        raise NotFound()
    learn(session, row.reference_version)
    offering = offering_values(session, row.offering_id)
    if row.offering_id not in offerings(session).open:
        raise NotFound()
    if offering["policy"] is None:
        raise PolicyNotFound(service=offering["service_name"])
    return built(SlotInView, session, row)


NEXT_FREE = (
    select(Slot.starts_at, Slot.public_ref)
    .where(
        Slot.offering_id == bindparam("offering_id"),
        Slot.open,
        Slot.taken + Slot.reserved < Slot.capacity,
        Slot.starts_at > bindparam("now", type_=_slot.c.starts_at.type),
        Slot.local_day >= bindparam("day", type_=_slot.c.local_day.type),
    )
    .order_by(Slot.starts_at)
    .limit(3)
)
"""The next three free times of an offering, asked with `next_free_values`."""


def next_free_values(time: SlotInView, now: datetime) -> dict[str, Any]:
    """From the day of this time on."""
    return {"offering_id": time.offering_id, "now": now, "day": time.local_day}


def slot_full(session: Session, time: SlotInView, now: datetime) -> SlotFull:
    """The refusal, with the next free times. One statement."""
    return full_but_for(time, run_built(session, NEXT_FREE, next_free_values(time, now)).all())


def full_but_for(time: SlotInView, free: Iterable[AnyRow]) -> SlotFull:
    """The refusal with these rows of `NEXT_FREE`; moments on the site's wall."""
    found = [(row.starts_at.astimezone(time.site_clock.zone), row.public_ref) for row in free]
    return SlotFull(
        slot=time.ref,
        free=[moment for moment, _ in found] or ["-"],
        next_free=[{"slot": ref, "start": moment.isoformat()} for moment, ref in found],
    )


def describe(offering: OfferingInView) -> dict[str, Any]:
    """The parts of a letter that say where the visit is: service, partner, site, address, its time
    zone and how to prepare."""
    return {
        "service": offering.service_name,
        "partner": offering.partner_name,
        "site": offering.site_name,
        "address": offering.address,
        "zone": offering.time_zone,
        "preparation": offering.preparation,
    }
