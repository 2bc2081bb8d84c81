"""Playbooks as data: `playbooks.toml` in this folder, read and checked once a process; and the list
of one case, with its country's numbers in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vipclub.assistance.clocks.promises import KINDS
from vipclub.core.toml_text import parsed
from vipclub.core.types import Localized

SHIPPED = Path(__file__).parent / "playbooks.toml"
HOME = "CN"
NUMBERS = ("ambulance", "police")
LONGEST_CODE = 20
"""As long as a reason in the timeline, where what is done stands."""


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """Something to be done. `needs` is a number without which it is left out; a country's own step
    stands behind the one named by `after`."""

    code: str
    do: Localized
    needs: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region with its emergency numbers and its own steps."""

    code: str
    name: Localized
    numbers: Mapping[str, str]
    steps: tuple[PlaybookStep, ...]


@dataclass(frozen=True, slots=True)
class Playbooks:
    """Kind -> its steps; code -> the country."""

    steps: Mapping[str, tuple[PlaybookStep, ...]]
    countries: Mapping[str, Country]


@dataclass(frozen=True, slots=True)
class StepOfCase:
    """A step on the list of a case; `next` marks the first that is open."""

    code: str
    do: Localized
    done: bool
    next: bool


@cache
def shipped_playbooks() -> Playbooks:
    """The playbooks that come with the product."""
    return read_playbooks(SHIPPED.read_text(encoding="utf-8"))


def countries() -> Mapping[str, Country]:
    """The countries that the playbooks know, by code."""
    return shipped_playbooks().countries


def playbook_for(
    kind: str,
    country: str | None,
    done: Collection[str],
    *,
    playbooks: Playbooks | None = None,
) -> list[StepOfCase]:
    """The list of a case. An emergency at home is in mainland China where nobody says another
    place. Pure, but for the file that comes with the product where no `playbooks` are given."""
    books = shipped_playbooks() if playbooks is None else playbooks
    where = books.countries.get(country or (HOME if kind == "emergency_domestic" else ""))
    found: list[StepOfCase] = []
    for step in _in_order(books.steps[kind], where.steps if where else ()):
        if step.needs is not None and (where is None or step.needs not in where.numbers):
            continue
        is_done = step.code in done
        first = not is_done and not any(each.next for each in found)
        found.append(StepOfCase(step.code, _filled(step.do, where), is_done, first))
    return found


def _in_order(steps: Sequence[PlaybookStep], own: Sequence[PlaybookStep]) -> list[PlaybookStep]:
    """The steps of the kind, each with those of the country behind it."""
    return [
        each for step in steps for each in (step, *(one for one in own if one.after == step.code))
    ]


def _filled(text: Localized, where: Country | None) -> Localized:
    if where is None:
        return text
    hans, hant, en = (
        text.to(language).format(country=where.name.to(language), **where.numbers)
        for language in ("zh-Hans", "zh-Hant", "en")
    )
    return Localized(hans=hans, hant=hant, en=en)


def read_playbooks(text: str) -> Playbooks:
    """The playbooks of a document. Raises ValueError that names what isn't right: a kind without
    steps, two steps of one code, a step behind one that there isn't, a text that lacks a language
    or has a place that nothing fills."""
    document = parsed(text)
    steps = {
        kind: tuple(_step(each) for each in found)
        for kind, found in document.get("steps", {}).items()
    }
    if set(steps) != set(KINDS):
        raise ValueError("each kind of case needs its steps")
    known = {code: _country(code, data) for code, data in document.get("countries", {}).items()}
    codes = [one.code for found in steps.values() for one in found]
    own = [one for country in known.values() for one in country.steps]
    every = [*codes, *(one.code for one in own)]
    if len(every) > len(set(every)):
        raise ValueError("two steps have one code")
    for one in own:
        if one.after not in codes:
            raise ValueError(f"{one.code}: there is no step {one.after} before it")
    books = Playbooks(steps, known)
    for kind in steps:
        for country in known:
            playbook_for(kind, country, (), playbooks=books)
    return books


def _step(data: dict[str, Any]) -> PlaybookStep:
    code, needs = str(data["code"]), data.get("needs")
    if not 0 < len(code) <= LONGEST_CODE:
        raise ValueError(f"{code}: a code has up to {LONGEST_CODE} letters")
    if needs is not None and needs not in NUMBERS:
        raise ValueError(f"{code}: there is no number {needs}")
    text = Localized.from_json(data["do"])
    for language in ("zh-Hans", "zh-Hant", "en"):
        said = text.to(language)
        try:
            filled = said.format(country="", **dict.fromkeys(NUMBERS, ""))
        except (KeyError, IndexError, ValueError):
            raise ValueError(f"{code}: nothing fills a place of {said}") from None
        if filled != said and needs is None:
            raise ValueError(f"{code}: a step with a place says what it needs")
    return PlaybookStep(code, text, needs, data.get("after"))


def _country(code: str, data: dict[str, Any]) -> Country:
    numbers = {name: str(data[name]) for name in NUMBERS if name in data}
    steps = tuple(_step(each) for each in data.get("steps", ()))
    return Country(code, Localized.from_json(data["name"]), numbers, steps)
