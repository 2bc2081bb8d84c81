"""`vipclub settings`: every setting with its default and meaning."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from vipclub.cli import cli
from vipclub.settings_command import described


def call(*words: str) -> str:
    return CliRunner().invoke(cli, ["settings", *words], catch_exceptions=False).output


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
