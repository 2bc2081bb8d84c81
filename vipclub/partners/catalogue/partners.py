"""Partners: the companies that serve members, and who sees which of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, false, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.partners.models import Offering, Partner, Site

_partner: Table = Partner.__table__  # type: ignore[assignment]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which partners an actor sees and may act for, as a condition on the `partner` table: partner
    staff their own; whoever works with everybody, all. Which of them a member may book is no secret
    and isn't asked here."""
    if actor.sees_all:
        return true()
    own = actor.refs("partner")
    return _partner.c.public_ref.in_(own) if own else false()


def create_partner(session: Session, actor: Actor, *, name: Localized) -> str:
    """A new partner; gives its reference. Raises Forbidden."""
    actor.require("account:change")
    row = Partner(public_ref=new_ref("P"), name=name, created_at=clock.now())
    session.add(row)
    session.flush()
    audit.write(session, actor, "partner.create", subject=("partner", row.public_ref))
    return row.public_ref


def find_partner(session: Session, actor: Actor, ref: str) -> int:
    """The row id of a partner that this actor may act for. Raises MalformedRef and NotFound."""
    found = session.scalar(
        select(Partner.id).where(Partner.public_ref == parse_ref(ref, "P"), visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


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
