"""`vipclub settings`: every setting with its default and meaning."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.house.source import ROOT
from vipclub.cli import cli
from vipclub.settings import PREFIX, Settings
from vipclub.settings_command import described

PAPER = ROOT / "docs/operating/settings.md"


def call(*words: str) -> str:
    return CliRunner().invoke(cli, ["settings", *words], catch_exceptions=False).output


def test_every_setting_says_what_it_is_for() -> None:
    silent = [name for name, _, meaning in described() if not meaning]
    assert silent == [], "a description beside the setting's default (vipclub/settings.py)"
    assert {name for name, _, _ in described()} == {
        PREFIX + name.upper() for name in Settings.model_fields
    }


def test_the_paper_is_what_the_code_says() -> None:
    assert PAPER.read_text() == call("--markdown"), "make settings prints it anew"


def test_defaults_are_those_that_settings_have() -> None:
    defaults = {name: default for name, default, _ in described()}
    assert defaults["VIPCLUB_ENV"] == "production"
    assert defaults["VIPCLUB_ARGON2_MEMORY_KIB"] == "65536"
    assert defaults["VIPCLUB_ALLOW_SQLITE"] == "0"
    assert defaults["VIPCLUB_INSTANCE"] == "", "it depends on the place"


def test_no_value_is_ever_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "FIELD_KEYS", "MAIL_URL", "DATABASE_URL", "HOTLINE"):
        monkeypatch.setenv(f"VIPCLUB_{name}", "what-nobody-may-read")
    assert "what-nobody-may-read" not in call() + call("--markdown")
    assert "VIPCLUB_TIME_ZONE (Asia/Shanghai)" in call()
