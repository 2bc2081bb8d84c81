"""What the papers name is there: files behind links, rooms and names in backticks, commands."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.house.source import ROOT, is_module, tracked
from vipclub.cli import cli
from vipclub.parts import PARTS, built

PAPERS = sorted(path for path in tracked() if path.endswith(".md"))
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")
TICKED = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
INSIDE = {*PARTS, "core", "web", "demo"}
"""Rooms of `vipclub/` that a paper may name without it."""
ABOVE = {"vipclub", "jobs", "tests", "templates", "migrations", "docs"}
COMMAND = re.compile(r"vipclub ([a-z]+)(?: ([a-z][a-z-]*))?")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
PROMISED = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
FILE = re.compile(r"\.(?:po|py|toml|md|html|txt)$")
NOT_BUILT = {
    "operations/campaigns": "comes with events",
}
"""What is settled and named and not there yet -> when it comes."""
A_PART = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What a link into a paper may name: its headings as GitHub writes them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


def leading_nowhere(text: str, folder: Path) -> list[str]:
    """Links of a paper in this folder to files or headings that are not there."""
    found = []
    for one, other in LINK.findall(text):
        target = one or other
        if re.match(r"[a-z]+:|//", target):
            continue
        place, _, anchor = target.partition("#")
        path = (folder / place).resolve() if place else None
        if path is not None and not path.exists():
            found.append(target)
            continue
        if anchor and anchor not in anchors(path.read_text() if path else text):
            found.append(target)
    return found


def room_exists(name: str) -> bool:
    """A folder or file of the checkout; of catalogues (`web/member.po`) those in both languages."""
    if name.endswith(".po"):
        languages = (ROOT / "vipclub" / "translations").glob("zh_*")
        return all((language / name).exists() for language in languages)
    top = name.partition("/")[0]
    base = ROOT if top in ABOVE else ROOT / "vipclub"
    return any((base / f"{name.rstrip('/')}{end}").exists() for end in ("", ".py"))


def name_exists(dotted: str) -> bool:
    """Whether `part.room` or `part.name` is a module, or something that one has."""
    full = f"vipclub.{dotted}"
    if is_module(full):
        return True
    module, _, name = full.rpartition(".")
    if is_module(module):
        return hasattr(import_module(module), name)
    return name_exists(module.removeprefix("vipclub.")) if "." in dotted else False


def unknown_names(text: str) -> list[str]:
    """Rooms (`bookings/holds`, `core/db.py`) and names (`bookings.book`) that are not there."""
    found = []
    for said in TICKED.findall(FENCE.sub("", text)):
        name = re.sub(r"\(.*\)$", "", said)
        top = re.split(r"[./]", name)[0]
        if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)+/?", name) and top in INSIDE | ABOVE:
            found += [] if room_exists(name) else [said]
        elif re.fullmatch(r"\w+(?:\.\w+)+", name) and top in INSIDE and not FILE.search(name):
            found += [] if name_exists(name) else [said]
    return found


def unknown_commands(text: str) -> list[str]:
    """`vipclub WORD WORD` that the command doesn't know."""
    found = []
    for said in TICKED.findall(text):
        match = COMMAND.match(said)
        if match is None:
            continue
        with click.Context(cli) as context:
            command = cli.get_command(context, match[1])
            if isinstance(command, click.Group) and match[2]:
                command = command.get_command(context, match[2])
        found += [] if command else [said]
    return found


def test_there_are_papers() -> None:
    if not tracked():
        pytest.skip("this is no clone")
    assert {"README.md", "CONTRIBUTING.md", "docs/README.md", "docs/architecture.md"} <= {*PAPERS}


@pytest.mark.parametrize("paper", PAPERS)
def test_links_lead_to_what_is_there(paper: str) -> None:
    assert leading_nowhere((ROOT / paper).read_text(), (ROOT / paper).parent) == []


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if paper != "CHANGELOG.md"])
def test_rooms_and_names_that_a_paper_names_are_there(paper: str) -> None:
    assert set(unknown_names((ROOT / paper).read_text())) <= NOT_BUILT.keys()


@pytest.mark.parametrize("paper", PAPERS)
def test_commands_that_a_paper_names_are_there(paper: str) -> None:
    assert set(unknown_commands((ROOT / paper).read_text())) <= NOT_BUILT.keys()


def test_what_is_not_built_yet_is_not_there() -> None:
    named = "".join(f"`{name}` " for name in NOT_BUILT)
    assert {*unknown_names(named), *unknown_commands(named)} == NOT_BUILT.keys()
    papers = "".join((ROOT / paper).read_text() for paper in PAPERS)
    assert [name for name in NOT_BUILT if f"`{name}`" not in papers] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_targets_of_make_that_a_paper_names_are_there(paper: str) -> None:
    targets = TARGET.findall((ROOT / "Makefile").read_text())
    assert set(PROMISED.findall((ROOT / paper).read_text())) <= {*targets}


def test_every_paper_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    papers = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert papers == {target for target, _ in LINK.findall(index) if "/" not in target}


def test_the_parts_are_told_in_their_order() -> None:
    assert A_PART.findall((ROOT / "docs" / "architecture.md").read_text()) == list(built())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](nowhere.md)", ["nowhere.md"]),
        ("[a](../docs/nowhere.md)", ["../docs/nowhere.md"]),
        ('<img src="pictures/none.jpg">', ["pictures/none.jpg"]),
        ("# Here\n[a](#there)", ["#there"]),
        ("[a](README.md#no-such-heading)", ["README.md#no-such-heading"]),
        ("# The way\n[a](#the-way) [b](README.md) [c](https://example.org/x)", []),
    ],
)
def test_the_check_of_links_bites(text: str, wrong: list[str]) -> None:
    assert leading_nowhere(text, ROOT / "docs") == wrong


@pytest.mark.parametrize(
    "name",
    [
        "bookings/nowhere",
        "core/nowhere.py",
        "jobs/nowhere.py",
        "bookings.nowhere",
        "core.db.nobody",
    ],
)
def test_the_check_of_names_bites(name: str) -> None:
    assert unknown_names(f"see `{name}` and `{name}(a, b)`") == [name, f"{name}(a, b)"]


def test_the_check_of_names_lets_the_club_speak() -> None:
    text = (
        "`core/db.py`, `vipclub/core/`, `core.db.Database`, `benefits.hold(...)`, `and/or`, `/me`"
    )
    assert unknown_names(text) == []


def test_the_check_of_targets_bites() -> None:
    assert PROMISED.findall("`make demo PORT=1`\nmake test  # all\n") == ["demo", "test"]
    assert TARGET.findall("demo: venv ## fill\n\techo:\n") == ["demo"]


def test_the_check_of_commands_bites() -> None:
    text = "`vipclub nothing`, `vipclub steps`, `vipclub feed nothing`, `vipclub jobs run NAME`"
    assert unknown_commands(text) == ["vipclub nothing", "vipclub feed nothing"]
