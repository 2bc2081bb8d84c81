"""What services and states of an asking are called, to be said in the reader's language."""

from __future__ import annotations

from babel import Locale

from vipclub.core.i18n import N_

SERVICE_WORDS = {
    "assistance": N_("Assistance company"),
    "hospital": N_("Hospital"),
    "interpreter": N_("Interpreter"),
    "transport": N_("Transport"),
}
DISPATCH_WORDS = {
    "listed": N_("next in line", "state of a request to a partner"),
    "asked": N_("awaiting answer", "state of a request to a partner"),
    "accepted": N_("accepted", "state of a request to a partner"),
    "declined": N_("declined", "state of a request to a partner"),
    "silent": N_("no answer", "state of a request to a partner"),
    "withdrawn": N_("withdrawn", "state of a request to a partner"),
    "lost": N_("no longer available", "state of a request to a partner"),
    "done": N_("completed", "state of a request to a partner"),
}
"""With their context."""
WAY_WORDS = {
    "door": N_("on the partner’s page"),
    "api": N_("by the partner’s system"),
    "link": N_("by the link in the letter"),
    "desk": N_("by phone, entered by the desk"),
}
ASKING_WORDS = {
    "assistance": N_("We are asking an assistance company."),
    "hospital": N_("We are asking a hospital."),
    "interpreter": N_("We are asking an interpreter."),
    "transport": N_("We are asking a transport service."),
}
"""What whom the case is for reads while a partner is asked."""


def country_name(language: str, code: str | None) -> str:
    """What a country is called; nothing for none.

    >>> country_name("en", "FR")
    'France'
    """
    if not code:
        return ""
    return str(Locale.parse(language, sep="-").territories.get(code, code))
