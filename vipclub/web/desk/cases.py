"""Cases at the desk: the list by what is due next, and a new one in a few keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import assistance
from vipclub import desk as records
from vipclub.assistance import CaseLine, DueTask, RatingMean
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_words import kind_name, running, severity_name, state_name
from vipclub.web.day_words import before
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, shown
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.frame.paging import list_address
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock

SHOWN = 60
WAYS = ("phone", "counter", "agent", "partner", "web")


class CaseForm(Form):
    """What a caller says, as far as it is known."""

    kind = StringField(filters=[at_most(20)])
    severity = StringField(filters=[at_most(10)])
    what = StringField(filters=[at_most(4000)])
    member = StringField(filters=[one_line, at_most(40)])
    caller = StringField(filters=[one_line, at_most(200)])
    phone = StringField(filters=[one_line, at_most(40)])
    place = StringField(filters=[one_line, at_most(500)])
    about = StringField(filters=[at_most(40)])
    channel = StringField(filters=[at_most(10)])


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list; the name masked."""

    ref: str
    href: str
    kind: str
    severity: str
    severe: bool
    state: str
    name: str
    owner: str
    mine: bool
    unverified: bool
    flooded: bool
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something to be done in a case, without its words."""

    href: str
    case: str
    owner: str
    mine: bool
    due: str
    late: bool


@desk.get("/cases")
def cases() -> str:
    """Open cases, those first whose promise is due first; what is to be done, and how members rate
    the cases. Four statements beside the sign-in."""
    language, actor, now = current_language(), current_actor(), clock.now()
    own = request.args.get("whose") == "mine"
    kind = request.args.get("kind") or None
    if kind not in assistance.KINDS:
        kind = None
    with read() as session:
        page = assistance.open_cases(
            session,
            actor,
            kind=kind,
            owner=actor.account_id if own else None,
            after=request.args.get("after"),
            limit=SHOWN,
        )
        tasks = assistance.tasks_to_do(session, actor, now=now, mine=own)
        rated = assistance.mean_rating(session, actor, now=now)
    rows = [case_row(language, line, actor.account_ref, now) for line in page.items]
    return render_template(
        "desk/cases.html",
        rows=rows,
        tasks=[_task(language, one, now) for one in tasks],
        rated=mean_said(language, rated),
        kinds=[
            (gettext(language, N_("All kinds")), list_address("desk.cases", kind=None), not kind)
        ]
        + [
            (kind_name(language, code), list_address("desk.cases", kind=code), kind == code)
            for code in assistance.KINDS
        ],
        whose=[
            (gettext(language, N_("Everybody's")), list_address("desk.cases", whose=None), not own),
            (gettext(language, N_("Mine")), list_address("desk.cases", whose="mine"), own),
        ],
        next_href=list_address("desk.cases", after=page.next) if page.next else "",
    )


def mean_said(language: str, rated: RatingMean) -> str:
    """The mean of the ratings of late; nothing where there are none."""
    if rated.mean is None:
        return ""
    said = N_("Rating by members, last 90 days: %(mean)s of 5 (ratings: %(count)s)")
    return gettext(language, said, mean=f"{rated.mean:.1f}", count=rated.count)


def _task(language: str, one: DueTask, now: datetime) -> TaskRow:
    return TaskRow(
        href=url_for("desk.case", ref=one.case, _anchor="tasks"),
        case=f"{kind_name(language, one.kind)} · {one.case}",
        owner=one.owner,
        mine=one.mine,
        due=before(language, one.due, now, clock.club_zone()),
        late=one.late,
    )


def case_row(language: str, found: CaseLine, me: str | None, now: datetime) -> CaseRow:
    """A case in a list of the desk's, as the reader with the account `me` sees it."""
    return CaseRow(
        ref=found.ref,
        href=url_for("desk.case", ref=found.ref),
        kind=kind_name(language, found.kind),
        severity=severity_name(language, found.severity),
        severe=found.severity in {"critical", "high"},
        state=state_name(language, found.status),
        name=person_name(language, found.name, "masked"),
        owner=found.owner_name,
        mine=found.owner is not None and found.owner == me,
        unverified=found.unverified,
        flooded=found.flooded,
        clock=running(language, found.next_due, since=found.opened_at, now=now)
        if found.next_due
        else None,
    )


@desk.get("/cases/new")
def new_case() -> str:
    """Who calls, from where, what happened: nothing is required."""
    asked = request.args
    form = CaseForm(
        kind=asked.get("kind", "emergency_overseas"),
        member=asked.get("member", "")[:40],
        phone=asked.get("phone", "")[:40],
        channel="phone",
    )
    return _new(form)


@desk.post("/cases/new")
def open_case() -> ResponseReturnValue:
    """The case is there at once; what is missing is asked for afterwards."""
    form = CaseForm.sent()
    with shown(400, 404) as refusal:
        answer = run_once(
            lambda made: _lands(made.case, form.about.data),
            records.open_case,
            kind=form.kind.data,
            what=form.what.data,
            member=form.member.data or None,
            caller=form.caller.data,
            phone=form.phone.data,
            place=form.place.data,
            severity=form.severity.data or None,
            about=form.about.data if form.kind.data == "complaint" and form.about.data else None,
            channel=form.channel.data or "phone",
        )
        flash(gettext(current_language(), N_("The case is open.")), "done")
        return answer
    return _new(form, refusal.said), refusal.status


def _lands(case: str, about: str | None) -> str:
    """The case; the list, for whom it is about."""
    if about and about == current_actor().account_ref:
        return url_for("desk.cases")
    return url_for("desk.case", ref=case)


def _new(form: CaseForm, refused: str = "") -> str:
    language = current_language()
    with read() as session:
        staff = assistance.colleagues_to_name(session, current_actor())
    return render_template(
        "desk/new_case.html",
        staff=staff,
        form=form,
        refused=refused,
        kinds=[(code, kind_name(language, code)) for code in assistance.KINDS],
        severities=[
            ("", gettext(language, N_("As usual for its kind"))),
            *((code, severity_name(language, code)) for code in assistance.SEVERITIES),
        ],
        ways=[(code, _way(language, code)) for code in WAYS],
    )


def _way(language: str, code: str) -> str:
    word = assistance.CHANNEL_WORDS[code]
    return gettext(language, word)
