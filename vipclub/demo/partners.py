"""Partners, sites, offerings, their hours and slots: `partners.toml`, loaded as an operator loads
such a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partner_file.loading import load
from vipclub.settlement import partner_terms

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


def open_providers(db: Database, actor: Actor, *, days: int) -> list[Provider]:
    """Make them all, with slots for so many days from today on."""
    db.run(load, actor, content=SOURCE.read_bytes(), days_ahead=days)
    with db.read() as session:
        terms = partner_terms(session, actor)
    return [
        Provider(
            key=offering.key or "",
            partner=partner.ref,
            site=site.ref,
            offering=offering.ref,
            service=offering.service,
            city=site.city_code,
            time_zone=site.time_zone,
        )
        for partner in terms
        for site in partner.sites
        for offering in site.offerings
    ]
