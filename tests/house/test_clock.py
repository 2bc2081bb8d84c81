"""Only the clock reads the time."""

from __future__ import annotations

import ast

from tests.house.source import place, python_files

READS_THE_TIME = {"vipclub/core/clock.py"}
FORBIDDEN = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip


def readings(code: str) -> list[int]:
    """Lines that read the time of day. A stop watch (`perf_counter`, `monotonic`) is none."""
    tree = ast.parse(code)
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in FORBIDDEN:
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if ("time", alias.name) in FORBIDDEN]
    return lines


def test_nobody_but_the_clock_reads_the_time() -> None:
    found = {
        f"{place(path)}:{line}"
        for path in python_files("vipclub", "jobs")
        if place(path) not in READS_THE_TIME
        for line in readings(path.read_text())
    }
    assert found == set()


def test_the_check_bites() -> None:
    assert readings("import datetime\nx = datetime.datetime.now(datetime.UTC)\n") == [2]
    assert readings("x = date.today\n") == [1]
    assert readings("from time import time\n") == [1]
    assert readings("import time\ntime.perf_counter()\ntime.monotonic()\nclock.now()\n") == []
