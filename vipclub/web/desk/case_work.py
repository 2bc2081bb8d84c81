"""What lies beside a case on its page: who else has it open, the playbook, tasks, related cases,
how the member rated it; and what is written and not sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub.assistance import CaseView, TaskView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, join_words
from vipclub.people import Viewed
from vipclub.web.case_words import kind_name, state_name
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.desk.questions import Known, how_far
from vipclub.web.frame import current_actor, current_language, run


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the playbook."""

    code: str
    text: str
    done: bool
    next: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task that is still to be done."""

    ref: str
    text: str = field(repr=False)
    owner: str
    due: str
    late: bool


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """Another case beside this one."""

    ref: str
    href: str
    text: str
    at: str
    linked: bool


@dataclass(frozen=True, slots=True)
class RatingLine:
    """How the member rated it."""

    score: str
    low: bool
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseWork:
    """All that lies beside a case. `texts` are the drafts by their box."""

    others: str
    far: Known
    country: str
    steps: list[StepLine]
    steps_done: int
    tasks: list[TaskLine]
    related: list[RelatedLine]
    rating: RatingLine | None
    texts: Mapping[str, str] = field(repr=False)
    soon: str


def read_case_work(
    session: Session, found: CaseView, viewed: Viewed, language: str, now: datetime
) -> CaseWork:
    """Two statements, and one more where the member has rated it."""
    actor, ref = current_actor(), found.line.ref
    lies = assistance.on_the_desk(session, actor, ref, viewed=viewed)
    linked = assistance.linked_refs(found.entries)
    related = assistance.related_cases(session, actor, ref, linked=linked, viewed=viewed)
    done = assistance.done_steps(found.entries)
    steps = assistance.playbook_for(found.line.kind, found.country, done)
    where = assistance.countries().get(found.country or "")
    return CaseWork(
        others=others_said(language, lies.others),
        far=how_far(language, found),
        country=where.name.to(language) if where else "",
        steps=[StepLine(one.code, one.do.to(language), one.done, one.next) for one in steps],
        steps_done=sum(one.done for one in steps),
        tasks=[_task(language, one, now) for one in lies.tasks],
        related=[
            RelatedLine(
                ref=one.ref,
                href=url_for("desk.case", ref=one.ref),
                text=f"{kind_name(language, one.kind)} · {state_name(language, one.status)}",
                at=day_and_hour(language, one.opened_at, now, clock.club_zone()),
                linked=one.linked,
            )
            for one in related
        ],
        rating=_rating(session, found, language, now),
        texts={box: one.text for box, one in lies.drafts.items()},
        soon=now.astimezone(ZoneInfo(clock.club_zone())).strftime("%Y-%m-%dT%H:%M"),
    )


def others_said(language: str, names: tuple[str, ...]) -> str:
    """Who else has the case open; nothing where nobody has."""
    if not names:
        return ""
    return gettext(
        language, N_("Also in this case now: %(names)s"), names=join_words(language, names)
    )


def _task(language: str, one: TaskView, now: datetime) -> TaskLine:
    due = before(language, one.due, now, clock.club_zone())
    owner = one.owner or gettext(language, N_("owner of the case"))
    return TaskLine(one.ref, one.what, owner, due, one.late)


def _rating(session: Session, found: CaseView, language: str, now: datetime) -> RatingLine | None:
    if not any(one.what == "rated" for one in found.entries):
        return None
    said = assistance.rating_of(session, current_actor(), found.line.ref, now=now)
    if said.score is None:
        return None
    score = gettext(language, N_("%(score)s of 5"), score=said.score)
    return RatingLine(score, said.low, said.text)


@desk.get("/live/cases/<ref>")
def live_case(ref: str) -> str:
    """Who else has the case open, alone: the page fetches it anew, and so says that it is open
    here."""
    names = run(assistance.stay_on_case, case=ref)
    return render_template("desk/case_others.html", others=others_said(current_language(), names))


@desk.post("/cases/<ref>/draft")
def keep_draft(ref: str) -> ResponseReturnValue:
    """What is written so far in a box."""
    form = request.form
    text = form.get("text", "")[:20_000]
    run(assistance.keep_draft, case=ref, box=form.get("box", ""), text=text)
    return "", 204
