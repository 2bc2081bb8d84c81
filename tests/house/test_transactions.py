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
    found = {place(path) for path in python_files("vipclub", "jobs") if commits(path.read_text())}
    assert found == ENDS_TRANSACTIONS


def test_the_check_bites() -> None:
    assert commits("def book(session):\n    session.add(1)\n    session.commit()\n") == [3]
    assert commits("commit = 1\nsession.flush()\n") == []
