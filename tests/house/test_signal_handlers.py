"""A signal's handler runs in the middle of whatever the first thread does: it takes no lock that
this thread may hold already, as `Event.set` does."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import place, python_files

LOCKING = {"set", "clear", "acquire", "notify", "notify_all", "put", "info", "warning", "error"}


def locking_handlers(code: str) -> list[int]:
    """Lines in handlers that call what takes a lock."""
    tree = ast.parse(code)
    handlers = {
        call.args[1].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "signal.signal"
        and isinstance(call.args[1], ast.Name)
    }
    return [
        call.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in handlers
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in LOCKING
    ]


def test_no_handler_takes_a_lock() -> None:
    files = python_files("vipclub", "jobs")
    found = {place(path): lines for path in files if (lines := locking_handlers(path.read_text()))}
    assert found == {}


@pytest.mark.parametrize(
    ("body", "lines"), [("stop.set()", [2]), ("os.write(ask, b'1')", []), ("log.info('x')", [2])]
)
def test_the_check_bites(body: str, lines: list[int]) -> None:
    code = f"def end(number, frame):\n    {body}\n\n\nsignal.signal(signal.SIGTERM, end)\n"
    assert locking_handlers(code) == lines
