"""Partners, sites, offerings, their hours and slots, from `partners.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from vipclub import bookings, partners, settlement
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.types import Localized

SOURCE = Path(__file__).with_name("partners.toml")


@dataclass(frozen=True)
class Provider:
    """An offering of the demo, by the references that came of it."""

    key: str
    partner: str
    site: str
    offering: str
    service: str
    city: str
    time_zone: str


def open_providers(db: Database, actor: Actor, *, first: date, days: int) -> list[Provider]:
    """Make them all, with slots from `first` on."""
    document = tomllib.loads(SOURCE.read_text("utf-8"))
    made: list[Provider] = []
    for company in document["partner"]:
        partner = db.run(partners.create_partner, actor, name=_text(company["name"]))
        for place in company["site"]:
            site = db.run(
                partners.create_site,
                actor,
                partner=partner,
                name=_text(place["name"]),
                address=_text(place["address"]),
                city_code=place["city_code"],
                time_zone=place["time_zone"],
                region=place["region"],
            )
            for service in place["offering"]:
                offering = _offer(db, actor, site, service)
                _price(db, actor, offering, company, service, first)
                made.append(
                    Provider(
                        service["key"],
                        partner,
                        site,
                        offering,
                        service["service"],
                        place["city_code"],
                        place["time_zone"],
                    )
                )
    with db.read() as session:
        ids = [partners.find_offering(session, actor, p.offering).id for p in made]
    for offering_id in ids:
        db.run(partners.open_offering, offering_id, today=first, days=days)
    return made


def _offer(db: Database, actor: Actor, site: str, service: dict[str, Any]) -> str:
    offering = db.run(
        partners.create_offering,
        actor,
        site=site,
        service=service["service"],
        name=_text(service["name"]),
        preparation=_text(service["preparation"]),
        minutes=service["minutes"],
        department=service.get("department"),
    )
    hours = [
        partners.Hours(
            weekday,
            time.fromisoformat(row["from"]),
            time.fromisoformat(row["to"]),
            row["every"],
            row["capacity"],
        )
        for row in service["hours"]
        for weekday in row["days"]
    ]
    db.run(partners.set_weekly_capacity, actor, offering=offering, hours=hours)
    if "policy" in service:
        db.run(bookings.set_booking_policy, actor, offering=offering, policy=service["policy"])
    return offering


def _price(
    db: Database,
    actor: Actor,
    offering: str,
    company: dict[str, Any],
    service: dict[str, Any],
    first: date,
) -> None:
    """The contract's price from the first day on; a partner without terms is paid for visits
    only."""
    db.run(
        settlement.set_price,
        actor,
        offering=offering,
        from_day=first,
        amount=service["price"],
        currency=service.get("currency", "CNY"),
        noshow_percent=company.get("missed", 0),
        late_percent=company.get("late", 0),
    )


def _text(data: dict[str, str]) -> Localized:
    return Localized.from_json(data)
