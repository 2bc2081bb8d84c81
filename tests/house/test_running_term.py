"""Which of a person's terms counts on a day is said in one place."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files

SAID_IN = {"vipclub/membership/steps.py"}


def definitions(code: str) -> list[int]:
    """Lines that say anew which terms are live: a row of just those two states."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and {getattr(each, "value", None) for each in node.elts} == {"invited", "active"}
    ]


def test_the_running_term_is_defined_once() -> None:
    found = {
        place(path) for path in python_files("vipclub", "jobs") if definitions(path.read_text())
    }
    assert found == SAID_IN


def test_the_check_bites() -> None:
    assert definitions('live = state.in_(("invited", "active"))\n') == [1]
    assert definitions('x = 1\nlive = state in {"active", "invited"}\n') == [2]
    assert definitions('state = "invited" if waits else "active"\n') == []
