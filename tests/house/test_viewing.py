"""A receipt that somebody is on record to have looked is made where the row is written, nowhere
else (docs/decisions.md 13)."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import place, python_files

MADE_IN = "vipclub/people/viewing.py"


def receipts_made(where: str, code: str) -> list[str]:
    """Where a file makes a receipt by itself."""
    return [
        f"{where}:{node.lineno}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Viewed"
    ]


@pytest.mark.promise("P35")
def test_nobody_forges_a_receipt() -> None:
    makers = {
        place(path)
        for path in python_files("vipclub", "jobs")
        if receipts_made(place(path), path.read_text())
    }
    assert makers == {MADE_IN}


def test_the_check_bites() -> None:
    assert receipts_made("a.py", "x = Viewed(refs, 'show', now)") == ["a.py:1"]
    assert receipts_made("a.py", "people.Viewed(refs, 'show', now)") == ["a.py:1"]
    assert receipts_made("a.py", "def f(viewed: Viewed) -> None: ...") == []
