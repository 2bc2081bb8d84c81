"""Offerings as bookings read them, from what each process keeps (`core/reference_data`): service,
site, partner, rules and clock, so that appointments, holds and slots are read alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from vipclub import partners
from vipclub.benefits import Benefit
from vipclub.bookings.models import BookingPolicy
from vipclub.bookings.policies.document import policy_of
from vipclub.bookings.policies.rules import Policy, SiteClock
from vipclub.core.reference_data import Source, learn, look_again, reference
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized
from vipclub.core.working_days import load_calendar
from vipclub.partners import Offering, Partner, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingInView:
    """An offering with its service, site and partner, the rules that hold there and its clock;
    `listens` says whether the partner's own system is told of steps."""

    offering_id: int
    offering: str
    offering_name: Localized
    preparation: Localized | None
    department: str | None
    benefit_id: int
    service: str
    service_name: Localized
    who: tuple[str, ...]
    site: str
    site_name: Localized
    address: Localized
    city: str
    time_zone: str
    region: str
    partner_id: int
    partner: str
    partner_name: Localized
    policy: Policy
    site_clock: SiteClock
    listens: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A benefit that is used by booking a time."""

    service: str
    name: Localized
    summary: Localized
    icon: str


@dataclass(frozen=True, slots=True, eq=False)
class Offerings:
    """All offerings, those that are closed too. `values` has the fields of an `OfferingInView` by
    id, with None for the policy where no rules hold; `active` are those that can be booked, by city
    and id; `services` those that somebody offers, in the catalogue's order; `of_partner` the ids of
    each partner's, by its reference."""

    values: Mapping[int, Mapping[str, Any]]
    open: frozenset[int]
    active: tuple[OfferingInView, ...]
    services: tuple[Service, ...]
    of_partner: Mapping[str, tuple[int, ...]]
    by_service: Mapping[str, tuple[OfferingInView, ...]]
    by_city: Mapping[tuple[str, str], tuple[OfferingInView, ...]]

    def of_service(self, service: str) -> tuple[OfferingInView, ...]:
        """The active ones of a service."""
        return self.by_service.get(service, ())

    def in_city(self, service: str, city: str) -> tuple[OfferingInView, ...]:
        """Those of them in a city."""
        return self.by_city.get((service, city), ())


R = TypeVar("R", bound=OfferingInView)

_of_service, _of_offering = aliased(BookingPolicy), aliased(BookingPolicy)
_all = (
    select(
        Offering.active,
        Benefit.position,
        Benefit.summary,
        Benefit.icon,
        Offering.id.label("offering_id"),
        Offering.public_ref.label("offering"),
        Offering.name.label("offering_name"),
        Offering.preparation,
        Offering.department,
        Benefit.id.label("benefit_id"),
        Benefit.code.label("service"),
        Benefit.name.label("service_name"),
        Benefit.who,
        Site.public_ref.label("site"),
        Site.name.label("site_name"),
        Site.address,
        Site.city_code.label("city"),
        Site.time_zone,
        Site.region,
        Partner.id.label("partner_id"),
        Partner.public_ref.label("partner"),
        Partner.name.label("partner_name"),
        func.coalesce(_of_offering.document, _of_service.document).label("policy"),
    )
    .join(Site, Site.id == Offering.site_id)
    .join(Partner, Partner.id == Site.partner_id)
    .join(Benefit, Benefit.id == Offering.benefit_id)
    .outerjoin(_of_service, _of_service.benefit_id == Benefit.id)
    .outerjoin(_of_offering, _of_offering.offering_id == Offering.id)
    .order_by(Site.city_code, Offering.id)
)


def _load(session: Session) -> Offerings:
    """One statement beside the calendars, so that all that is said of an offering fits together."""
    values: dict[int, Mapping[str, Any]] = {}
    services: dict[tuple[int, int], Service] = {}
    of_partner: dict[str, tuple[int, ...]] = {}
    open_ones: set[int] = set()
    active = []
    by_service: dict[str, list[OfferingInView]] = {}
    by_city: dict[tuple[str, str], list[OfferingInView]] = {}
    clocks: dict[tuple[str, str], SiteClock] = {}  # one a zone and region, for all of its sites
    listening = partners.webhooks.listening(session)
    for row in session.execute(_all).all():
        found = {name: getattr(row, name) for name in _FROM_ROW}
        found["who"] = tuple(row.who)
        found["policy"] = policy_of(row.policy) if row.policy is not None else None
        place = (row.time_zone, row.region)
        if place not in clocks:
            clocks[place] = clock_of_site(session, *place)
        found["site_clock"] = clocks[place]
        found["listens"] = row.partner_id in listening
        values[row.offering_id] = MappingProxyType(found)
        of_partner[row.partner] = (*of_partner.get(row.partner, ()), row.offering_id)
        if row.active:
            open_ones.add(row.offering_id)
            services[row.position, row.benefit_id] = Service(
                row.service, row.service_name, row.summary, row.icon
            )
            if row.policy is not None:
                active.append(OfferingInView(**found))
                by_service.setdefault(row.service, []).append(active[-1])
                by_city.setdefault((row.service, row.city), []).append(active[-1])
    in_order = tuple(services[place] for place in sorted(services))
    return Offerings(
        MappingProxyType(values),
        frozenset(open_ones),
        tuple(active),
        in_order,
        MappingProxyType(of_partner),
        MappingProxyType({service: tuple(found) for service, found in by_service.items()}),
        MappingProxyType({key: tuple(found) for key, found in by_city.items()}),
    )


_WORKED_OUT = {"site_clock", "listens"}
_FROM_ROW = [field.name for field in fields(OfferingInView) if field.name not in _WORKED_OUT]
_TABLES = tuple(model.__table__ for model in (Partner, Site, Offering, Benefit, BookingPolicy))
OFFERINGS = Source("offerings", _TABLES, _load)


def clock_of_site(session: Session, time_zone: str, region: str) -> SiteClock:
    """A site's clock and calendar."""
    return SiteClock(ZoneInfo(time_zone), load_calendar(session, region))


def offerings(session: Session) -> Offerings:
    """The offerings as they stand."""
    return reference(session, OFFERINGS)


def offering_values(session: Session, offering_id: int) -> Mapping[str, Any]:
    """The fields of an `OfferingInView`, of an offering that exists."""
    found = offerings(session).values.get(offering_id)
    if found is None:  # made since this transaction asked for the number
        look_again(session)
        found = offerings(session).values[offering_id]
    return found


def places_of(
    session: Session, rows: Sequence[AnyRow]
) -> Iterator[tuple[AnyRow, Mapping[str, Any]]]:
    """Rows with `offering_id` and `VERSION`, each beside the fields of its offering."""
    for row in rows:
        learn(session, row.reference_version)
        yield row, offering_values(session, row.offering_id)


def built(cls: type[R], session: Session, row: AnyRow, **more: object) -> R:
    """A row of a statement with `offering_id` and `VERSION` as its class, by the columns' names;
    what is said of the offering comes from what is kept."""
    values: dict[str, Any] = {**row._asdict(), **more}
    learn(session, values.pop("reference_version"))
    values.update(offering_values(session, row.offering_id))
    return cls(**values)
