"""Who is on duty now and in the days ahead, and the leader on call: for the desk, and for
operations, who may set it all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.frame import audience, current_actor, current_language, read, run_once, shown
from vipclub.web.wall_moment import wall_moment

AHEAD = timedelta(days=7)
SHIFT = timedelta(hours=8)
BREAK = timedelta(hours=1)
"""After how long the forms propose that a shift, or a break, ends."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is on duty, until when, with how many cases."""

    name: str
    until: str
    cases: int
    leads: bool


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift that runs or is to come."""

    ref: str
    name: str
    start: str
    end: str
    leads: bool


def at_operations() -> bool:
    """Whether operations look at it: they have no other page of the desk's."""
    return current_actor().kind == "operations"


@desk.get("/duty")
@audience("desk", "operations")
def duty() -> str:
    """Four statements beside the sign-in."""
    return _page()


def _page(refused: str = "", typed: dict[str, str] | None = None) -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    zone = clock.club_zone()
    with read() as session:
        there = assistance.duty_at(session, now)
        shifts = assistance.shifts_between(session, actor, first=now, last=now + AHEAD)
        agents = assistance.agents(session, actor)
    changes = assistance.changes_roster(actor, there)
    return render_template(
        "desk/duty.html",
        layout="operations/layout.html" if at_operations() else "member_file/layout.html",
        at_desk=not at_operations(),
        changes=changes,
        own=[one for one in agents if changes or one[0] == actor.account_ref],
        there=[
            OnDuty(
                one.name,
                before(language, one.until, now, zone) if one.until else "",
                one.open_cases,
                one.leads,
            )
            for one in there.agents
        ],
        on_call=there.on_call.name if there.on_call else "",
        shifts=[
            ShiftLine(
                one.ref,
                one.name,
                day_and_hour(language, one.start, now, zone),
                day_and_hour(language, one.end, now, zone),
                one.leads,
            )
            for one in shifts
        ],
        agents=agents,
        absences=[
            ("break", gettext(language, N_("break"))),
            ("leave", gettext(language, N_("leave"))),
        ],
        refused=refused,
        typed=typed or {},
        soon=_hour(now),
        shift_ends=_hour(now + SHIFT),
        break_ends=_hour(now + BREAK),
    )


def _hour(moment: datetime) -> str:
    """The full hour on the club's wall, as a form's field takes it."""
    return moment.astimezone(ZoneInfo(clock.club_zone())).strftime("%Y-%m-%dT%H:00")


def _done(
    said: str,
    use_case: Callable[..., Any],
    *,
    timed: bool = False,
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    form = request.form
    with shown(400, 403, 404) as refusal:
        asked = ("start", "end") if timed else ()
        moments = {name: wall_moment(form.get(name, ""), name) for name in asked}
        answer = run_once(lambda _made: url_for("desk.duty"), use_case, **given, **moments)
        flash(gettext(current_language(), said), "done")
        return answer
    typed = {name: value[:60] for name, value in form.items()}
    return _page(refusal.said, typed), refusal.status


@desk.post("/duty/shifts")
@audience("desk", "operations")
def add_shift() -> ResponseReturnValue:
    """Somebody is on duty."""
    return _done(
        N_("The shift is in the roster."),
        assistance.add_shift,
        timed=True,
        account=request.form.get("account", ""),
        leads=request.form.get("leads") == "1",
    )


@desk.post("/duty/shifts/<ref>/cancel")
@audience("desk", "operations")
def cancel_shift(ref: str) -> ResponseReturnValue:
    """A shift is called off."""
    return _done(N_("The shift is called off."), assistance.cancel_shift, shift=ref)


@desk.post("/duty/absences")
@audience("desk", "operations")
def add_absence() -> ResponseReturnValue:
    """A break, or leave."""
    return _done(
        N_("The absence is in the roster. Open cases go to whoever is on duty."),
        assistance.add_absence,
        timed=True,
        account=request.form.get("account", ""),
        kind=request.form.get("kind", ""),
        stand_in=request.form.get("stand_in") or None,
    )


@desk.post("/duty/on-call")
@audience("desk", "operations")
def name_on_call() -> ResponseReturnValue:
    """The leader on call."""
    return _done(
        N_("The leader on call is set."),
        assistance.name_leader_on_call,
        account=request.form.get("account", ""),
    )
