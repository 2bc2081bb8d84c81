"""Offerings: a service at a site. They are made, found and listed here; what isn't there and what
isn't this actor's look alike.

The hours of an offering are set in `vipclub/partners/capacity/weekly_hours.py`, its slots opened in
`vipclub/partners/capacity/opening_slots.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from vipclub.benefits import Benefit, BenefitRow, benefit_by_code, benefits
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.reference_data import Source, reference
from vipclub.core.rows import AnySelect, row_as, rows_as
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.partners.catalogue.keys import refuse_key
from vipclub.partners.catalogue.partners import seen_by, visible_to
from vipclub.partners.catalogue.sent_again import refuse_same
from vipclub.partners.catalogue.sites import find_site
from vipclub.partners.models import Offering, Partner, Site
from vipclub.partners.refusals import NotBookableByTime, OfferingNotAccepted

BY_TIME = ("slot", "request")
"""The uses of a benefit that partners offer by the hour."""

_offering: Table = Offering.__table__  # type: ignore[assignment]


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
    key: str | None = None,
    unlike: bool = False,
) -> str:
    """A new offering: `service` is a benefit's code, `minutes` how long a visit takes. Gives its
    reference. It has no hours yet (`set_weekly_capacity`), and so no slots. With
    `unlike` one of the service and the name of another there is taken for a form that was sent
    again. Raises NotFound, Forbidden, KeyNotAccepted, KeyTaken, ThereAlready, OfferingNotAccepted,
    and NotBookableByTime for a benefit that is used in another way (an event, a case)."""
    actor.require("account:change")
    benefit = benefit_by_code(session, service)
    if benefit is None:
        raise NotFound()
    if benefit.use not in BY_TIME:
        raise NotBookableByTime(service=benefit.name)
    refuse_implausible(minutes, department)
    refuse_key(session, Offering, key)
    where = find_site(session, actor, site)
    if unlike:
        same = select(Offering.public_ref).where(
            Offering.site_id == where, Offering.benefit_id == benefit.id, Offering.name == name
        )
        refuse_same(session, same, name)
    row = Offering(
        public_ref=new_ref("O"),
        key=key,
        site_id=where,
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


def services_by_time(session: Session) -> list[BenefitRow]:
    """The services that an offering may be of. One statement."""
    return [benefit for benefit in benefits(session) if benefit.use in BY_TIME]


def refuse_implausible(minutes: int, department: str | None) -> None:
    """Raises OfferingNotAccepted for minutes and a department that no offering has."""
    if not 5 <= minutes <= 1440 or (department is not None and not 1 <= len(department) <= 40):
        raise OfferingNotAccepted()


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


def select_offerings() -> AnySelect:
    """The statement that reads whole `OfferingRow`s, for its caller to narrow."""
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
    """An offering that this actor may act for, by its reference. With `lock` its row is kept until
    the transaction ends, so that two changes of its capacity take turns. One statement. Raises
    MalformedRef and NotFound."""
    statement = select_offerings().where(
        Offering.public_ref == parse_ref(ref, "O"), visible_to(actor)
    )
    row = session.execute(for_no_key_update(statement, of=_offering) if lock else statement).first()
    if row is None:
        raise NotFound()
    return row_as(OfferingRow, row)


def _load(session: Session) -> tuple[OfferingRow, ...]:
    """All, by id; one statement."""
    return tuple(rows_as(OfferingRow, session.execute(select_offerings().order_by(Offering.id))))


OFFERED = Source(
    "offered",
    tuple(model.__table__ for model in (Offering, Benefit, Site, Partner)),
    _load,
)


def offerings_of(session: Session, actor: Actor) -> list[OfferingRow]:
    """All offerings that an actor may act for. No statement as a rule."""
    own = seen_by(actor)
    return [row for row in reference(session, OFFERED) if own is None or row.partner in own]


def offering_of(session: Session, actor: Actor, ref: str) -> OfferingRow:
    """One of them, by its reference. No statement as a rule; whoever changes what is offered asks
    `find_offering`. Raises MalformedRef and NotFound."""
    wanted = parse_ref(ref, "O")
    for row in offerings_of(session, actor):
        if row.ref == wanted:
            return row
    raise NotFound()
