"""A case in the reader's words: its clocks, its timeline, and what is said of its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vipclub import assistance, people
from vipclub.assistance import CaseLine, CaseView, ClockView, EntryView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.promise_clock import Clock, clock_of

ICONS = {
    "opened": "plus",
    "owner": "user-round",
    "triaged": "scale",
    "severity": "scale",
    "kind": "map-pin",
    "answered": "message-square-reply",
    "wrote": "message-square",
    "noted": "notebook-pen",
    "waited": "pause",
    "resumed": "play",
    "resolved": "check",
    "closed": "archive",
    "reopened": "rotate-ccw",
    "alarm": "bell",
    "partner_asked": "building-2",
    "partner_found": "building-2",
    "partner_lost": "building-2",
    "partner_declined": "building-2",
    "partner_silent": "building-2",
    "partner_withdrawn": "building-2",
    "partners_all_asked": "bell",
    "handed": "arrow-right-left",
    "facts": "clipboard-list",
    "step_done": "square-check",
    "step_undone": "square",
    "task_added": "list-todo",
    "task_done": "list-checks",
    "task_cancelled": "list-x",
    "task_ended": "list-x",
    "linked": "link",
    "unlinked": "unlink",
    "rated": "star",
    "caller_asked": "phone",
    "caller_answered": "message-square",
    "caller_verified": "check",
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock with its name: how long is left, or how it ended."""

    name: str
    running: Clock | None
    text: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry: when, what, who by which way, and what was said. `ours` is whether the club said
    it."""

    ref: str
    at: str
    what: str
    who: str
    more: str
    text: str
    icon: str
    ours: bool


CALLER_WORDS: dict[str, dict[str, str]] = {
    "caller_answered": people.emergency_contacts.LEVELS,
    "caller_verified": {
        "member": N_("the member"),
        "contact": N_("a contact of the member"),
        "delegate": N_("a delegate of the member"),
    },
}
"""Entry -> code -> word: what the member answered, and who was verified."""


def kind_name(language: str, kind: str) -> str:
    """What a kind of case is called."""
    word = assistance.KIND_WORDS[kind]
    return gettext(language, word)


def severity_name(language: str, severity: str) -> str:
    """What a severity is called."""
    word = assistance.SEVERITY_WORDS[severity]
    return gettext(language, word)


def state_name(language: str, state: str) -> str:
    """What a state is called by staff."""
    word = assistance.STATE_WORDS[state]
    return gettext(language, word)


MEMBER_STATES = {
    "new": N_("Received. It is our turn."),
    "triaged": N_("We are working on it."),
    "in_progress": N_("We are working on it."),
    "waiting": N_("It is your turn: we need something from you."),
    "resolved": N_("Resolved. If something is missing, write to us."),
    "closed": N_("Closed."),
    "reopened": N_("Open again. It is our turn."),
}


def turn(language: str, state: str) -> str:
    """Whose turn it is, as the member reads it."""
    word = MEMBER_STATES[state]
    return gettext(language, word)


def clock_lines(language: str, found: CaseLine, now: datetime) -> list[ClockLine]:
    """The clocks of a case in the order of its promises; those that nobody waits for are left
    out."""
    lines = []
    for one in found.clocks:
        if one.stopped:
            continue
        word = assistance.CLOCK_WORDS[one.clock]
        lines.append(ClockLine(gettext(language, word), *_shown(language, one, found, now)))
    return lines


def _shown(
    language: str, one: ClockView, found: CaseLine, now: datetime
) -> tuple[Clock | None, str]:
    zone = clock.club_zone()
    if one.done is not None:
        at = day_and_hour(language, one.done, now, zone)
        if one.late:
            return None, gettext(language, N_("done %(moment)s, late"), moment=at)
        return None, gettext(language, N_("done %(moment)s"), moment=at)
    if one.due is None:
        return None, gettext(language, N_("paused"))
    return running(language, one.due, since=one.started, now=now), ""


MEMBER_CLOCKS = frozenset({"first_answer", "reply", "member_told", "resolution"})
"""What a member waits for; the others are the club's own."""


