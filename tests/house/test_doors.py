"""A door decides nothing: a rule's no is told by the frame, and who may do what is asked in the
query or the use case, so that whoever calls it from another door is asked too."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files


def catches_any_refusal(code: str) -> list[int]:
    """Lines that catch every refusal, to sort them by hand."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ExceptHandler)
        and any(
            isinstance(name, ast.Name) and name.id == "Refused"
            for name in ast.walk(node.type or ast.Constant(None))
        )
    ]


def asks_rights(code: str) -> list[int]:
    """Lines that ask what an actor may do; nothing else in the doors has such a word."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute) and node.attr in {"require", "has", "permissions"}
    )


def test_rights_are_asked_in_the_query_or_the_use_case() -> None:
    found = {
        place(path): lines
        for path in python_files("vipclub/web")
        if (lines := asks_rights(path.read_text()))
    }
    assert found == {}


def test_a_rules_no_is_told_by_the_frame() -> None:
    found = {
        place(path): lines
        for path in python_files("vipclub/web")
        if not place(path).startswith("vipclub/web/frame/")
        if (lines := catches_any_refusal(path.read_text()))
    }
    assert found == {}


def test_the_check_bites() -> None:
    by_hand = "try:\n    run()\nexcept Refused as no:\n    if no.status != 409:\n        raise\n"
    assert catches_any_refusal(by_hand) == [3]
    assert catches_any_refusal("try:\n    run()\nexcept (NotFound, Refused):\n    pass\n") == [3]
    assert catches_any_refusal("try:\n    run()\nexcept NotFound:\n    pass\n") == []
    assert catches_any_refusal("with shown() as refusal:\n    run()\n") == []
    asking = "actor.require(P.X)\nmay = current_actor().has('x:y')\nask = actor.require\n"
    assert asks_rights(asking) == [1, 2, 3]
    assert asks_rights("MACHINE.possible(state, actor.permissions)\n") == [1]
    assert asks_rights("found = parts.query(session, actor)\nrequire = found.may_reveal\n") == []
