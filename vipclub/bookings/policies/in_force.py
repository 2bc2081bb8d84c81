"""Which rules hold for a service, and for an offering where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits import Benefit
from vipclub.bookings.models import BookingPolicy
from vipclub.bookings.policies.document import named_document, policy_names, policy_of, read_policy
from vipclub.bookings.policies.mistakes import NO_SUCH_POLICY, Mistake
from vipclub.bookings.policies.rules import Policy
from vipclub.bookings.refusals import BookingPolicyNotAccepted
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.seen_state import refuse_unseen
from vipclub.core.types import Localized
from vipclub.partners import Offering, Partner, Site, find_offering


def load_policies(session: Session, actor: Actor) -> int:
    """The shipped rules of each service that has some (a document named as the service); gives how
    many. Loading them again changes nothing."""
    actor.require("policy:change")
    shipped = set(policy_names())
    rows = session.execute(select(Benefit.id, Benefit.code).where(Benefit.code.in_(shipped)))
    count = 0
    for benefit_id, code in rows.all():
        document = named_document(code)
        _keep(session, actor, code, document, benefit_id=benefit_id, subject=("service", code))
        count += 1
    return count


def any_booking_policy() -> ColumnElement[bool]:
    """Whether there are rules of booking at all, as a condition."""
    return exists(select(BookingPolicy.id))


def set_booking_policy(
    session: Session,
    actor: Actor,
    *,
    offering: str,
    policy: str,
    document: dict[str, Any] | None = None,
    seen: str | None = None,
) -> None:
    """Rules of one offering, by the name of a shipped document or by a document of its own. `seen`
    is what its form showed. Raises ChangedMeanwhile, BookingPolicyNotAccepted, NotFound."""
    actor.require("policy:change")
    found = find_offering(session, actor, offering, lock=seen is not None)
    if document is None:
        if policy not in policy_names():
            raise BookingPolicyNotAccepted(problems=[Mistake(policy[:60], NO_SUCH_POLICY)])
        document = named_document(policy)
    _refuse_unseen(session, found.id, seen, (policy[:60], document))
    _keep(session, actor, policy, document, offering_id=found.id, subject=("offering", found.ref))


def policy_seen(name: str | None, document: Mapping[str, Any] | None) -> dict[str, object]:
    """The rules of an offering's own as one field, for what a form showed
    (`core/seen_state.py`)."""
    return {"rules": [name, dict(document) if document else None]}


def _refuse_unseen(
    session: Session,
    offering_id: int,
    seen: str | None,
    wanted: tuple[str | None, Mapping[str, Any] | None],
) -> None:
    if seen is None:
        return
    row = session.execute(
        select(BookingPolicy.name, BookingPolicy.document).where(
            BookingPolicy.offering_id == offering_id
        )
    ).first()
    now = policy_seen(row.name, row.document) if row else policy_seen(None, None)
    refuse_unseen(seen, now, policy_seen(*wanted))


def follow_service_policy(
    session: Session, actor: Actor, *, offering: str, seen: str | None = None
) -> bool:
    """The rules of an offering's own go, and its service's hold there; False when it has none.
    `seen` is what its form showed. Raises ChangedMeanwhile, NotFound, Forbidden."""
    actor.require("policy:change")
    found = find_offering(session, actor, offering, lock=seen is not None)
    _refuse_unseen(session, found.id, seen, (None, None))
    row = session.execute(
        select(BookingPolicy).where(BookingPolicy.offering_id == found.id)
    ).scalar_one_or_none()
    if row is None:
        return False
    before = {"name": row.name, "document": row.document}
    session.delete(row)
    session.flush()
    subject = ("offering", found.ref)
    audit.write(session, actor, "booking_policy.follow_service", subject=subject, before=before)
    return True


def _keep(
    session: Session,
    actor: Actor,
    name: str,
    document: dict[str, Any],
    *,
    subject: tuple[str, str],
    benefit_id: int | None = None,
    offering_id: int | None = None,
) -> None:
    read_policy(document)
    row = session.execute(
        select(BookingPolicy).where(
            BookingPolicy.benefit_id == benefit_id
            if benefit_id is not None
            else BookingPolicy.offering_id == offering_id
        )
    ).scalar_one_or_none()
    if row is None:
        row = BookingPolicy(benefit_id=benefit_id, offering_id=offering_id)
        session.add(row)
    elif row.document == document and row.name == name:
        return
    row.name, row.document, row.changed_at = name[:60], document, clock.now()
    session.flush()
    audit.write(session, actor, "booking_policy.set", subject=subject, after=document)


@dataclass(frozen=True, slots=True)
class BookingRule:
    """The rules of a service everywhere (no site), or at one site where they differ there."""

    service_name: Localized
    partner_name: Localized | None
    site_name: Localized | None
    name: str
    policy: Policy


def booking_rules(session: Session, actor: Actor) -> list[BookingRule]:
    """All rules, a service's own first. One statement. Raises Forbidden."""
    actor.require("policy:view")
    served = aliased(Benefit)
    rows = session.execute(
        select(
            Benefit.name.label("everywhere"),
            served.name.label("here"),
            Partner.name.label("partner_name"),
            Site.name.label("site_name"),
            BookingPolicy.name,
            BookingPolicy.document,
        )
        .select_from(BookingPolicy)
        .outerjoin(Benefit, Benefit.id == BookingPolicy.benefit_id)
        .outerjoin(Offering, Offering.id == BookingPolicy.offering_id)
        .outerjoin(Site, Site.id == Offering.site_id)
        .outerjoin(Partner, Partner.id == Site.partner_id)
        .outerjoin(served, served.id == Offering.benefit_id)
        .order_by(BookingPolicy.offering_id.is_not(None), BookingPolicy.id)
    )
    return [
        BookingRule(
            service_name=row.everywhere or row.here,
            partner_name=row.partner_name,
            site_name=row.site_name,
            name=row.name,
            policy=policy_of(row.document),
        )
        for row in rows
    ]
