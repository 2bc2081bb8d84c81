"""A request to a partner in the reader's words: at the desk, on the partner's pages, behind the
link of a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel import Locale

from vipclub import assistance
from vipclub.assistance.dispatch import RequestView
from vipclub.core import clock
from vipclub.core.i18n import N_, format_moment, gettext, join_words, pgettext, zone_name
from vipclub.web.promise_clock import Clock, clock_of

ARRIVALS = {
    "15": N_("within 15 minutes"),
    "30": N_("within 30 minutes"),
    "60": N_("within 1 hour"),
    "120": N_("within 2 hours"),
    "240": N_("within 4 hours"),
    "720": N_("within 12 hours"),
    "1440": N_("within 24 hours"),
}
"""Minutes -> word: when a partner comes."""
MOODS = {"asked": "soon", "accepted": "calm", "done": "calm", "silent": "late", "lost": "late"}
_STATE = "state of a request to a partner"
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def service_name(language: str, kind: str) -> str:
    """What partners are asked for."""
    word = assistance.dispatch.SERVICE_WORDS[kind]
    return gettext(language, word)


def dispatch_state(language: str, state: str) -> str:
    """What the state of a request is called."""
    return pgettext(language, _STATE, assistance.dispatch.DISPATCH_WORDS[state])


def arrivals(language: str) -> list[tuple[str, str]]:
    """When a partner comes, to choose from."""
    return [(code, gettext(language, word)) for code, word in ARRIVALS.items()]


def minutes_of(text: str) -> int | None:
    """What was chosen of `ARRIVALS`; None for nothing."""
    return int(text) if text in ARRIVALS else None


def decline_reasons(language: str) -> list[tuple[str, str]]:
    """Why a partner declines, to choose from."""
    return [
        (code, gettext(language, word))
        for code, word in assistance.dispatch.DECLINE_REASONS.items()
    ]


def countries(language: str) -> list[tuple[str, str]]:
    """All countries and regions by name."""
    names = Locale.parse(str(language), sep="-").territories
    known = [
        (code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    ]
    return sorted(known, key=lambda one: one[1])


def with_zone(language: str, moment: datetime) -> str:
    """A moment by the club's clock, with the name of that clock: who reads may be anywhere."""
    zone = clock.club_zone()
    return gettext(
        language,
        N_("%(moment)s (%(zone)s)"),
        moment=format_moment(language, moment, zone),
        zone=zone_name(language, zone),
    )


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as a partner reads it."""

    ref: str
    kind: str
    place: str
    severity: str
    severe: bool
    state: str
    mood: str
    asked: str
    until: str
    arrives: str
    reason: str
    clock: Clock | None
    open: bool
    accepted: bool
    contact: assistance.dispatch.Contact | None


def request_line(language: str, found: RequestView, now: datetime) -> RequestLine:
    """With the clock while it can be answered."""
    severity = assistance.SEVERITY_WORDS[found.severity]
    until = with_zone(language, found.answer_by)
    answers = "accept" in found.steps
    over = found.status == "asked" and not answers
    state = "silent" if over else found.status
    reason = assistance.dispatch.DECLINE_REASONS.get(found.reason or "", "")
    places = [assistance.dispatch.country_name(language, found.country), found.area]
    return RequestLine(
        ref=found.dispatch,
        kind=service_name(language, found.kind),
        place=join_words(language, [one for one in places if one]),
        severity=gettext(language, severity),
        severe=found.severity in {"critical", "high"},
        state=dispatch_state(language, state),
        mood=MOODS.get(state, ""),
        asked=with_zone(language, found.asked_at),
        until=until,
        arrives=with_zone(language, found.arrives_at) if found.arrives_at else "",
        reason=gettext(language, reason) if reason else "",
        clock=clock_of(
            language,
            since=found.asked_at,
            until=found.answer_by,
            now=now,
            by=gettext(language, N_("by %(moment)s"), moment=until),
        )
        if answers
        else None,
        open=answers,
        accepted=state == "accepted",
        contact=found.contact,
    )
