"""The desk's wall: how the cases stand, in large figures that refresh by themselves. It hangs where
others pass, so that it names no member."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from vipclub import assistance
from vipclub.assistance import Answered, CasesNow
from vipclub.core import clock
from vipclub.web.desk.cases import CaseRow, case_row
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Wall:
    """All that the wall shows; `waiting` counts cases in which it is the member's turn."""

    cases: CasesNow
    answered: Answered
    rows: list[CaseRow]
    on_duty: list[str]


@desk.get("/wall")
def wall() -> str:
    """Five statements beside the sign-in."""
    return render_template("desk/wall.html", wall=_read())


@desk.get("/live/wall")
def live_wall() -> str:
    """The same, alone: the page fetches it anew."""
    return render_template("desk/wall_live.html", wall=_read())


def _read() -> Wall:
    language, actor, now = current_language(), current_actor(), clock.now()
    with read() as session:
        page = assistance.open_cases(session, actor, limit=SHOWN)
        return Wall(
            cases=assistance.cases_now(session, actor, now=now),
            answered=assistance.answered_in_time(session, actor, now=now),
            rows=[case_row(language, line, actor.account_ref, now) for line in page.items],
            on_duty=[agent.name for agent in assistance.on_duty(session, now)],
        )
