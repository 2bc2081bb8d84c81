"""Only `run()` ends a transaction."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files

ENDS_TRANSACTIONS = {"vipclub/core/db.py"}


def commits(code: str) -> list[int]:
    """Lines that commit."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]


def test_nobody_but_run_commits() -> None:
    found = {
        f"{place(path)}:{line}"
        for path in python_files("vipclub", "jobs")
        if place(path) not in ENDS_TRANSACTIONS
        for line in commits(path.read_text())
    }
    assert found == set()


def test_the_check_bites() -> None:
    assert commits("def book(session):\n    session.add(1)\n    session.commit()\n") == [3]
    assert commits("commit = 1\nsession.flush()\n") == []
