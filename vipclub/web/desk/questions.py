"""The questions to a caller in their order: answered bit by bit while the call goes on, with what
the answers mean for the severity."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance import CaseView, Question
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_words import kind_name, severity_name
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, shown

ASKED = "q-"
"""What stands before a question's code in the name of its field."""


@dataclass(frozen=True, slots=True)
class QuestionField:
    """A question with what is known; `options` are (code, text) where one chooses."""

    name: str
    ask: str
    options: list[tuple[str, str]]
    by_country: bool
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """The questions of one fact, under its number."""

    number: int
    known: bool
    questions: list[QuestionField]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the answers mean, and whether the case has that severity already."""

    severity: str
    name: str
    because: str
    set: bool


@dataclass(frozen=True, slots=True)
class Known:
    """How far the questions are answered: of facts, so many are known."""

    known: int
    facts: int
    suggested: Suggested | None


def known_facts(found: CaseView) -> dict[str, str]:
    """What the timeline says of the questions."""
    return assistance.facts_of(one.text for one in found.entries if one.what == "facts")


def how_far(language: str, found: CaseView) -> Known:
    """For the page of the case: how far the questions are answered, and what that suggests."""
    answers = known_facts(found)
    asked = assistance.questions_for(found.line.kind)
    return Known(
        known=len({one.fact for one in asked if answers.get(one.code)}),
        facts=len({one.fact for one in asked}),
        suggested=_suggested(language, found, answers),
    )


def _suggested(language: str, found: CaseView, answers: Mapping[str, str]) -> Suggested | None:
    said = assistance.suggested_severity(assistance.questions_for(found.line.kind), answers)
    if said is None:
        return None
    asked = any(one.what in {"triaged", "severity"} for one in found.entries)
    return Suggested(
        severity=said.severity,
        name=severity_name(language, said.severity),
        because=said.because.to(language),
        set=asked and said.severity == found.line.severity,
    )


@desk.get("/cases/<ref>/triage")
def triage(ref: str) -> str:
    """Four statements beside the sign-in and the record of the viewing."""
    return _page(ref)


def _page(ref: str, refused: str = "", typed: Mapping[str, str] | None = None) -> str:
    language = current_language()
    viewed = run(assistance.open_case_page, case=ref)
    with read() as session:
        found = assistance.case(session, current_actor(), ref, viewed=viewed)
        lies = assistance.on_the_desk(session, current_actor(), ref, viewed=viewed)
    known = known_facts(found)
    draft = lies.drafts.get("triage")
    shown_answers = known | _of_draft(draft.text if draft else "") | dict(typed or {})
    return render_template(
        "desk/questions.html",
        ref=found.line.ref,
        kind=kind_name(language, found.line.kind),
        name=found.line.name,
        phone=found.phone,
        what=found.what,
        facts=_facts(language, found.line.kind, known, shown_answers),
        far=how_far(language, found),
        open=found.line.status in assistance.OPEN,
        drafted=draft is not None,
        refused=refused,
    )


def _facts(
    language: str, kind: str, known: Mapping[str, str], answers: Mapping[str, str]
) -> list[Fact]:
    asked = assistance.questions_for(kind)
    return [
        Fact(
            number=number,
            known=any(known.get(one.code) for one in asked if one.fact == number),
            questions=[
                _field(language, one, answers.get(one.code, ""))
                for one in asked
                if one.fact == number
            ],
        )
        for number in sorted({one.fact for one in asked})
    ]


def _field(language: str, one: Question, answer: str) -> QuestionField:
    options = [(each.code, each.text.to(language)) for each in one.options]
    if one.by_country:
        options = [(each.code, each.name.to(language)) for each in assistance.countries().values()]
    return QuestionField(
        f"{ASKED}{one.code}", one.ask.to(language), options, one.by_country, answer
    )


def _of_draft(text: str) -> dict[str, str]:
    """What was typed into the questions and not saved; nothing of what can't be read."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name.removeprefix(ASKED): str(said)
        for name, said in found.items()
        if name.startswith(ASKED) and isinstance(said, str)
    }


@desk.post("/cases/<ref>/triage")
def save_triage(ref: str) -> ResponseReturnValue:
    """What is known so far is saved; the rest can be asked later."""
    answers = {
        name.removeprefix(ASKED): text[:5000]
        for name, text in request.form.items()
        if name.startswith(ASKED)
    }
    with shown() as refusal:
        run(assistance.save_facts, case=ref, answers=answers)
        run(assistance.forget_draft, case=ref, box="triage")
        flash(gettext(current_language(), N_("The answers are saved.")), "done")
        return redirect(url_for("desk.triage", ref=ref), code=303)
    return _page(ref, refusal.said, answers), refusal.status
