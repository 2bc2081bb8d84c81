"""Partners: the companies that serve members, and who sees which of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, false, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts import StaffRecruited
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.partners.catalogue.changes import write_changes
from vipclub.partners.catalogue.keys import refuse_key
from vipclub.partners.catalogue.sent_again import refuse_same
from vipclub.partners.models import Offering, Partner, Site
from vipclub.partners.refusals import PartnerUnknown

_partner: Table = Partner.__table__  # type: ignore[assignment]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which partners an actor sees and may act for, as a condition on the `partner` table: partner
    staff their own; whoever works with everybody, and who keeps the catalogue (the administrator
    its names, the policy owner its rules), all. Which of them a member may book is no secret and
    isn't asked here."""
    own = seen_by(actor)
    if own is None:
        return true()
    return _partner.c.public_ref.in_(own) if own else false()


def seen_by(actor: Actor) -> frozenset[str] | None:
    """The references of the partners that `visible_to` tells of; None for all."""
    if actor.sees_all or actor.has("catalogue:view"):
        return None
    return frozenset(actor.refs("partner"))


def create_partner(
    session: Session,
    actor: Actor,
    *,
    name: Localized,
    key: str | None = None,
    unlike: bool = False,
) -> str:
    """A new partner, with the club's own key for it where one is given; gives its reference. With
    `unlike` one whose name another has in all languages is taken for a form that was sent again.
    Raises KeyNotAccepted, KeyTaken, ThereAlready, Forbidden."""
    actor.require("account:change")
    refuse_key(session, Partner, key)
    if unlike:
        refuse_same(session, select(Partner.public_ref).where(Partner.name == name), name)
    row = Partner(public_ref=new_ref("P"), key=key, name=name, created_at=clock.now())
    session.add(row)
    session.flush()
    audit.write(session, actor, "partner.create", subject=("partner", row.public_ref))
    return row.public_ref


def change_partner(
    session: Session, actor: Actor, *, partner: str, name: Localized, seen: str | None = None
) -> bool:
    """A partner's name as it shall be; False when it is so already, and nothing is written. `seen`
    is what its form showed (`core/seen_state.py`). Raises ChangedMeanwhile, NotFound, Forbidden."""
    actor.require("account:change")
    statement = select(Partner).where(
        Partner.public_ref == parse_ref(partner, "P"), visible_to(actor)
    )
    row = session.scalars(for_no_key_update(statement, of=_partner)).one_or_none()
    if row is None:
        raise NotFound()
    return write_changes(session, actor, ("partner", row.public_ref), row, {"name": name}, seen)


def find_partner(session: Session, actor: Actor, ref: str) -> int:
    """The row id of a partner that this actor may act for. Raises MalformedRef and NotFound."""
    found = session.scalar(
        select(Partner.id).where(Partner.public_ref == parse_ref(ref, "P"), visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


def confirm_partner(session: Session, fact: StaffRecruited) -> None:
    """Answers StaffRecruited: a clerk works for a partner that is there. Raises PartnerUnknown."""
    if fact.kind != "partner":
        return
    if session.scalar(select(Partner.id).where(Partner.public_ref == fact.scope)) is None:
        raise PartnerUnknown(partner=fact.scope)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner with how many sites it has, and how many services that are offered now."""

    ref: str
    key: str | None
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
            Partner.key,
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
