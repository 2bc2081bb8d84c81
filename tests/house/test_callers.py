"""That it is known who calls is said by the desk's checks alone: nobody else makes the receipt by
which staff act at a caller's word."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files

MADE_IN = {"vipclub/desk/known_callers.py", "vipclub/desk/verifying_callers.py"}


def receipts_made(code: str) -> bool:
    """Whether a file makes a receipt by itself."""
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Verified"
        for node in ast.walk(ast.parse(code))
    )


def test_nobody_forges_a_receipt() -> None:
    makers = {
        place(path)
        for path in python_files("vipclub", "jobs")
        if not place(path).startswith("vipclub/core/")  # which knows no caller
        and receipts_made(path.read_text(encoding="utf-8"))
    }
    assert makers == MADE_IN


def test_the_check_bites() -> None:
    assert receipts_made("x = people.emergency_contacts.Verified(1, None, 'all', True, now)")
    assert not receipts_made("def f(heard: Verified) -> None: ...")
