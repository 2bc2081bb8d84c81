"""Why a partner can't, as the member is told it, by the code of `bookings.DECLINE_REASONS`."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext

SENTENCES = {
    "full": N_("The time was given to somebody else a moment before."),
    "closed": N_("The place is closed at that time."),
    "equipment": N_("The equipment for it is out of service at that time."),
    "unsuitable": N_("This service does not suit the person it is for."),
    "documents": N_("Papers or results are still missing; the service desk tells you which."),
    "other": "",
}


def told(language: str, code: str | None) -> str:
    """The sentence for a code; nothing for one that says nothing."""
    sentence = SENTENCES.get(code or "", "")
    return gettext(language, sentence) if sentence else ""
