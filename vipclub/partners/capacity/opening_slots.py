"""Opening an offering: its slots of the days ahead are written, as the generator makes them. A job
does so each night for all, and a change of capacity for what it adds."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.db import Database, for_no_key_update, upsert_of
from vipclub.core.types import new_ref
from vipclub.core.working_days import load_calendar
from vipclub.partners.capacity.hours_in_force import exceptions_of, weeks_of
from vipclub.partners.capacity.slot_generator import slots_by_week
from vipclub.partners.models import Offering, Site, Slot

OPENED_AHEAD = 120
"""Days ahead of which the slots are there."""

_slot: Table = Slot.__table__  # type: ignore[assignment]
_offering: Table = Offering.__table__  # type: ignore[assignment]


def open_offering(
    session: Session, offering_id: int, *, today: date | None = None, days: int = OPENED_AHEAD
) -> int:
    """Write the slots of an offering for `days` local days from `today`, none where it isn't
    offered any more; gives how many are new. Repeating changes nothing: a slot that is there stays
    as it is. Takes turns with whoever changes the offering's capacity."""
    statement = (
        select(Offering.minutes, Offering.on_holidays, Offering.active, Site.time_zone, Site.region)
        .join(Site, Site.id == Offering.site_id)
        .where(Offering.id == offering_id)
    )
    found = session.execute(for_no_key_update(statement, of=_offering)).one()
    if not found.active:
        return 0
    first = today or clock.today(found.time_zone)
    rows = [
        {
            "public_ref": new_ref("S"),
            "offering_id": offering_id,
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "local_day": slot.local_day,
            "capacity": slot.capacity,
            "taken": 0,
            "reserved": 0,
            "open": True,
            "planned": True,
        }
        for slot in slots_by_week(
            weeks_of(session, offering_id),
            first=first,
            days=days,
            minutes=found.minutes,
            time_zone=found.time_zone,
            calendar=load_calendar(session, found.region),
            exceptions=exceptions_of(session, offering_id, first, first + timedelta(days=days)),
            on_holidays=found.on_holidays,
        )
    ]
    here = _slot.c.offering_id == offering_id, _slot.c.local_day >= first
    known = set(session.execute(select(_slot.c.starts_at).where(*here)).scalars())
    fresh = [row for row in rows if row["starts_at"] not in known]
    if fresh:
        added = upsert_of(session)(_slot).on_conflict_do_nothing(
            index_elements=["offering_id", "starts_at"]
        )
        session.connection().execute(added, fresh)
    return len(fresh)


def open_slots(db: Database, *, days: int = OPENED_AHEAD) -> int:
    """Open every active offering, a transaction each; gives how many slots are new."""
    with db.read() as session:
        ids = list(
            session.scalars(select(Offering.id).where(Offering.active).order_by(Offering.id))
        )
    return sum(db.each(ids, open_offering, days=days))
