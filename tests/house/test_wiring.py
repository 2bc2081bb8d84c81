"""What a part declares for the machinery before it is handed over, each thing once, and is known
there by nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from importlib import import_module

import pytest

from tests.house.source import ROOT, place, python_files
from vipclub import messages, wiring
from vipclub.parts import built


def declared(module: str, name: str) -> list[str]:
    """Templates or events of all parts that declare some in a file of this name."""
    found: list[str] = []
    for part in built():
        if (ROOT / "vipclub" / part / f"{module}.py").exists():
            things = getattr(import_module(f"vipclub.{part}.{module}"), name)
            found += [getattr(thing, "template", getattr(thing, "name", thing)) for thing in things]
    return found


def amiss(declared: Iterable[str], handed_over: Iterable[str]) -> list[str]:
    """What is declared and not handed over, or the other way round, or twice."""
    ours, theirs = Counter(declared), Counter(handed_over)
    return sorted(name for name in ours | theirs if not ours[name] == theirs[name] == 1)


def named_in(code: str, names: Iterable[str]) -> list[str]:
    """The names that a file says in quotes."""
    return [name for name in names if re.search(rf"([\"']){re.escape(name)}\1", code)]


def test_every_letter_and_event_that_a_part_declares_is_handed_over_once() -> None:
    letters = [letter.template for letter in wiring.LETTERS]
    assert amiss(declared("letters", "LETTERS"), letters) == []
    assert amiss(declared("webhook_events", "WEBHOOK_EVENTS"), list(wiring.WEBHOOK_EVENTS)) == []


def test_every_invariant_that_a_part_declares_is_looked_at_once() -> None:
    names = [invariant.name for invariant in wiring.INVARIANTS]
    assert amiss(declared("invariants", "INVARIANTS"), names) == []


def test_the_machinery_knows_no_letter_and_no_event_of_a_later_part() -> None:
    own = {letter.template for letter in messages.LETTERS}
    later = {letter.template for letter in wiring.LETTERS} - own
    found = [
        f"{place(path)}: {name}"
        for folder, names in (("messages", later), ("partners/webhooks", wiring.WEBHOOK_EVENTS))
        for path in python_files(f"vipclub/{folder}")
        for name in named_in(path.read_text(), names)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("ours", "theirs"), [(["a"], []), ([], ["a"]), (["a", "a"], ["a"]), (["a"], ["a", "a"])]
)
def test_the_check_bites(ours: list[str], theirs: list[str]) -> None:
    assert amiss(ours, theirs) == ["a"]
    assert named_in('queue(session, template="welcome")', ["welcome", "wel"]) == ["welcome"]
