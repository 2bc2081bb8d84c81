"""What setup writes into the file of settings is read back as it was meant."""

from __future__ import annotations

import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from vipclub.development_keys import DRAFT_SECONDS
from vipclub.settings import SettingsError
from vipclub.setup.environment_file import Line, add

PLAIN_AND_ODD = [
    "L'Anneau",
    "The #1 Club",
    'The "Inner" Circle',
    "Club at $5",
    "back\\slash",
    "ends in a backslash\\",
    "two \\\\ of them",
    "L'Anneau's \"Inner\" \\ Circle # 1",
    "a `tick`",
    " spaces around ",
    "明珠'会",
    "a=b;c|d&e",
    "new\\nline that is none",
]
BOTH = "L'Anneau at $5"
"""No one form says this to a shell and to the club alike."""


def line(value: str) -> Line:
    return Line("NAME", value, "What the club is called.")


@pytest.mark.parametrize("value", [*PLAIN_AND_ODD, BOTH])
def test_a_name_is_read_back_by_the_club(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    add(file, [line(value), Line("HOTLINE", "400-1", "After it.")], says="Added.")
    assert dotenv_values(file) == {"VIPCLUB_NAME": value, "VIPCLUB_HOTLINE": "400-1"}


@pytest.mark.parametrize("value", PLAIN_AND_ODD)
def test_a_shell_reads_the_same(tmp_path: Path, value: str) -> None:
    file = tmp_path / "club.env"
    add(file, [line(value)], says="Added.")
    told = subprocess.run(
        ["/bin/sh", "-c", '. "$1"; printf %s "$VIPCLUB_NAME"', "sh", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == value


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_what_is_written_at_all_is_read_back(value: str) -> None:
    try:
        text = line(value).text()
    except SettingsError:
        assert "${" in value
        return
    assert dotenv_values(stream=StringIO(text)) == {"VIPCLUB_NAME": value}


def test_what_would_be_filled_in_from_elsewhere_is_refused() -> None:
    with pytest.raises(SettingsError, match="VIPCLUB_NAME has a value that no file of settings"):
        line("The ${HOME}").text()


def test_a_draft_of_a_setup_that_was_killed_goes_and_other_files_stay(tmp_path: Path) -> None:
    old, young = tmp_path / "..env.draft-1", tmp_path / "..env.draft-2"
    kept = tmp_path / ".env-2025"
    for path in (old, young, kept):
        path.write_text("VIPCLUB_SECRET_KEY=x\n")
    for path in (old, kept):
        os.utime(path, (path.stat().st_mtime - DRAFT_SECONDS - 1,) * 2)
    add(tmp_path / ".env", [line("Club")], says="Added.")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [young.name, kept.name, ".env"]
    )
