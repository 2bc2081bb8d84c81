"""Partners, sites, offerings and their hours; and opening the slots that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from vipclub.benefits import benefit_by_code
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.calendar import load_calendar, seed_calendar
from vipclub.core.db import Database, for_no_key_update, insert_ignore, upsert_of
from vipclub.core.errors import NotFound
from vipclub.core.types import Localized, new_ref
from vipclub.partners.hours import exceptions_of, times_by, weeks_of
from vipclub.partners.models import (
    CapacityException,
    Offering,
    Partner,
    Site,
    Slot,
    WeeklyCapacity,
)
from vipclub.partners.queries import find_offering, find_partner, find_site
from vipclub.partners.refusals import HoursNotAccepted, NotBookableByTime, UnknownTimeZone
from vipclub.partners.timetable import Hours

AHEAD = 120
_slot: Table = Slot.__table__  # type: ignore[assignment]
_offering: Table = Offering.__table__  # type: ignore[assignment]


def create_partner(session: Session, actor: Actor, *, name: Localized) -> str:
    """A new partner; gives its reference."""
    actor.require("account:change")
    row = Partner(public_ref=new_ref("P"), name=name, created_at=clock.now())
    session.add(row)
    session.flush()
    audit.write(session, actor, "partner.create", subject=("partner", row.public_ref))
    return row.public_ref


def create_site(
    session: Session,
    actor: Actor,
    *,
    partner: str,
    name: Localized,
    address: Localized,
    city_code: str,
    time_zone: str | None = None,
    region: str = "CN",
) -> str:
    """A new site of a partner, in the club's time zone where none is named; gives its reference.
    The calendar of its region is seeded when it is the first there."""
    actor.require("account:change")
    time_zone = time_zone or clock.club_zone()
    if time_zone not in available_timezones():
        raise UnknownTimeZone(time_zone=time_zone)
    row = Site(
        public_ref=new_ref("L"),
        partner_id=find_partner(session, actor, partner),
        name=name,
        address=address,
        city_code=city_code,
        time_zone=time_zone,
        region=region,
    )
    session.add(row)
    session.flush()
    if not load_calendar(session, region).decreed:
        year = clock.today(time_zone).year
        seed_calendar(session, region, range(year - 1, year + 2))
    audit.write(session, actor, "site.create", subject=("site", row.public_ref))
    return row.public_ref


def create_offering(
    session: Session,
    actor: Actor,
    *,
    site: str,
    service: str,
    name: Localized,
    minutes: int,
    preparation: Localized | None = None,
    department: str | None = None,
    on_holidays: bool = False,
) -> str:
    """A service at a site; gives its reference. Raises NotBookableByTime for a benefit that is used
    in another way (an event, a case)."""
    actor.require("account:change")
    benefit = benefit_by_code(session, service)
    if benefit is None:
        raise NotFound()
    if benefit.use not in {"slot", "request"}:
        raise NotBookableByTime(service=benefit.name)
    row = Offering(
        public_ref=new_ref("O"),
        site_id=find_site(session, actor, site),
        benefit_id=benefit.id,
        name=name,
        preparation=preparation,
        minutes=minutes,
        department=department,
        on_holidays=on_holidays,
        active=True,
    )
    session.add(row)
    session.flush()
    audit.write(session, actor, "offering.create", subject=("offering", row.public_ref))
    return row.public_ref


def set_weekly_capacity(
    session: Session, actor: Actor, *, offering: str, hours: Sequence[Hours]
) -> None:
    """The week of an offering, in place of the one before. Slots that are there stay; the next
    opening follows the new week. Raises HoursNotAccepted."""
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


def set_exception(
    session: Session, actor: Actor, *, offering: str, day: date, capacity: int
) -> None:
    """A day that differs from the week, before its slots are opened; 0 is closed."""
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


def open_offering(
    session: Session, offering_id: int, *, today: date | None = None, days: int = AHEAD
) -> int:
    """Make the slots of an offering up to `days` ahead; gives how many are new. Repeating changes
    nothing: a slot that is there stays as it is. Takes turns with whoever changes its places."""
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
        for slot in times_by(
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


def open_slots(db: Database, *, days: int = AHEAD) -> int:
    """The slots of all active offerings, a transaction an offering; gives how many are new."""
    with db.read() as session:
        ids = list(
            session.scalars(select(Offering.id).where(Offering.active).order_by(Offering.id))
        )
    return sum(db.each(ids, open_offering, days=days))
