"""What must be true of all memberships: one term at a time, on the person's own card."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.membership.models import Membership, MembershipCard
from vipclub.membership.steps import LIVE
from vipclub.people import Person

_other = aliased(Membership)


def _two_at_once(session: Session, span: Span) -> Iterator[Broken]:
    """Terms of one row of a person that run on the same day."""
    for ref, begins, ends in session.execute(
        select(Person.public_ref, Membership.effective_day, _other.last_day)
        .join(Membership, Membership.person_id == Person.id)
        .join(_other, _other.person_id == Membership.person_id)
        .where(
            span.of(Membership.id),
            Membership.state.in_(LIVE),
            _other.state.in_(LIVE),
            _other.effective_day < Membership.effective_day,
            _other.last_day >= Membership.effective_day,
        )
    ):
        yield Broken(f"member {ref}", f"a term from {begins} begins before the one to {ends} ends")


def _on_anothers_card(session: Session, span: Span) -> Iterator[Broken]:
    """Terms whose card is somebody else's."""
    for ref, card in session.execute(
        select(Person.public_ref, Membership.card_no)
        .join(Membership, Membership.person_id == Person.id)
        .join(MembershipCard, MembershipCard.card_no == Membership.card_no)
        .where(span.of(Membership.id), MembershipCard.person_id != Membership.person_id)
    ):
        yield Broken(f"member {ref}", f"a term names the card {card[-4:]:*>8} of somebody else")


INVARIANTS = (
    in_parts(
        "terms",
        "No two terms of a person that are in force share a day.",
        over=Membership.id,
        broken=_two_at_once,
    ),
    in_parts(
        "cards",
        "A term names its own person's card.",
        over=Membership.id,
        broken=_on_anothers_card,
    ),
)
