"""A test module lends nothing: what several tests need lies in a module named by what it does."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import imported, place, python_files


def borrowed(where: str, code: str) -> list[str]:
    """Where a file imports from a test module or a `conftest`."""
    found = {
        (line, module)
        for line, module in imported(ast.parse(code))
        if module.startswith("tests.")
        and any(piece == "conftest" or piece.startswith("test_") for piece in module.split("."))
    }
    return [f"{where}:{line} borrows from {module}" for line, module in sorted(found)]


def test_no_test_borrows_from_another() -> None:
    found = [
        each for path in python_files("tests") for each in borrowed(place(path), path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "from tests.bookings.closures.test_closing import close",
        "import tests.bookings.test_letters",
        "def test():\n    from tests.bookings import test_letters",
        "from tests.conftest import TEST_KEYS",
    ],
)
def test_the_check_bites(line: str) -> None:
    assert len(borrowed("tests/web/test_a.py", line)) >= 1


def test_the_check_lets_helpers_help() -> None:
    code = "from tests.databases import TEST_KEYS\nimport pytest, tests.bookings.invariants"
    assert borrowed("tests/web/test_a.py", code) == []
