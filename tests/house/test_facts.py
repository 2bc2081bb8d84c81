"""Facts are answered by later parts only. The table, and what nobody answers yet, is printed."""

from __future__ import annotations

import dataclasses
from importlib import import_module

import pytest

from tests.house.source import ROOT, room
from vipclub.core.facts import Reactions
from vipclub.parts import PARTS, built
from vipclub.wiring import REACTIONS


def facts() -> list[type]:
    """Every fact of every part."""
    found = []
    for part in built():
        if (ROOT / "vipclub" / part / "facts.py").exists():
            module = import_module(f"vipclub.{part}.facts")
            found += [
                thing
                for thing in vars(module).values()
                if isinstance(thing, type) and thing.__module__ == module.__name__
            ]
    return found


def circular(reactions: Reactions) -> list[str]:
    """Answers that don't lie in a later part than their fact."""
    found = []
    for fact, answers in reactions.items():
        for answer in answers:
            inner = getattr(answer, "func", answer)
            theirs, own = room(inner.__module__), room(fact.__module__)
            if theirs in PARTS and own in PARTS and PARTS.index(theirs) <= PARTS.index(own):
                found.append(f"{fact.__name__} of {own} is answered by {theirs}")
    return found


def test_facts_are_frozen_and_answered_by_later_parts(capsys: pytest.CaptureFixture[str]) -> None:
    known = facts()
    assert {fact.__name__ for fact in known} >= {"PersonsMerged", "AppointmentFulfilled"}
    for fact in known:
        assert dataclasses.is_dataclass(fact), fact
        assert fact.__dataclass_params__.frozen, fact  # type: ignore[attr-defined]
    assert circular(REACTIONS) == []
    with capsys.disabled():
        for fact in known:
            names = [
                getattr(a, "func", a).__module__ + "." + getattr(a, "func", a).__name__
                for a in REACTIONS.get(fact, ())
            ]
            if not names:
                print(f"\nnobody answers {fact.__name__} yet", end="")  # noqa: T201
            else:
                print(f"\n{fact.__name__} -> {', '.join(names)}", end="")  # noqa: T201


def test_the_check_bites() -> None:
    class BookingMade:
        __module__ = "vipclub.bookings.facts"

    def answer(_session: object, _fact: object) -> None: ...

    answer.__module__ = "vipclub.people.linking"
    assert circular({BookingMade: (answer,)}) == ["BookingMade of bookings is answered by people"]
    answer.__module__, BookingMade.__module__ = "vipclub.bookings.making", "vipclub.people.facts"
    assert circular({BookingMade: (answer,)}) == []
