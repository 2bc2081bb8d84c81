"""A test says which promise it holds, and what `docs/reliability.md` calls built is held by one."""

from __future__ import annotations

import pytest

from tests.house.promises import (
    PAINS,
    PAPER,
    Mark,
    Promise,
    all_marks,
    faults,
    marks_in,
    promises_in,
)


def test_each_promise_that_is_built_is_held_by_a_test_and_each_mark_is_a_promise() -> None:
    assert faults(promises_in(PAPER.read_text()), all_marks()) == []


def test_the_numbers_of_the_paper_are_all_there() -> None:
    names = [f"P{number}" for number in range(1, 41)] + [f"pain {n}" for n in range(1, 54)]
    assert list(promises_in(PAPER.read_text())) == names


def test_the_paper_is_read() -> None:
    paper = (
        "### P1. Nothing is lost\n*Built.*\nNot even this.\n\n"
        "### P2. Nothing is doubled\n*Built in part; not yet: by\nthe fax.*\n\n"
        f"### P3. All is found\n*Not built: comes later.*\n\n{PAINS}\nAs collected.\n\n"
        "1. It hurt: it no longer\n   does.\n2. It hurts still. *Not\n   built: the cure.*\n"
    )
    assert list(promises_in(paper).values()) == [
        Promise("P1", "Nothing is lost", True, ""),
        Promise("P2", "Nothing is doubled", True, "by the fax"),
        Promise("P3", "All is found", False, "comes later"),
        Promise("pain 1", "It hurt: it no longer does.", True),
        Promise("pain 2", "It hurts still.", False, "the cure"),
    ]


def test_marks_are_read_from_tests_and_from_whole_files() -> None:
    code = (
        "pytestmark = [pytest.mark.slow, pytest.mark.promise('P1')]\n"
        "TestLedger = Ledger.TestCase\n"
        "@pytest.mark.pain(7)\n@pytest.mark.promise('P2', 'P3')\ndef test_a(): ...\n"
        "@pytest.mark.promise('P4')\ndef helper(): ...\n"
    )
    assert list(marks_in("t.py", code)) == [
        Mark("P1", "t.py::TestLedger"),
        *(Mark(name, "t.py::test_a") for name in ("P1", "pain 7", "P2", "P3")),
    ]


@pytest.mark.parametrize(
    ("built", "marked", "fault"),
    [
        (True, [], "P1 is built and has no test: It holds"),
        (False, ["P1"], "P1 has a test and is called not built: It holds"),
        (True, ["P1", "P9"], "t.py::test_a: P9?"),
        (True, ["P1", "pain 9"], "t.py::test_a: pain 9?"),
    ],
)
def test_the_check_bites(built: bool, marked: list[str], fault: str) -> None:
    promises = {"P1": Promise("P1", "It holds", built)}
    assert faults(promises, [Mark(name, "t.py::test_a") for name in marked]) == [fault]
