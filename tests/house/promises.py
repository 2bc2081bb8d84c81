"""The promises of `docs/reliability.md`, and which tests hold each.

`python -m tests.house.promises` (make promises) prints them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.source import ROOT, place, python_files

PAPER = ROOT / "docs" / "reliability.md"
PROMISE = re.compile(
    r"^### (P\d+)\. (.+)\n"
    r"\*(Built|Built in part; not yet|Not built)(?:: ([^*]+))?\.\*$",
    re.MULTILINE,
)
PAIN = re.compile(r"^(\d+)\. (.+(?:\n +.+)*)", re.MULTILINE)
NOT_BUILT = re.compile(r" \*Not built: ([^*]+)\.\*$")
PAINS = "## What users of such software suffer elsewhere"


@dataclass(frozen=True)
class Promise:
    """A promise (`P7`) or somebody's pain elsewhere (`pain 12`), whether any of it is built, and
    what is missing."""

    name: str
    says: str
    built: bool
    missing: str = ""


@dataclass(frozen=True)
class Mark:
    """A test, and what it is marked to hold."""

    name: str
    test: str


def promises_in(paper: str) -> dict[str, Promise]:
    """All promises and pains of a paper by name, in its order."""
    promises, _, pains = paper.partition(PAINS)
    found = [
        Promise(name, says, state != "Not built", _line(missing))
        for name, says, state, missing in PROMISE.findall(promises)
    ]
    for number, text in PAIN.findall(pains):
        missing = NOT_BUILT.search(line := _line(text))
        says = line[: missing.start()] if missing else line
        found.append(Promise(f"pain {number}", says, not missing, missing[1] if missing else ""))
    return {promise.name: promise for promise in found}


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def marks_in(where: str, code: str) -> Iterator[Mark]:
    """What the tests of a file are marked to hold; a `pytestmark` is of all its tests."""
    body = ast.parse(code).body
    for_all = [
        name
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for name in _named(node.value)
    ]
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            own = [name for decorator in node.decorator_list for name in _named(decorator)]
            yield from (Mark(name, f"{where}::{node.name}") for name in [*for_all, *own])
        elif isinstance(node, ast.Assign) and ast.unparse(node.value).endswith(".TestCase"):
            test = ast.unparse(node.targets[0])
            yield from (Mark(name, f"{where}::{test}") for name in for_all)


def _named(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call):
            mark = ast.unparse(node.func)
            for argument in node.args:
                if mark == "pytest.mark.promise":
                    yield str(ast.literal_eval(argument))
                elif mark == "pytest.mark.pain":
                    yield f"pain {ast.literal_eval(argument)}"


def all_marks() -> list[Mark]:
    """Those of all tests."""
    return [
        mark
        for path in python_files("tests")
        if path.name.startswith("test_")
        for mark in marks_in(place(path), path.read_text())
    ]


def faults(promises: dict[str, Promise], marks: list[Mark]) -> list[str]:
    """Marks of what nobody promised, what is built without a test and what is tested unbuilt."""
    held = {mark.name for mark in marks}
    found = [f"{mark.test}: {mark.name}?" for mark in marks if mark.name not in promises]
    for name, promise in promises.items():
        if promise.built and name not in held:
            found.append(f"{name} is built and has no test: {promise.says}")
        if not promise.built and name in held:
            found.append(f"{name} has a test and is called not built: {promise.says}")
    return found


def main() -> None:
    tests: dict[str, list[str]] = {}
    for mark in all_marks():
        tests.setdefault(mark.name, []).append(mark.test)
    promises = promises_in(PAPER.read_text())
    for name, promise in promises.items():
        missing = f" (not yet: {promise.missing})" if promise.missing else ""
        print(f"{name}. {promise.says}{missing}")  # noqa: T201
        for test in tests.get(name, []):
            print(f"    {test}")  # noqa: T201
    without = ", ".join(name for name in promises if name not in tests)
    print(f"\nWithout a test: {without}")  # noqa: T201


if __name__ == "__main__":
    main()
