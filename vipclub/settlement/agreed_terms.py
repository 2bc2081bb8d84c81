"""Partners with all that is settled about them: sites, offerings, hours, rules, prices, as the
administrator's pages and `vipclub partner` show and compare them.

It stands here because the settlement is the last part of which something is in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.benefits import Benefit
from vipclub.bookings import BookingPolicy
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Hours, Offering, Partner, Site, WeekFrom, weeks_by_offering
from vipclub.settlement.amounts import Price
from vipclub.settlement.models import ContractPrice


@dataclass(frozen=True, slots=True)
class PriceFrom:
    """A price that holds from a day on, until the next one."""

    first: date
    price: Price


@dataclass(frozen=True, slots=True)
class OfferingTerms:
    """An offering with all its weeks and prices, the earliest first. `policy` names the rules of
    its own, `policy_document` says them; both are empty where the service's rules hold. `today` is
    its site's."""

    ref: str
    key: str | None
    service: str
    service_name: Localized
    name: Localized
    preparation: Localized | None
    minutes: int
    department: str | None
    on_holidays: bool
    active: bool
    policy: str | None
    policy_document: Mapping[str, Any] | None
    weeks: tuple[WeekFrom, ...]
    prices: tuple[PriceFrom, ...]
    today: date

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The hours in force today."""
        return self.hours_on(self.today)

    @property
    def price(self) -> Price | None:
        """The price in force today; None where none is on record."""
        return self.price_on(self.today)

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours of the week that is in force on a day."""
        return next((week.hours for week in reversed(self.weeks) if week.first <= day), ())

    def price_on(self, day: date) -> Price | None:
        """The price in force on a day; None where none is on record."""
        return next((kept.price for kept in reversed(self.prices) if kept.first <= day), None)


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """A site with its offerings, the oldest first."""

    ref: str
    key: str | None
    name: Localized
    address: Localized
    city_code: str
    time_zone: str
    region: str
    offerings: tuple[OfferingTerms, ...]


_SITE_FIELDS = ("public_ref", "key", "name", "address", "city_code", "time_zone", "region")


@dataclass(frozen=True, slots=True)
class PartnerTerms:
    """A partner with its sites, the oldest first."""

    ref: str
    key: str | None
    name: Localized
    sites: tuple[SiteTerms, ...]


def partner_terms(
    session: Session, actor: Actor, *, partner: str | None = None
) -> list[PartnerTerms]:
    """All partners, the oldest first, or the one that is named: an empty list where it isn't there.
    Four statements, however many there are. Raises MalformedRef, Forbidden."""
    actor.require(Permission.CATALOGUE_VIEW)
    places = (
        select(
            Partner.id.label("partner_id"),
            Partner.public_ref.label("partner"),
            Partner.key.label("partner_key"),
            Partner.name.label("partner_name"),
            *(getattr(Site, name) for name in ("id", *_SITE_FIELDS)),
        )
        .outerjoin(Site, Site.partner_id == Partner.id)
        .order_by(Partner.id, Site.id)
    )
    if partner is not None:
        places = places.where(Partner.public_ref == parse_ref(partner, "P"))
    rows = session.execute(places).all()
    offerings = _offerings_by_site(session, sorted({row.partner_id for row in rows}))
    return [_partner(list(own), offerings) for _, own in groupby(rows, lambda row: row.partner_id)]


def _partner(rows: Sequence[AnyRow], offerings: Mapping[int, list[OfferingTerms]]) -> PartnerTerms:
    """The rows are a partner's sites, or one without a site."""
    sites = tuple(
        SiteTerms(
            ref=row.public_ref,
            offerings=tuple(offerings.get(row.id, ())),
            **{name: getattr(row, name) for name in _SITE_FIELDS[1:]},
        )
        for row in rows
        if row.id is not None
    )
    return PartnerTerms(rows[0].partner, rows[0].partner_key, rows[0].partner_name, sites)


def _offerings_by_site(session: Session, partner_ids: list[int]) -> dict[int, list[OfferingTerms]]:
    """Three statements."""
    rows = session.execute(
        select(
            Offering.id,
            Offering.site_id,
            Offering.public_ref.label("ref"),
            Offering.key,
            Benefit.code.label("service"),
            Benefit.name.label("service_name"),
            Offering.name,
            Offering.preparation,
            Offering.minutes,
            Offering.department,
            Offering.on_holidays,
            Offering.active,
            BookingPolicy.name.label("policy"),
            BookingPolicy.document.label("policy_document"),
            Site.time_zone,
        )
        .join(Site, Site.id == Offering.site_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .outerjoin(BookingPolicy, BookingPolicy.offering_id == Offering.id)
        .where(Site.partner_id.in_(partner_ids))
        .order_by(Offering.id)
    ).all()
    weeks = weeks_by_offering(session, [row.id for row in rows])
    prices: dict[int, list[PriceFrom]] = defaultdict(list)
    priced = select(ContractPrice).where(ContractPrice.partner_id.in_(partner_ids))
    for kept in session.scalars(priced.order_by(ContractPrice.from_day)):
        price = Price(kept.amount_minor, kept.currency, kept.noshow_percent, kept.late_percent)
        prices[kept.offering_id].append(PriceFrom(kept.from_day, price))
    by_site: dict[int, list[OfferingTerms]] = defaultdict(list)
    for row in rows:
        by_site[row.site_id].append(_terms(row, weeks[row.id], prices[row.id]))
    return by_site


def _terms(row: AnyRow, weeks: list[WeekFrom], prices: list[PriceFrom]) -> OfferingTerms:
    values = row._asdict()
    for name in ("id", "site_id", "time_zone"):
        del values[name]
    return OfferingTerms(
        **values, weeks=tuple(weeks), prices=tuple(prices), today=clock.today(row.time_zone)
    )
