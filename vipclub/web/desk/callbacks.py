"""Who is to be called back: the list by when it is due, one of them with the number to dial, and
what came of the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, pgettext
from vipclub.desk import CallbackLine, CallbackView
from vipclub.web.callback_words import (
    STATES,
    about_name,
    about_options,
    clock_of_callback,
    due_asked,
    due_options,
    when,
)
from vipclub.web.day_words import day_and_hour
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.frame.listing import Column, Filter, asked_of_list, listing
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock

PAGE = 60
COLUMNS = (
    Column("due", N_("Due", context="column: by when somebody is called back"), sorts=True),
    Column("name", N_("Callback for")),
    Column("about", N_("Subject")),
    Column("tries", N_("Calls made"), figures=True),
    Column("owner", N_("Owner")),
    Column("case", N_("Case")),
)
WHOSE = {"mine": N_("Mine")}


class CallbackForm(Form):
    """Whom to call back, about what, by when."""

    phone = StringField(filters=[one_line, at_most(40)])
    caller = StringField(filters=[one_line, at_most(200)])
    about = StringField(filters=[at_most(20)])
    words = StringField(filters=[at_most(1000)])
    due = StringField(filters=[at_most(10)])
    at = StringField(filters=[at_most(16)])
    case = StringField(filters=[one_line, at_most(40)])


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A callback in the list; the name masked."""

    ref: str
    href: str
    name: str
    about: str
    tries: int
    owner: str
    mine: bool
    case: str
    case_href: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class CallbackPage:
    """All that the page of one shows."""

    ref: str
    state: str
    due: bool
    when: str
    clock: Clock | None
    about: str
    name: str
    member: str
    phone: str
    own_number: bool
    caller: str
    words: str
    asked: str
    owner: str
    case: str
    tries: list[tuple[str, str, bool]]
    left: int
    steps: tuple[str, ...]


@desk.get("/callbacks")
def callbacks() -> str:
    """Those that are due, the earliest first. One statement beside the sign-in."""
    return _list(CallbackForm(about="other"))


def _list(form: CallbackForm, refused: str = "") -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    asked = asked_of_list(
        sorts=("due",), filters={"whose": tuple(WHOSE), "about": tuple(records.ABOUT)}, first="due"
    )
    with read() as session:
        page = records.due_callbacks(
            session,
            actor,
            owner=actor.account_id if asked.filters.get("whose") else None,
            about=asked.filters.get("about"),
            backwards=asked.backwards,
            after=asked.after,
            limit=PAGE,
        )
    every = gettext(language, N_("all"))
    filters = [
        Filter(
            "whose",
            gettext(language, N_("Owner")),
            [(code, gettext(language, word)) for code, word in WHOSE.items()],
            every,
        ),
        Filter("about", gettext(language, N_("Subject")), about_options(language), every),
    ]
    return render_template(
        "desk/callbacks.html",
        rows=[_row(language, line, actor.account_ref, now) for line in page.items],
        list=listing(asked, COLUMNS, filters, following=page.next),
        narrowed=bool(asked.filters),
        form=form,
        refused=refused,
        about=about_options(language),
        dues=due_options(language),
    )


def _row(language: str, found: CallbackLine, me: str | None, now: datetime) -> CallbackRow:
    return CallbackRow(
        ref=found.ref,
        href=url_for("desk.callback", ref=found.ref),
        name=person_name(language, found.name, "masked")
        or gettext(language, N_("a number without a name")),
        about=about_name(language, found.about),
        tries=found.tries,
        owner=found.owner_name,
        mine=found.owner is not None and found.owner == me,
        case=found.case or "",
        case_href=url_for("desk.case", ref=found.case) if found.case else "",
        clock=clock_of_callback(language, found, now),
    )


@desk.post("/callbacks")
def plan_number() -> ResponseReturnValue:
    """A number is to be called back, perhaps about a case."""
    form = CallbackForm.sent()
    with shown(400, 404) as refusal:
        answer = run_once(
            lambda made: url_for("desk.callback", ref=made.callback),
            records.ask_callback,
            phone=form.phone.data,
            caller=form.caller.data,
            about=form.about.data or "other",
            words=form.words.data,
            due=due_asked(form.due.data, form.at.data),
            case=form.case.data or None,
        )
        flash(gettext(current_language(), N_("The callback is planned.")), "done")
        return answer
    return _list(form, refusal.said), refusal.status


@desk.get("/callbacks/<ref>")
def callback(ref: str) -> str:
    """Two statements beside the sign-in and the record of the viewing."""
    return _page(ref)


def _page(ref: str, refused: str = "", typed: dict[str, str] | None = None) -> str:
    language, now = current_language(), clock.now()
    viewed = run(records.record_callback_view, callback=ref)
    with read() as session:
        found = records.callback(session, current_actor(), ref, viewed=viewed)
    return render_template(
        "desk/callback.html",
        page=_shown(language, found, now),
        refused=refused,
        typed=typed or {},
        outcomes=[(code, gettext(language, word)) for code, word in records.OUTCOMES.items()],
        dues=due_options(language, usual=False),
    )


def _shown(language: str, found: CallbackView, now: datetime) -> CallbackPage:
    line, zone = found.line, clock.club_zone()
    due = line.state == "due"
    asked = day_and_hour(language, line.created_at, now, zone)
    return CallbackPage(
        ref=line.ref,
        state=pgettext(language, "state of a callback", STATES[line.state]),
        due=due,
        when=when(language, line, now) if due else "",
        clock=clock_of_callback(language, line, now) if due else None,
        about=about_name(language, line.about),
        name=line.name,
        member=line.member or "",
        phone=found.phone,
        own_number=found.own_number,
        caller=found.caller,
        words=found.words,
        asked=f"{asked} · {found.asked_by}" if found.asked_by else asked,
        owner=line.owner_name,
        case=line.case or "",
        tries=[
            (day_and_hour(language, each.at, now, zone), each.who, each.reached)
            for each in found.tries
        ],
        left=records.MOST_TRIES - line.tries,
        steps=found.steps,
    )


def _act(ref: str, use_case: Callable[..., Any], said: str, **given: Any) -> ResponseReturnValue:  # noqa: ANN401
    with shown(400, 404) as refusal:
        moment = request.form.get("again")
        if moment is not None:
            given["again"] = due_asked(moment, request.form.get("at", ""))
        answer = run_once(lambda _made: url_for("desk.callbacks"), use_case, callback=ref, **given)
        flash(gettext(current_language(), said), "done")
        return answer
    typed = {name: value[:2000] for name, value in request.form.items()}
    return _page(ref, refusal.said, typed), refusal.status


@desk.post("/callbacks/<ref>/reached")
def callback_reached(ref: str) -> ResponseReturnValue:
    """Somebody answered; what came of it."""
    return _act(
        ref,
        records.reached,
        N_("The call is on record."),
        outcome=request.form.get("outcome", "settled"),
        text=request.form.get("text", ""),
    )


@desk.post("/callbacks/<ref>/not-reached")
def callback_not_reached(ref: str) -> ResponseReturnValue:
    """Nobody answered; when it is tried again."""
    return _act(ref, records.not_reached, N_("The call without an answer is on record."))


@desk.post("/callbacks/<ref>/cancel")
def cancel_callback(ref: str) -> ResponseReturnValue:
    """It isn't wanted any more."""
    return _act(ref, records.cancel_callback, N_("The callback is cancelled."))
