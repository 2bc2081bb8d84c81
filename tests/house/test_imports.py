"""A part knows the parts before it, by their front doors, and no web."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.source import (
    ROOT,
    dotted,
    imported,
    is_module,
    place,
    python_files,
    room,
    run_time_imports,
)
from vipclub.parts import PARTS, built

WEB = {"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms"}
COMMANDS_OVER_PARTS = {
    "vipclub/membership/cli.py": "a first rating brings benefits and booking rules in, and a "
    "trial run tells what a policy costs in benefits",
}
"""A part's commands -> why they look at later parts: a command is a door, and puts together what
several parts know. Nothing of the part may import it."""


@cache
def has_own_door(part: str, module: str) -> bool:
    """Whether it is a room that the part's front door offers whole, with a front door itself."""
    room_name = module.removeprefix(f"vipclub.{part}.")
    folder = ROOT / "vipclub" / part
    if "." in room_name or not (folder / room_name / "__init__.py").exists():
        return False
    door = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    offered = (
        ast.literal_eval(node.value)
        for node in door.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    )
    return room_name in next(offered, [])


def trespasses(where: str, code: str) -> list[str]:
    """What a file imports and shouldn't: `where` is its path in the checkout."""
    own = room(where)
    found = []
    for line, module in imported(ast.parse(code)):
        theirs, depth = room(module), module.count(".")
        if own and module.split(".")[0] in WEB:
            found.append(f"{where}:{line} brings the web into {own}: {module}")
        if theirs in PARTS and theirs != own:
            up = own == "core" or (own in PARTS and PARTS.index(own) < PARTS.index(theirs))
            if up and where not in COMMANDS_OVER_PARTS:
                found.append(f"{where}:{line} looks up: {own} knows nothing of {theirs}")
            if depth > 1 and is_module(module) and not has_own_door(theirs, module):
                found.append(f"{where}:{line} goes past the front door of {theirs}: {module}")
        commands = theirs == own and "cli" in module.split(".")[2:]
        if own in PARTS and commands and not where.endswith("/cli.py"):
            found.append(f"{where}:{line} brings its commands along")
    return found


def test_each_part_keeps_to_its_place() -> None:
    found = [
        trespass
        for path in python_files("vipclub", "jobs")
        for trespass in trespasses(place(path), path.read_text())
    ]
    assert sorted(set(found)) == []


@pytest.mark.parametrize(
    ("where", "code", "reason"),
    [
        ("vipclub/people/linking.py", "import flask", "brings the web into people"),
        ("vipclub/core/types.py", "from vipclub.people import Person", "looks up"),
        ("vipclub/people/linking.py", "def f():\n  import vipclub.accounts", "looks up"),
        ("vipclub/messages/a.py", "from vipclub.accounts.models import Account", "front door"),
        ("vipclub/web/member/a.py", "from vipclub.accounts import models", "front door"),
        ("vipclub/messages/cli.py", "from vipclub.accounts.cli import token", "front door"),
        ("vipclub/people/__init__.py", "from vipclub.people.cli import people", "commands along"),
        ("vipclub/people/__init__.py", "from vipclub.people.feeds.cli import x", "commands along"),
        ("vipclub/membership/rating.py", "from vipclub.membership import cli", "commands along"),
        ("vipclub/accounts/cli.py", "from vipclub import benefits", "looks up"),
        ("vipclub/membership/cli.py", "from vipclub.benefits.cost import cost_of", "front door"),
    ],
)
def test_the_check_bites(where: str, code: str, reason: str) -> None:
    assert reason in "\n".join(trespasses(where, code))


def test_each_command_over_parts_looks_at_later_ones() -> None:
    for where in COMMANDS_OVER_PARTS:
        as_a_rule = where.replace("cli.py", "a_rule.py")
        assert "looks up" in "\n".join(trespasses(as_a_rule, (ROOT / where).read_text()))


def test_the_check_lets_neighbours_talk() -> None:
    code = "from vipclub.core.db import Base\nfrom vipclub.accounts import Account, create_account"
    assert trespasses("vipclub/messages/queueing.py", code) == []
    assert trespasses("vipclub/web/member/home.py", "from flask import request\n" + code) == []


def circle_in(imports: Mapping[str, set[str]]) -> list[str]:
    """A way along imports that comes back to where it began; empty where there is none."""
    try:
        TopologicalSorter(
            {module: others & imports.keys() for module, others in imports.items()}
        ).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_file_is_in_a_circle_of_imports() -> None:
    """Imports in functions count too: they hide a circle, they don't mend it."""
    files = python_files("vipclub", "jobs")
    imports = {dotted(path): set(run_time_imports(ast.parse(path.read_text()))) for path in files}
    assert circle_in(imports) == []


def test_the_check_finds_a_circle_that_a_function_hides() -> None:
    db = "def run():\n    from vipclub.core import idempotency"
    idempotency = "from vipclub.core.db import Base\nimport json"
    imports = {
        "vipclub.core.db": set(run_time_imports(ast.parse(db))),
        "vipclub.core.idempotency": set(run_time_imports(ast.parse(idempotency))),
    }
    assert set(circle_in(imports)) == set(imports)
    checked = ast.parse(f"if TYPE_CHECKING:\n    {idempotency.splitlines()[0]}")
    assert circle_in({**imports, "vipclub.core.idempotency": set(run_time_imports(checked))}) == []


def test_the_contracts_name_every_part_in_its_place() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    orders = [each["layers"] for each in told["contracts"] if each["type"] == "layers"]
    expected = [
        f"vipclub.{part}" if part in built() else f"(vipclub.{part})" for part in reversed(PARTS)
    ]
    assert len(orders) == 2
    for layers in orders:
        assert [layer for layer in layers if room(layer.strip("()")) in PARTS] == expected
    flaskless = next(each for each in told["contracts"] if "No Flask" in each["name"])
    below = {room(module) for module in flaskless["source_modules"]}
    assert below >= {"core", *built()}


def test_importing_a_part_loads_no_web() -> None:
    """One after the other, each on top of those before it; the first that brings it is named."""
    code = (
        "import sys; from importlib import import_module\n"
        f"for part in {['core.db', *built(), 'wiring']!r}:\n"
        "    import_module(f'vipclub.{part}')\n"
        f"    found = sorted({WEB!r} & set(sys.modules))\n"
        "    if found: sys.exit(f'{part} loads {found}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, ""), done.stderr[-800:]
