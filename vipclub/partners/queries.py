"""Finding partners, sites and offerings. Not found and not allowed look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, false, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits import Benefit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect, row_as, rows_as
from vipclub.core.types import Localized, parse_ref
from vipclub.partners.models import Offering, Partner, Site, Slot

_partner: Table = Partner.__table__  # type: ignore[assignment]
_offering: Table = Offering.__table__  # type: ignore[assignment]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which partners an actor may act for, as SQL: partner staff their own; whoever works with
    everybody, all. What members may book is no secret and isn't asked here."""
    if actor.sees_all:
        return true()
    own = actor.refs("partner")
    return _partner.c.public_ref.in_(own) if own else false()


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """An offering with where it is and of which service."""

    id: int
    ref: str
    name: Localized
    minutes: int
    active: bool
    service: str
    site: str
    site_name: Localized
    city_code: str
    time_zone: str
    partner: str
    partner_name: Localized
    region: str
    on_holidays: bool


def offerings() -> AnySelect:
    """All that `OfferingRow` holds, for a statement to narrow."""
    return (
        select(
            Offering.id,
            Offering.public_ref.label("ref"),
            Offering.name,
            Offering.minutes,
            Offering.active,
            Benefit.code.label("service"),
            Site.public_ref.label("site"),
            Site.name.label("site_name"),
            Site.city_code,
            Site.time_zone,
            Partner.public_ref.label("partner"),
            Partner.name.label("partner_name"),
            Site.region,
            Offering.on_holidays,
        )
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
    )


def find_offering(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> OfferingRow:
    """An offering to act for; locked, changes of its places take turns. One statement. Raises
    MalformedRef and NotFound."""
    statement = offerings().where(Offering.public_ref == parse_ref(ref, "O"), visible_to(actor))
    row = session.execute(for_no_key_update(statement, of=_offering) if lock else statement).first()
    if row is None:
        raise NotFound()
    return row_as(OfferingRow, row)


def offerings_of(session: Session, actor: Actor) -> list[OfferingRow]:
    """All offerings that an actor may act for. One statement."""
    rows = session.execute(offerings().where(visible_to(actor)).order_by(Offering.id))
    return rows_as(OfferingRow, rows)


@dataclass(frozen=True, slots=True)
class PlacesOfDay:
    """A site's local day: seats taken or reserved, of all that are open."""

    day: date
    taken: int
    capacity: int


def places_by_day(session: Session, actor: Actor, *, first: date, last: date) -> list[PlacesOfDay]:
    """The seats of all offerings that an actor may act for, by day. One statement. Raises
    Forbidden."""
    actor.require("capacity:view")
    rows = session.execute(
        select(Slot.local_day, func.sum(Slot.taken + Slot.reserved), func.sum(Slot.capacity))
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Slot.local_day.between(first, last), Slot.open.is_(True), visible_to(actor))
        .group_by(Slot.local_day)
        .order_by(Slot.local_day)
    )
    return [PlacesOfDay(day, int(taken), int(capacity)) for day, taken, capacity in rows]


def find_partner(session: Session, actor: Actor, ref: str) -> int:
    """A partner's id inside. Raises MalformedRef and NotFound."""
    found = session.scalar(
        select(Partner.id).where(Partner.public_ref == parse_ref(ref, "P"), visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


def find_site(session: Session, actor: Actor, ref: str) -> int:
    """A site's id inside. Raises MalformedRef and NotFound."""
    found = session.scalar(
        select(Site.id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Site.public_ref == parse_ref(ref, "L"), visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found
