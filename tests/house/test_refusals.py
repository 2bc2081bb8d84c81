"""Each refusal has a code of its own and a sentence whose places its data fill."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from typing import Any

import pytest

from tests.house.catalogues import PLACE
from tests.house.source import place, python_files
from vipclub.core import i18n
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, Language
from vipclub.web.api.document import document

NOT_OVER_THE_API: dict[str, str] = {
    "too_many_holds": "the API needs no holds (docs/decisions.md 35)",
    "booking_policy_not_accepted": "policies are set by a command and a page",
    "ticket_over": "tickets are used on pages",
    "ticket_not_for": "tickets are used on pages",
    "ticket_time_not_accepted": "tickets are given on pages",
    "tickets_full": "tickets are given on pages",
    "reason_missing": "only operations mark an appointment as a mistake, on a page",
}
"""Code of a booking's refusal -> why the API never says it."""


def gathered() -> list[type[Refused]]:
    """Every refusal of the product, found by importing whatever mentions one."""
    for path in python_files("vipclub"):
        if "Refused" in (code := path.read_text()) or "refusals" in path.name or "Conflict" in code:
            import_module(
                place(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            )
    found: list[type[Refused]] = [Refused]
    for refusal in found:
        found += [
            kind for kind in refusal.__subclasses__() if kind.__module__.startswith("vipclub.")
        ]
    return sorted(set(found), key=lambda kind: kind.code)


@pytest.fixture(scope="module")
def refusals() -> list[type[Refused]]:
    return gathered()


def faults(refusals: list[type[Refused]]) -> list[str]:
    """What is wrong with refusals, a line each."""
    found, by_code = [], dict[str, type[Refused]]()
    for refusal in refusals:
        name = f"{refusal.__module__}.{refusal.__name__}"
        if "code" not in vars(refusal) or "sentence" not in vars(refusal):
            found.append(f"{name} has no code or sentence of its own")
        elif by_code.setdefault(refusal.code, refusal) is not refusal:
            found.append(f"{name} shares its code with {by_code[refusal.code].__name__}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", refusal.code):
            found.append(f"{name} has an odd code: {refusal.code}")
        if refusal.status not in {400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503, 507}:
            found.append(f"{name} has an odd status: {refusal.status}")
        if not refusal.sentence.rstrip().endswith((".", "?", "%(problems)s")):
            found.append(f"{name} is no sentence: {refusal.sentence}")
    return found


def unsaid(refusals: list[type[Refused]]) -> list[str]:
    """Refusals that a reader of Chinese would get in English."""
    return [
        f"{refusal.code} in {language}"
        for refusal in refusals
        for language in (Language.HANS, Language.HANT)
        if i18n.gettext(language, refusal.sentence) == refusal.sentence
    ]


def test_each_refusal_has_a_code_and_a_sentence_of_its_own(refusals: list[type[Refused]]) -> None:
    assert faults(refusals) == []


def test_each_refusal_is_said_in_three_languages(refusals: list[type[Refused]]) -> None:
    assert unsaid(refusals) == []


def unfilled(code: str, sentences: dict[str, str]) -> list[str]:
    """`raise Kind(...)` without all that its sentence needs. Plain keywords only."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        call, name = node.exc, getattr(node.exc.func, "id", "")
        if name in sentences and not call.args and all(word.arg for word in call.keywords):
            missing = set(PLACE.findall(sentences[name])) - {word.arg for word in call.keywords}
            found += [f"{node.lineno} {name} without {place}" for place in sorted(missing)]
    return found


def test_whoever_refuses_gives_what_the_sentence_needs(refusals: list[type[Refused]]) -> None:
    own = {r.__name__: r.sentence for r in refusals if "__init__" not in vars(r)}
    found = [
        f"{place(path)}:{line}"
        for path in python_files("vipclub", "jobs")
        for line in unfilled(path.read_text(), own)
    ]
    assert found == []


def documented(node: Any) -> set[str]:
    """The codes that an OpenAPI document names."""
    if isinstance(node, list):
        return {code for item in node for code in documented(item)}
    if not isinstance(node, dict):
        return set()
    code = node.get("code")
    here: set[str] = set()
    if isinstance(code, dict):
        here = {*code.get("enum", ()), *([code["const"]] if "const" in code else ())}
    return here.union(*(documented(value) for value in node.values()))


def test_the_api_documents_what_a_booking_may_be_refused_for(
    refusals: list[type[Refused]],
) -> None:
    codes = documented(document())
    mine = {r.code for r in refusals if r.__module__.startswith("vipclub.bookings.")}
    assert mine - codes == set(NOT_OVER_THE_API)
    assert codes - {r.code for r in refusals} == set(), "documented, but nobody refuses so"


def test_the_checks_bite() -> None:
    class Full(Refused):
        code = "busy"
        sentence = N_("This time has just been taken. %(free)s are still free.")

    class Nameless(Refused):
        pass

    Full.__module__ = Nameless.__module__ = "tests"
    found = "\n".join(faults([*gathered_core(), Full, Nameless]))
    assert "Full shares its code with Busy" in found
    assert "Nameless has no code" in found
    assert unsaid([Full]) == ["busy in zh-Hans", "busy in zh-Hant"]
    assert unfilled("raise Full(slot=1)", {"Full": Full.sentence}) == ["1 Full without free"]
    assert documented({"x": [{"code": {"enum": ["slot_full"]}}]}) == {"slot_full"}


def gathered_core() -> list[type[Refused]]:
    return [kind for kind in Refused.__subclasses__() if kind.__module__ == "vipclub.core.errors"]
