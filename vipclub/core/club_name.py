"""What the club is called: as its keeper wrote it, or VIP Club in the reader's language."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext
from vipclub.core.types import Localized

_own: Localized | None = None


def settle_club_name(name: Localized | None) -> None:
    """The name that this process says from here on; None is the one that comes with the
    product."""
    global _own
    _own = name


def club_name(language: str) -> str:
    """The name by itself: over a page, on the card, under a letter."""
    return _own.to(language) if _own else gettext(language, N_("VIP Club"))


def club_in_sentence(language: str) -> str:
    """The name within a sentence, which in English may need its article."""
    return _own.to(language) if _own else gettext(language, N_("the VIP Club"))
