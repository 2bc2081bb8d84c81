"""What is in the repository: nothing of one machine, and what the README promises."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT, tracked

OF_A_MACHINE = re.compile(
    r"(/(?:root|Users|w[o]rk|f[a]rm)/|/home/[a-z]+/|/tmp/bash|\.l[i]brary/|index-url[ =]"
    r"|/simple/?[\"' ]|--trusted-host|\"resolved\": *\"http)"
)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
PROMISED = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"`vipclub ([a-z]+)(?: ([a-z]+))?")
ALLOWED = {"tests/house/test_repository.py", "Makefile"}


def of_a_machine(text: str) -> list[str]:
    """Lines that name a place of somebody's machine or a package registry."""
    return [line.strip()[:120] for line in text.splitlines() if OF_A_MACHINE.search(line)]


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    paths = tracked()
    if not paths:
        pytest.skip("this is no clone")
    found = []
    for path in paths:
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue
        if path not in ALLOWED:
            found += [f"{path}: {line}" for line in of_a_machine(text)]
    assert found == []


def test_nothing_private_is_in_the_repository() -> None:
    bad = [
        path
        for path in tracked()
        if path.startswith(("instance/", ".venv/")) or path == ".env" or path.endswith(".db")
    ]
    assert bad == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_documents_name_only_targets_and_commands_that_exist(document: str) -> None:
    if not (ROOT / document).exists():
        pytest.skip(f"{document} is not written yet")
    text = (ROOT / document).read_text()
    assert (
        set(PROMISED.findall(text)) - set(TARGET.findall((ROOT / "Makefile").read_text())) == set()
    )
    from vipclub.cli import COMMANDS

    assert {name for name, _ in COMMAND.findall(text)} - set(COMMANDS) == set()


def test_what_the_interface_promises_is_a_target() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    assert {"help", "demo", "test", "quick", "check", "bench", "soak", "lock"} <= targets


def test_the_check_bites() -> None:
    assert of_a_machine("cd /ro" + "ot/vipclub && make") != []
    assert of_a_machine("pip --index-" + "url https://pypi.example") != []
    assert of_a_machine("/usr/bin/chromium on 127.0.0.1") == []
    assert PROMISED.findall("`make demo PORT=1`\nmake test  # all\n") == ["demo", "test"]
    assert COMMAND.findall("`vipclub feed load FILE`") == [("feed", "load")]
