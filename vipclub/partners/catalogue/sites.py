"""Sites: the addresses of a partner, each with its own clock and calendar of working days."""

from __future__ import annotations

from zoneinfo import available_timezones

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.core.working_days import load_calendar, seed_calendar, seed_days
from vipclub.partners.catalogue.changes import write_changes
from vipclub.partners.catalogue.keys import refuse_key
from vipclub.partners.catalogue.partners import find_partner, visible_to
from vipclub.partners.catalogue.sent_again import refuse_same
from vipclub.partners.models import Offering, Partner, Site, Slot
from vipclub.partners.refusals import SiteOpened, UnknownRegion, UnknownTimeZone

_site: Table = Site.__table__  # type: ignore[assignment]


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
    key: str | None = None,
    unlike: bool = False,
) -> str:
    """A new site of a partner, in the club's time zone where none is named; gives its reference.
    The calendar of its region is seeded when it is the first there. With `unlike` one of the name
    of another of this partner is taken for a form that was sent again. Raises UnknownTimeZone,
    UnknownRegion, KeyNotAccepted, KeyTaken, ThereAlready, NotFound, Forbidden."""
    actor.require("account:change")
    time_zone = time_zone or clock.club_zone()
    if time_zone not in available_timezones():
        raise UnknownTimeZone(time_zone=time_zone)
    refuse_key(session, Site, key)
    whose = find_partner(session, actor, partner)
    if unlike:
        same = select(Site.public_ref).where(Site.partner_id == whose, Site.name == name)
        refuse_same(session, same, name)
    row = Site(
        public_ref=new_ref("L"),
        key=key,
        partner_id=whose,
        name=name,
        address=address,
        city_code=city_code,
        time_zone=time_zone,
        region=region,
    )
    _seed_first(session, region, time_zone)
    session.add(row)
    session.flush()
    audit.write(session, actor, "site.create", subject=("site", row.public_ref))
    return row.public_ref


def change_site(
    session: Session,
    actor: Actor,
    *,
    site: str,
    name: Localized,
    address: Localized,
    city_code: str,
    time_zone: str,
    region: str,
    seen: str | None = None,
) -> bool:
    """A site as it shall be; False when it is so already, and nothing is written. Its time zone and
    its region change only while no slot was ever opened there: slots are on its wall and follow its
    calendar. `seen` is what its form showed. Raises ChangedMeanwhile, SiteOpened, UnknownTimeZone,
    UnknownRegion, NotFound, Forbidden."""
    actor.require("account:change")
    statement = (
        select(Site)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Site.public_ref == parse_ref(site, "L"), visible_to(actor))
    )
    row = session.scalars(for_no_key_update(statement, of=_site)).one_or_none()
    if row is None:
        raise NotFound()
    if (row.time_zone, row.region) != (time_zone, region):
        if time_zone not in available_timezones():
            raise UnknownTimeZone(time_zone=time_zone)
        if site_opened(session, row.public_ref):
            raise SiteOpened(site=row.name)
        _seed_first(session, region, time_zone)
    wanted = {
        "name": name,
        "address": address,
        "city_code": city_code,
        "time_zone": time_zone,
        "region": region,
    }
    return write_changes(session, actor, ("site", row.public_ref), row, wanted, seen)


def site_opened(session: Session, site: str) -> bool:
    """Whether a slot was ever opened at a site, by its reference. One statement."""
    opened = (
        select(Slot.id)
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Site, Site.id == Offering.site_id)
    )
    return session.execute(opened.where(Site.public_ref == site).limit(1)).first() is not None


def has_calendar(session: Session, region: str) -> bool:
    """Whether the public holidays of a region are known, or can be seeded."""
    return bool(
        load_calendar(session, region).decreed or seed_days(region, [clock.club_today().year])
    )


def _seed_first(session: Session, region: str, time_zone: str) -> None:
    """The calendar of a region where the club has had no site. Raises UnknownRegion."""
    if load_calendar(session, region).decreed:
        return
    year = clock.today(time_zone).year
    if not seed_days(region, [year]):
        raise UnknownRegion(region=region[:8])
    seed_calendar(session, region, range(year - 1, year + 2))


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
