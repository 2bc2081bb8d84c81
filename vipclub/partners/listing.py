"""The partners as a list, as administrators see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.types import Localized
from vipclub.partners.models import Offering, Partner, Site


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner with how many sites it has, and how many services that are offered now."""

    ref: str
    name: Localized
    sites: int
    offerings: int


def all_partners(session: Session, actor: Actor) -> list[PartnerRow]:
    """Every partner, the oldest first, for who gives its people accounts. One statement. Raises
    Forbidden."""
    actor.require("account:view")
    rows = session.execute(
        select(
            Partner.public_ref,
            Partner.name,
            func.count(Site.id.distinct()),
            func.count(Offering.id),
        )
        .outerjoin(Site, Site.partner_id == Partner.id)
        .outerjoin(Offering, (Offering.site_id == Site.id) & Offering.active)
        .group_by(Partner.id)
        .order_by(Partner.id)
    )
    return [PartnerRow(*row) for row in rows]
