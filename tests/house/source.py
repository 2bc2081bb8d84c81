"""The code as the house's tests read it: files, their rooms, what they import and define."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from vipclub.parts import PARTS

ROOT = Path(__file__).resolve().parents[2]


def python_files(*folders: str) -> list[Path]:
    """Python files below folders of the checkout, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def place(path: Path) -> str:
    """A file by its path in the checkout."""
    return path.relative_to(ROOT).as_posix()


def room(name: str) -> str | None:
    """The part (or `core`) that a file or a dotted module lies in, `None` for doors."""
    pieces = name.removesuffix(".py").replace("/", ".").split(".")
    if len(pieces) > 1 and pieces[0] == "vipclub" and pieces[1] in {*PARTS, "core"}:
        return pieces[1]
    return None


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, those in functions and for type checkers too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def run_time_imports(tree: ast.Module) -> Iterator[str]:
    """The module of every import that is done when the program runs, those in functions too: for
    `from a import b` it is a.b where that is a module, else a."""
    for_checkers = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in for_checkers:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if is_module(full) else node.module


def dotted(path: Path) -> str:
    """The module that a file is."""
    return place(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def tracked() -> list[str]:
    """The paths that are in the repository. Empty where this is no clone."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).exists()]


def is_module(dotted: str) -> bool:
    """Whether a dotted name is a module of the checkout."""
    path = ROOT / dotted.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()
