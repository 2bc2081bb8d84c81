"""The face of the membership card: tier, name, number, and until when it is valid."""

from __future__ import annotations

from dataclasses import dataclass

from vipclub.core.i18n import N_, format_date, gettext
from vipclub.membership import TIER_NAMES, MemberSummary, grouped_card_no
from vipclub.web.names import Named, person_name


@dataclass(frozen=True, slots=True)
class CardFace:
    """The card's face."""

    tier: str
    tier_text: str
    name: str
    number: str
    valid: str


def card_face(language: str, found: MemberSummary | None, name: Named) -> CardFace | None:
    """The card of a running membership."""
    if found is None:
        return None
    valid = format_date(language, found.valid_to)
    return CardFace(
        tier=found.tier,
        tier_text=TIER_NAMES[found.tier].to(language),
        name=person_name(language, name),
        number=grouped_card_no(found.card),
        valid=gettext(language, N_("Valid to %(day)s"), day=valid),
    )
