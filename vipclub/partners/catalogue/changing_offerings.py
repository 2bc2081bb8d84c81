"""An offering that changes, is closed, or is offered again: what becomes of its slots to come.

Whoever has an appointment keeps it, at its time and as long as it was: no change here touches one,
and nobody is offered another time. That is what closing times is for
(`vipclub/partners/capacity/changing_days_and_slots.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.types import Localized
from vipclub.partners.capacity.fitting_slots import close_slots_to_come, fit_slots_to_come
from vipclub.partners.capacity.hours_in_force import week_on, weeks_of
from vipclub.partners.capacity.opening_slots import open_offering
from vipclub.partners.capacity.weekly_hours import refuse_odd_hours
from vipclub.partners.catalogue.changes import write_changes
from vipclub.partners.catalogue.offerings import OfferingRow, find_offering, refuse_implausible
from vipclub.partners.models import Offering


def change_offering(
    session: Session,
    actor: Actor,
    *,
    offering: str,
    name: Localized,
    preparation: Localized | None,
    minutes: int,
    department: str | None,
    on_holidays: bool,
    seen: str | None = None,
) -> bool:
    """An offering as it shall be; False when it is so already, and nothing is written.

    A new length, and being served on public holidays or not, count for all slots to come in which
    nobody has a seat: those that no longer fit the hours close, those that now do open. A slot in
    which somebody has a seat keeps its time and its length; where it doesn't fit any more, nobody
    else can book it. Raises HoursNotAccepted where a visit is longer than hours that hold
    from tomorrow on, ChangedMeanwhile where it is not as its form showed it (`seen`),
    OfferingNotAccepted, NotFound, Forbidden.
    """
    actor.require("account:change")
    refuse_implausible(minutes, department)
    now = clock.now()
    found = find_offering(session, actor, offering, lock=True)
    refits = (found.minutes, found.on_holidays) != (minutes, on_holidays)
    if minutes != found.minutes:
        _refuse_longer_than_hours(session, found, minutes)
    wanted = {
        "name": name,
        "preparation": preparation,
        "minutes": minutes,
        "department": department,
        "on_holidays": on_holidays,
    }
    row = session.get_one(Offering, found.id, populate_existing=True)
    changed = write_changes(session, actor, ("offering", found.ref), row, wanted, seen)
    if refits and found.active:
        _refit(session, actor, offering, now)
    return changed


def _refuse_longer_than_hours(session: Session, offering: OfferingRow, minutes: int) -> None:
    tomorrow = clock.today(offering.time_zone) + timedelta(days=1)
    weeks = weeks_of(session, offering.id)
    refuse_odd_hours(week_on(weeks, tomorrow), minutes)
    for week in weeks:
        if week.first > tomorrow:
            refuse_odd_hours(week.hours, minutes)


def _refit(session: Session, actor: Actor, offering: str, now: datetime) -> None:
    """Slots to come as the offering is now: those that are there, then those that are new."""
    fresh = find_offering(session, actor, offering)
    fit_slots_to_come(session, fresh, now)
    open_offering(session, fresh.id)


def close_offering(session: Session, actor: Actor, *, offering: str) -> bool:
    """Nobody can book the offering any more, nor finish a booking that was begun: its slots to come
    close, and none are opened. Appointments that stand are kept, with all their steps. False when
    it is closed already, and nothing is written. Raises NotFound, Forbidden."""
    return _set_active(session, actor, offering, active=False)


def reopen_offering(session: Session, actor: Actor, *, offering: str) -> bool:
    """An offering that was closed can be booked again, at the hours in force; a time or a day that
    the partner closed stays closed. False when it is open already, and nothing is written. Raises
    NotFound, Forbidden."""
    return _set_active(session, actor, offering, active=True)


def _set_active(session: Session, actor: Actor, offering: str, *, active: bool) -> bool:
    actor.require("account:change")
    now = clock.now()
    found = find_offering(session, actor, offering, lock=True)
    if found.active == active:
        return False
    session.get_one(Offering, found.id, populate_existing=True).active = active
    session.flush()
    audit.write(
        session,
        actor,
        "offering.reopen" if active else "offering.close",
        subject=("offering", found.ref),
        before={"active": found.active},
        after={"active": active},
        at=now,
    )
    if active:
        _refit(session, actor, offering, now)
    else:
        close_slots_to_come(session, found, now)
    return True
