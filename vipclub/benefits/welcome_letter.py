"""The welcome letter: what a membership gives, told when it is accepted."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from vipclub import messages
from vipclub.benefits.queries import Entitlement, entitlements
from vipclub.core.types import Localized
from vipclub.membership import (
    TIER_NAMES,
    MembershipAccepted,
    WelcomeLetter,
    grouped_card_no,
    member_summary,
)


def welcome(session: Session, fact: MembershipAccepted) -> None:
    """Answers MembershipAccepted: one letter with tier, card and the benefits there are to use."""
    summary = member_summary(session, fact.person_id, today=fact.as_of)
    if summary is None:
        return
    there = entitlements(session, fact.person_id, today=fact.as_of)
    letter = WelcomeLetter(
        tier=TIER_NAMES[summary.tier],
        card=grouped_card_no(summary.card),
        valid_from=summary.valid_from,
        valid_to=summary.valid_to,
        benefits=_names(there, fact.as_of),
    )
    messages.queue(
        session,
        template="welcome",
        person_id=fact.person_id,
        subject=("membership", fact.member),
        version=0,
        data=letter.to_json(),
    )


def _names(there: list[Entitlement], day: date) -> tuple[Localized, ...]:
    """Of what may be used, each once, whatever the year."""
    found = {one.benefit: one.name for one in there if one.usable}
    return tuple(found.values())
