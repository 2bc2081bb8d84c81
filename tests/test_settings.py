"""Settings fail with one sentence that names the variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vipclub.core.crypto import FieldKeys
from vipclub.development_keys import DRAFT_SECONDS
from vipclub.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("VIPCLUB_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIPCLUB_INSTANCE", str(tmp_path / "instance"))


def test_production_is_the_default_and_refuses_to_start_without_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match="VIPCLUB_SECRET_KEY is needed"):
        Settings.load()
    monkeypatch.setenv("VIPCLUB_SECRET_KEY", "secret")
    with pytest.raises(SettingsError, match="too weak"):
        Settings.load()
    monkeypatch.setenv("VIPCLUB_SECRET_KEY", "wE8h3kq9Zr5tY7uIoPaSdFgHjKlXcVbNm1Q2")
    with pytest.raises(SettingsError, match="VIPCLUB_FIELD_KEYS is needed"):
        Settings.load()
    monkeypatch.setenv("VIPCLUB_FIELD_KEYS", FieldKeys.generate().dump())
    assert Settings.load().production


def test_development_keeps_its_own_keys_for_the_next_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIPCLUB_ENV", "development")
    first, second = Settings.load(), Settings.load()
    assert first.secret_key == second.secret_key
    assert (tmp_path / "instance" / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("VIPCLUB_DATABSE_URL", "x", "did you mean VIPCLUB_DATABASE_URL"),
        ("VIPCLUB_TIME_ZONE", "Mars/Base", "VIPCLUB_TIME_ZONE is no IANA time zone"),
        ("VIPCLUB_DATABASE_URL", "mysql://x", "VIPCLUB_DATABASE_URL names no SQLite"),
        ("VIPCLUB_MAIL_URL", "http://x", "VIPCLUB_MAIL_URL must begin with smtp"),
        ("VIPCLUB_PROXIES", "-1", "VIPCLUB_PROXIES"),
        ("VIPCLUB_ENV", "staging", "VIPCLUB_ENV"),
        ("VIPCLUB_BASE_URL", "club", "VIPCLUB_BASE_URL must be an address"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence):
        Settings.load()


def test_an_unknown_name_in_the_env_file_is_named_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIPCLUB_ENV", "development")
    (tmp_path / ".env").write_text("VIPCLUB_BASE_ULR=http://x\n")
    with pytest.raises(SettingsError, match="VIPCLUB_BASE_URL"):
        Settings.load()


def test_an_empty_folder_is_one_that_was_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIPCLUB_INSTANCE", "")
    settings, _ = Settings.examine()
    assert settings.instance.name == "instance"


def test_drafts_of_keys_that_a_killed_process_left_go_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, young = tmp_path / ".keys-1-0a", tmp_path / ".keys-2-0b"
    for path in (old, young):
        path.write_text("{}")
    before = old.stat().st_mtime - DRAFT_SECONDS - 1
    os.utime(old, (before, before))
    for name in ("VIPCLUB_SECRET_KEY", "VIPCLUB_FIELD_KEYS"):
        monkeypatch.delenv(name, raising=False)
    Settings.load(env="development", instance=tmp_path, _env_file=None)
    assert set(tmp_path.iterdir()) == {young, tmp_path / "keys.json"}
