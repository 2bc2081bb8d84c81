"""The answers of a caller: saved partly at any time, each time one sealed entry of the timeline
with what is new, so that the last word on each question counts and none is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.models import CaseEntry
from vipclub.assistance.playbooks.reading import countries
from vipclub.assistance.questions.asked import Question, every_question, questions_for
from vipclub.assistance.refusals import UnknownAnswer, WordsMissing
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of

LONGEST_ANSWER = 600
FACTS = "facts"


def save_facts(
    session: Session, actor: Actor, *, case: str, answers: Mapping[str, str]
) -> CaseResult | None:
    """Keep what the caller said, as far as it is known: what is new or different becomes one entry;
    gives None where nothing is. An answer that is empty takes one back; one that names the country
    is the case's country from then on. Raises UnknownAnswer,
    WordsMissing, IllegalTransition for a case that isn't open, and what `Act` raises."""
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel="phone")
    act.must_be_open()
    known = {one.code: one for one in questions_for(act.case.kind)}
    said = {code: " ".join(text.split()) for code, text in answers.items()}
    for code, text in said.items():
        _check(known.get(code), text)
    before = _said_before(session, act.case.id)
    new = {code: text for code, text in said.items() if text != before.get(code, "")}
    if not new:
        return None
    act.write(FACTS, text=json.dumps(new, ensure_ascii=False))
    values: dict[str, str | None] = {}
    for code, text in new.items():
        if known[code].by_country:
            values["country"] = text or None
    return act.finish("case.facts", after={"questions": sorted(new)}, **values)


def _check(question: Question | None, text: str) -> None:
    if question is None:
        raise UnknownAnswer()
    if len(text) > LONGEST_ANSWER:
        raise WordsMissing(most=LONGEST_ANSWER)
    closed = {one.code for one in question.options}
    if question.by_country:
        closed = set(countries())
    if closed and text and text not in closed:
        raise UnknownAnswer()


def _said_before(session: Session, case_id: int) -> dict[str, str]:
    cipher = cipher_of(session)
    rows = session.execute(
        select(CaseEntry.public_ref, CaseEntry.body)
        .where(CaseEntry.case_id == case_id, CaseEntry.what == FACTS)
        .order_by(CaseEntry.id)
    )
    return facts_of(
        cipher.unseal("case_entry.body", row.public_ref, row.body) for row in rows if row.body
    )


def answers_in(text: str) -> dict[str, str]:
    """What one entry says, question by question."""
    return {str(code): str(said) for code, said in json.loads(text).items()}


def facts_of(texts: Iterable[str]) -> dict[str, str]:
    """The facts that entries give in their order: the last word on each question, without those
    that were taken back."""
    facts: dict[str, str] = {}
    for text in texts:
        facts |= answers_in(text)
    return {code: said for code, said in facts.items() if said}


def answers_in_words(language: str, text: str) -> str:
    """What one entry says, in words, a line a question; what nobody knows any more as it is
    kept."""
    known, places = every_question(), countries()
    lines = []
    for code, said in answers_in(text).items():
        question = known.get(code)
        if question is None:
            lines.append(f"{code}: {said}")
            continue
        option = question.option(said)
        if option is not None:
            said = option.text.to(language)
        elif question.by_country and said in places:
            said = places[said].name.to(language)
        lines.append(f"{question.ask.to(language)} {said or '–'}")
    return "\n".join(lines)
