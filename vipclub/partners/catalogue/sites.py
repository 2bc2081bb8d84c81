"""Sites: the addresses of a partner, each with its own clock and calendar of working days."""

from __future__ import annotations

from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.core.working_days import load_calendar, seed_calendar
from vipclub.partners.catalogue.partners import find_partner, visible_to
from vipclub.partners.models import Partner, Site
from vipclub.partners.refusals import UnknownTimeZone


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
    The calendar of its region is seeded when it is the first there. Raises UnknownTimeZone,
    NotFound, Forbidden."""
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


def find_site(session: Session, actor: Actor, ref: str) -> int:
    """The row id of a site of a partner that this actor may act for. Raises MalformedRef and
    NotFound."""
    found = session.scalar(
        select(Site.id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Site.public_ref == parse_ref(ref, "L"), visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found
