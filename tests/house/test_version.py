"""One version: of the command, the changelog's newest section, the package and the tag."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
from click.testing import CliRunner

from tests.house.source import ROOT, tracked
from vipclub.cli import cli
from vipclub.version import __version__

SECTION = re.compile(r"^## (\d+\.\d+(?:\.\d+)?)\b", re.MULTILINE)


def newest_section(text: str) -> str:
    """The version of the newest section, with its third number."""
    first = SECTION.search(text)
    assert first, "no section of a version"
    return first[1] if first[1].count(".") == 2 else f"{first[1]}.0"


def test_the_changelog_begins_with_this_version() -> None:
    assert newest_section((ROOT / "CHANGELOG.md").read_text()) == __version__


def test_the_command_says_it() -> None:
    said = CliRunner().invoke(cli, ["--version"], catch_exceptions=False)
    assert said.output == f"vipclub {__version__}\n"


def test_the_package_takes_it_from_the_code() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in told["project"]["dynamic"]
    path = ROOT / told["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in path.read_text()


def test_a_commit_that_is_tagged_as_a_release_is_that_release() -> None:
    if not tracked():
        pytest.skip("this is no clone")
    done = subprocess.run(
        ["git", "tag", "--points-at", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    released = [tag for tag in done.stdout.split() if re.fullmatch(r"v\d+\.\d+\.\d+", tag)]
    assert released in ([], [f"v{__version__}"])


@pytest.mark.parametrize(
    ("text", "version"),
    [("# New\n\n## 0.6 · Doors\n\n## 0.5", "0.6.0"), ("## 1.2.3\n", "1.2.3")],
)
def test_the_newest_section_is_the_first(text: str, version: str) -> None:
    assert newest_section(text) == version
