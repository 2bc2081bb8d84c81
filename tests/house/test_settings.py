"""Every setting says what it is for, and the handbook's table of them is what the code says."""

from __future__ import annotations

from click.testing import CliRunner

from tests.house.source import ROOT
from vipclub.settings import PREFIX, Settings
from vipclub.settings_command import described, settings

PAPER = "docs/operating/settings.md"


def call(*words: str) -> str:
    return CliRunner().invoke(settings, words, catch_exceptions=False).output


def test_every_setting_says_what_it_is_for() -> None:
    silent = [name for name, _, meaning in described() if not meaning]
    assert silent == [], "a description beside the setting's default (vipclub/settings.py)"
    assert {name for name, _, _ in described()} == {
        PREFIX + name.upper() for name in Settings.model_fields
    }


def test_the_paper_is_what_the_code_says() -> None:
    assert (ROOT / PAPER).read_text() == call("--markdown"), "make settings prints it anew"
