"""The questions of each kind of case in their order, as data: `questions.toml` in this folder, read
and checked once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vipclub.assistance.clocks.promises import KINDS, SEVERITIES
from vipclub.core.toml_text import parsed
from vipclub.core.types import Localized

SHIPPED = Path(__file__).parent / "questions.toml"
LONGEST_CODE = 20


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose; with a `severity` it decides, for the reason in `because`."""

    code: str
    text: Localized
    severity: str | None = None
    because: Localized | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question: answered in words, by one of its `options`, or by a country of the playbooks
    (`by_country`). Questions of one fact have its number."""

    code: str
    fact: int
    ask: Localized
    options: tuple[Option, ...] = ()
    by_country: bool = False

    def option(self, code: str) -> Option | None:
        """The option of that code."""
        return next((one for one in self.options if one.code == code), None)


@cache
def shipped_questions() -> Mapping[str, tuple[Question, ...]]:
    """Kind -> its questions, as they come with the product."""
    return read_questions(SHIPPED.read_text(encoding="utf-8"))


@cache
def every_question() -> Mapping[str, Question]:
    """Code -> the question, of all kinds."""
    return {one.code: one for asked in shipped_questions().values() for one in asked}


def questions_for(kind: str) -> tuple[Question, ...]:
    """The questions of a kind, in their order."""
    return shipped_questions()[kind]


def read_questions(text: str) -> Mapping[str, tuple[Question, ...]]:
    """The questions of a document. Raises ValueError that names what isn't right: a kind without a
    list, two questions of one code, facts out of order, an unknown severity or one without its
    reason, a text that lacks a language."""
    document = parsed(text)
    lists = {
        name: tuple(_question(each) for each in found)
        for name, found in document.items()
        if name != "kinds"
    }
    kinds = document.get("kinds", {})
    if set(kinds) != set(KINDS) or not set(kinds.values()) <= set(lists):
        raise ValueError("each kind of case needs a list of questions")
    codes = [one.code for asked in lists.values() for one in asked]
    if len(codes) > len(set(codes)):
        raise ValueError("two questions have one code")
    for name, asked in lists.items():
        facts = [one.fact for one in asked]
        if facts != sorted(facts) or set(facts) != set(range(1, max(facts, default=0) + 1)):
            raise ValueError(f"{name}: the facts are not in order")
    return {kind: lists[name] for kind, name in kinds.items()}


def _question(data: dict[str, Any]) -> Question:
    code = str(data["code"])
    if not 0 < len(code) <= LONGEST_CODE:
        raise ValueError(f"{code}: a code has up to {LONGEST_CODE} letters")
    try:
        return Question(
            code=code,
            fact=int(data["fact"]),
            ask=Localized.from_json(data["ask"]),
            options=tuple(_option(each) for each in data.get("options", ())),
            by_country=data.get("choose") == "country",
        )
    except KeyError as error:
        raise ValueError(f"{code}: {error.args[0]} is missing") from None


def _option(data: dict[str, Any]) -> Option:
    severity = data.get("severity")
    if severity is not None and severity not in SEVERITIES:
        raise ValueError(f"{data['code']}: there is no severity {severity}")
    because = Localized.from_json(data["because"]) if severity is not None else None
    return Option(str(data["code"]), Localized.from_json(data["text"]), severity, because)
