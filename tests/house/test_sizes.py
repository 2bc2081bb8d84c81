"""A file of 400 lines is usually two rooms, a function of 60 two functions."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files

FILE_LINES, FUNCTION_LINES = 400, 60


def too_long(where: str, code: str) -> list[str]:
    """Files and functions beyond the measure, as `path` and `path:function`."""
    found = [where] if len(code.splitlines()) > FILE_LINES else []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            if node.end_lineno - node.lineno + 1 > FUNCTION_LINES:
                found.append(f"{where}:{node.name}")
    return found


def test_files_and_functions_are_short() -> None:
    found = {
        name
        for path in python_files("vipclub", "jobs", "tests")
        for name in too_long(place(path), path.read_text())
    }
    assert found == set()


def test_the_check_bites() -> None:
    body = "    pass\n" * FUNCTION_LINES
    assert too_long("a.py", f"def short():\n    pass\ndef long():\n{body}") == ["a.py:long"]
    assert too_long("a.py", "x = 1\n" * 401) == ["a.py"]
