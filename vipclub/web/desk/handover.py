"""The change of shift at the desk: the list that is handed over, and the one that is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance import CaseLine, Colleague, HandoverLine
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_words import kind_name, running, severity_name
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock

HANDOVER_WORDS = {
    "given": N_("waiting to be accepted"),
    "accepted": N_("accepted"),
    "withdrawn": N_("taken back"),
    "declined": N_("declined"),
    "lapsed": N_("not accepted in time"),
}
SAID = "said-"
"""What stands before a case's reference in the name of its word's field."""


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A clock that runs in a case of the list."""

    name: str
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case of the list; the name masked, `said` the giver's word."""

    ref: str
    href: str
    kind: str
    name: str
    severity: str
    severe: bool
    promises: list[OpenPromise]
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WaitingHandover:
    """A handover that waits, in a line."""

    href: str
    text: str
    until: str
    mine: bool


@desk.get("/handover")
def handover() -> str:
    """What would be handed over now, and what waits. Four statements beside the sign-in."""
    return _page()


def _page(refused: str = "", typed: dict[str, str] | None = None) -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    texts = typed or {}
    with read() as session:
        waiting = assistance.waiting_handovers(session, actor)
        own = assistance.own_list(session, actor)
        colleagues = assistance.colleagues(session, actor, now=now)
    return render_template(
        "desk/handover.html",
        waiting=[_waiting(language, one, now) for one in waiting],
        gives=not any(one.given_by_me for one in waiting),
        rows=[
            _row(language, line, now, said=texts.get(f"{SAID}{line.ref}", "")) for line in own.lines
        ],
        promises=sum(len(assistance.running_clocks(line)) for line in own.lines),
        seen=own.seen,
        colleagues=_options(language, colleagues, now),
        chosen=texts.get("receiver", ""),
        refused=refused,
    )


def _waiting(language: str, one: HandoverLine, now: datetime) -> WaitingHandover:
    said = (
        gettext(language, N_("Given to %(name)s"), name=one.receiver)
        if one.given_by_me
        else gettext(language, N_("From %(name)s"), name=one.giver)
    )
    return WaitingHandover(
        href=url_for("desk.one_handover", ref=one.ref),
        text=said,
        until=before(language, one.ends_at, now, clock.club_zone()),
        mine=one.given_by_me,
    )


def _options(
    language: str, colleagues: Sequence[Colleague], now: datetime
) -> list[tuple[str, str]]:
    """Each colleague with when their shift begins."""
    return [(one.account, f"{one.name} · {_since(language, one, now)}") for one in colleagues]


def _since(language: str, one: Colleague, now: datetime) -> str:
    if one.since is None:
        return gettext(language, N_("on call") if one.on_call else N_("no shift ahead"))
    if one.since <= now:
        return gettext(language, N_("on duty"))
    begins = day_and_hour(language, one.since, now, clock.club_zone())
    return gettext(language, N_("on duty from %(moment)s"), moment=begins)


def _row(language: str, line: CaseLine, now: datetime, *, said: str = "") -> ListedCase:
    return ListedCase(
        ref=line.ref,
        href=url_for("desk.case", ref=line.ref),
        kind=kind_name(language, line.kind),
        name=person_name(language, line.name, "masked"),
        severity=severity_name(language, line.severity),
        severe=line.severity in {"critical", "high"},
        promises=[
            OpenPromise(
                gettext(language, assistance.CLOCK_WORDS[one.clock]),
                running(language, one.due, since=one.started, now=now) if one.due else None,
            )
            for one in assistance.running_clocks(line)
        ],
        said=said,
    )


@desk.post("/handover")
def give_handover() -> ResponseReturnValue:
    """The list as it was read is handed over."""
    form = request.form
    said = {name.removeprefix(SAID): text for name, text in form.items() if name.startswith(SAID)}
    with shown() as refusal:
        answer = run_once(
            lambda made: url_for("desk.one_handover", ref=made),
            assistance.give_handover,
            receiver=form.get("receiver", ""),
            seen=form.get("seen", ""),
            said=said,
        )
        words = gettext(current_language(), N_("Handed over. The cases are yours until accepted."))
        flash(words, "done")
        return answer
    typed = {name: value[:5000] for name, value in form.items()}
    return _page(refusal.said, typed), refusal.status


@desk.get("/handover/<ref>")
def one_handover(ref: str) -> str:
    """The list of one handover, to be read, accepted and printed. Four statements beside the
    sign-in and the record of the viewing."""
    return _one(ref)


def _one(ref: str, refused: str = "") -> str:
    language, now, zone = current_language(), clock.now(), clock.club_zone()
    viewed = run(assistance.record_handover_view, handover=ref)
    with read() as session:
        found = assistance.handover(session, current_actor(), ref, viewed=viewed)
    waits = found.state == "given"
    ended = day_and_hour(language, found.ended_at, now, zone) if found.ended_at else ""
    return render_template(
        "desk/one_handover.html",
        ref=found.ref,
        giver=found.giver,
        receiver=found.receiver,
        state=gettext(language, HANDOVER_WORDS[found.state]),
        at=day_and_hour(language, found.given_at, now, zone),
        until=before(language, found.ends_at, now, zone) if waits else ended,
        waits=waits,
        accepts=waits and not found.given_by_me,
        takes_back=waits and found.given_by_me,
        rows=[_row(language, one.line, now, said=one.said) for one in found.cases],
        seen=found.seen,
        printed=day_and_hour(language, now, now, zone),
        refused=refused,
    )


def _act(
    ref: str,
    said: str,
    use_case: Callable[..., Any],
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    with shown() as refusal:
        run(use_case, handover=ref, **given)
        flash(gettext(current_language(), said), "done")
        return redirect(url_for("desk.one_handover", ref=ref), code=303)
    return _one(ref, refusal.said), refusal.status


@desk.post("/handover/<ref>/accept")
def accept_handover(ref: str) -> ResponseReturnValue:
    """Read and accepted: the cases are the receiver's."""
    seen = request.form.get("seen", "")
    said = N_("Accepted. The cases on the list are yours now.")
    return _act(ref, said, assistance.accept_handover, seen=seen)


@desk.post("/handover/<ref>/decline")
def decline_handover(ref: str) -> ResponseReturnValue:
    """Said no: the giver is told."""
    return _act(ref, N_("Declined. The giver is told."), assistance.decline_handover)


@desk.post("/handover/<ref>/withdraw")
def withdraw_handover(ref: str) -> ResponseReturnValue:
    """Taken back by who gave it."""
    return _act(ref, N_("The handover is taken back."), assistance.withdraw_handover)