def next_news(language: str, found: CaseLine, now: datetime) -> Clock | None:
    """By when the member hears of the case next."""
    waits = [
        one
        for one in found.clocks
        if one.clock in MEMBER_CLOCKS and one.due and not one.done and not one.stopped
    ]
    if not waits:
        return None
    first = min(waits, key=lambda one: one.due or now)
    return running(language, first.due or now, since=first.started, now=now)


def running(language: str, due: datetime, *, since: datetime, now: datetime) -> Clock:
    """A promise that runs."""
    return clock_of(
        language, since=since, until=due, now=now, by=before(language, due, now, clock.club_zone())
    )


def entry_line(
    language: str,
    found: EntryView,
    now: datetime,
    *,
    story: str = "",
    member: bool = False,
    of: CaseView | None = None,
) -> EntryLine:
    """An entry of the timeline; with the `story`, the one that opened the case says it. A `member`
    reads no severity, and no partner's name before it has accepted. A step of the playbook is told
    with the case that it is `of`."""
    channel = assistance.CHANNEL_WORDS[found.channel]
    who = [found.who, gettext(language, channel)] if found.channel != "club" else [found.who]
    return EntryLine(
        ref=found.ref,
        at=day_and_hour(language, found.at, now, clock.club_zone()),
        what=entry_name(language, found, member=member),
        who=" · ".join(word for word in who if word),
        more="" if member and untold(found) else _more(language, found, now, of),
        text=_text(language, found) or (story if found.what == "opened" else ""),
        icon=ICONS.get(found.what, "circle"),
        ours=found.what != "wrote",
    )


def untold(found: EntryView) -> bool:
    """What whom the case is for isn't told: how severe it is, who is asked."""
    return found.severity is not None or found.what == "partner_asked"


def entry_name(language: str, found: EntryView, *, member: bool) -> str:
    """What an entry is called; to whom the case is for, what partners are asked for."""
    if (
        member
        and found.what == "partner_asked"
        and found.reason in assistance.dispatch.ASKING_WORDS
    ):
        word = assistance.dispatch.ASKING_WORDS[found.reason]
        return gettext(language, word)
    what = assistance.ENTRY_WORDS.get(found.what, found.what)
    return gettext(language, what)


def _text(language: str, found: EntryView) -> str:
    if found.what == "facts":
        return assistance.answers_in_words(language, found.text)
    return found.text


def _more(language: str, found: EntryView, now: datetime, of: CaseView | None) -> str:
    """What an entry says beside its words."""
    if found.what in {"step_done", "step_undone"} and found.reason:
        if of is None:
            return ""
        return assistance.step_text(language, found.reason, of.line.kind, of.country)
    if found.what.startswith("task_"):
        return before(language, found.until, now, clock.club_zone()) if found.until else ""
    if found.what == "resolved" and found.text:
        return gettext(language, N_("What changed:"))
    if found.what == "kind" and found.reason in assistance.KIND_WORDS:
        return kind_name(language, found.reason)
    if found.what == "rated":
        return gettext(language, N_("%(score)s of 5"), score=found.level)
    if found.what in {"alarm", "owed"} and found.reason in assistance.CLOCK_WORDS:
        word = assistance.CLOCK_WORDS[found.reason]
        name = gettext(language, word)
        if found.until is not None:
            due = before(language, found.until, now, clock.club_zone())
            return gettext(language, N_("%(clock)s, %(until)s"), clock=name, until=due)
        return gettext(language, N_("%(clock)s, level %(level)s"), clock=name, level=found.level)
    if found.what in CALLER_WORDS and found.reason:
        return gettext(language, CALLER_WORDS[found.what].get(found.reason, found.reason))
    if found.severity is not None:
        return severity_name(language, found.severity)
    if found.what == "waited" and found.reason in assistance.WAIT_REASONS:
        word = assistance.WAIT_REASONS[found.reason]
        reason = gettext(language, word)
        if found.until is None:
            return reason
        until = before(language, found.until, now, clock.club_zone())
        return gettext(language, N_("%(reason)s, %(until)s"), reason=reason, until=until)
    if found.partner is not None:
        return found.partner.to(language)
    if found.what == "partners_all_asked" and found.reason in assistance.dispatch.SERVICE_WORDS:
        service = assistance.dispatch.SERVICE_WORDS[found.reason]
        return gettext(language, service)
    return found.other_name or found.other_ref or ""
