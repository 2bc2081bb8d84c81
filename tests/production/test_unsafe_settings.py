"""Production refuses each unsafe setting with a sentence that names it, and what to write
instead."""

from __future__ import annotations

import base64
import os
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.production.safe_settings import FIELD_KEYS, SECRET, Environment
from tests.terminal import vipclub
from vipclub.core.crypto import FieldKeys
from vipclub.production import UnsafeStart, refuse_unsafe_start
from vipclub.production.setting_rules import judge
from vipclub.settings import Settings, SettingsError

ZEROS, TEXT, STEPS = bytes(32), b"this-is-the-key-of-our-own-club!", bytes(range(32))
TWICE = FIELD_KEYS.encryption[1][:16] * 2
INDEX, MAC = FIELD_KEYS.index[1], FIELD_KEYS.mac[1]


def keys(
    *, first: bytes | None = None, index: bytes | None = None, mac: bytes | None = None
) -> str:
    """Good field keys, but for those that are given."""
    spoilt = replace(
        FIELD_KEYS,
        encryption={1: FIELD_KEYS.encryption[1] if first is None else first},
        index=FIELD_KEYS.index if index is None else {1: index},
        mac=FIELD_KEYS.mac if mac is None else {1: mac},
    )
    return spoilt.dump()


UNSAFE = [
    ("DATABASE_URL", None, "DATABASE_URL names SQLite", "ALLOW_SQLITE=1"),
    ("DATABASE_URL", "sqlite:////var/club.db", "DATABASE_URL names SQLite", "postgresql+psycopg://"),
    ("DATABASE_URL", "sqlite://", "DATABASE_URL keeps the club in memory", "postgresql+psycopg://"),
    ("DATABASE_URL", "mysql://x/y", "DATABASE_URL names no SQLite", "postgresql+psycopg://"),
    ("DATABASE_URL", "postgres://x/y", "DATABASE_URL names no SQLite", "postgresql+psycopg://"),
    ("DATABASE_URL", "postgresql+psycopg2://x/y", "DATABASE_URL names no", "postgresql+psycopg://"),
    ("DATABASE_URL", "postgresql://a:b@x:y/z", "URL can't be read", "postgresql+psycopg://"),
    ("DATABASE_URL", "postgresql://a:b@x/z?sslmod=require", "'sslmod', which its", "mean sslmode?"),
    ("DATABASE_URL", "postgresql://a:b@x/z?autocommit=1", "has the option 'autocommit'", "take it"),
    ("DATABASE_URL", "sqlite:////var/club.db?mod=ro", "has the option 'mod'", "did you mean mode?"),
    ("BASE_URL", "https://club.example/vip", "BASE_URL ends in the path /vip", "https://club.example"),
    ("BASE_URL", "https://localhost", "names this machine (localhost)", "https://club.example"),
    ("BASE_URL", "https://club.localhost:8443", "names this machine", "https://club.example"),
    ("BASE_URL", "https://127.0.0.9", "names this machine (127.0.0.9)", "https://club.example"),
    ("BASE_URL", "https://[::1]", "BASE_URL names this machine (::1)", "https://club.example"),
    ("BASE_URL", "https://[2001:db8::1]", "names its host by an IPv6", "https://club.example"),
    ("BASE_URL", "https://club..example", "has a host that can't be one, 'club..exam", "hyphens"),
    ("BASE_URL", "https://club.example.", "has a host that can't be one", "https://club.example"),
    ("BASE_URL", "https://-club.example", "has a host that can't be one", "https://club.example"),
    ("BASE_URL", "https://club example", "has a host that can't be one", "https://club.example"),
    ("BASE_URL", None, "BASE_URL is missing", "https://club.example"),
    ("BASE_URL", "http://club.example", "BASE_URL begins with http://", "https://club.example"),
    ("BASE_URL", "https://a:b@club.example", "BASE_URL holds more than", "https://club.example"),
    ("BASE_URL", "https://club.example?a=1", "BASE_URL holds more than", "https://club.example"),
    ("BASE_URL", "https://", "BASE_URL must be an address", "https://club.example"),
    ("BASE_URL", "https://[::1", "BASE_URL must be an address", "https://club.example"),
    ("BASE_URL", "https://club.example:99999", "BASE_URL must be an", "https://club.example"),
    ("BASE_URL", "https://\u4f1a.example", "BASE_URL has a host that", "write it with xn--"),
    ("MAIL_URL", None, "MAIL_URL is missing", "ALLOW_MAIL_FILES=1"),
    ("MAIL_URL", "smtp://mail.example", "MAIL_URL doesn't insist on STARTTLS", "starttls=1"),
    ("MAIL_URL", "smtp://u:p@mail.example:587", "MAIL_URL doesn't", "ALLOW_MAIL_IN_CLEAR=1"),
    ("MAIL_URL", "smtp://mail.example?starttls=0", "MAIL_URL forbids STARTTLS", "smtps://"),
    ("MAIL_URL", "smtps://", "MAIL_URL names no server", "smtps://USER:PASSWORD@HOST:PORT"),
    ("MAIL_URL", "smtps://mail.example:x", "MAIL_URL names no server", "smtps://USER:PASSWORD@HOST"),
    ("SMS_GATEWAY", "none.toml", "SMS_GATEWAY names none.toml, which can't be used", "no SMS"),
    ("HOTLINE", None, "HOTLINE is the default", "the number that members in mainland China call"),
    ("HOTLINE", "400 000 0000", "HOTLINE is the default", "the number that members"),
    ("HOTLINE", "+86 400-000-0000", "HOTLINE is the default", "the number that members"),
    ("HOTLINE", "000-000", "HOTLINE is one digit over and over", "the number that members"),
    ("HOTLINE_ABROAD", None, "HOTLINE_ABROAD is the default", "the number that members abroad"),
    ("SECRET_KEY", None, "SECRET_KEY is needed", "32 random characters"),
    ("SECRET_KEY", "", "SECRET_KEY is needed", "32 random characters"),
    ("SECRET_KEY", "short", "SECRET_KEY is too weak", "32 random characters"),
    ("SECRET_KEY", "change-it-now-" * 4, "SECRET_KEY can be guessed", "openssl rand"),
    ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyz0123456789", "SECRET_KEY can be", "openssl rand"),
    ("SECRET_KEY", "qwertyuiopasdfghjklzxcvbnm1234567890", "SECRET_KEY can be", "openssl rand"),
    ("SECRET_KEY", "ThisIsASuperSecretKeyForTheVipClub2026!", "SECRET_KEY can", "openssl rand"),
    ("SECRET_KEY", "the quick brown fox jumps over the lazy dog", "SECRET_KEY can", "openssl rand"),
    ("SECRET_KEY", base64.b64encode(b"change-it-now-" * 4).decode(), "can be gue", "openssl rand"),
    ("SECRET_KEY", b"the quick brown fox jumps over".hex(), "can be guessed", "openssl rand"),
    ("SECRET_KEY", base64.b64encode(bytes(range(48))).decode(), "can be guessed", "openssl rand"),
    ("SECRET_KEY", f"{SECRET},a-word", "SECRET_KEY holds commas, which", "none of them a comma"),
    ("SECRET_KEY", base64.b64encode(INDEX).decode(), "is the index key of", "its own"),
    ("SECRET_KEY", MAC.hex(), "SECRET_KEY is the mac key of", "its own"),
    ("SECRET_KEY", FIELD_KEYS.dump(), "SECRET_KEY is VIPCLUB_FIELD_KEYS itself", "its own"),
    ("FIELD_KEYS", None, "FIELD_KEYS is needed", "`vipclub keys`"),
    ("FIELD_KEYS", keys(index=b""), "FIELD_KEYS can't be read: one of the keys is empty", "keys`"),
    ("FIELD_KEYS", keys(mac=b"x" * 31), "FIELD_KEYS can't be read: each key must have", "keys`"),
    ("FIELD_KEYS", keys(first=ZEROS), "is weak, its encryption key 1", "`vipclub keys`"),
    ("FIELD_KEYS", keys(index=STEPS), "is weak, its index key is no random", "`vipclub keys`"),
    ("FIELD_KEYS", keys(mac=TEXT), "is weak, its mac key is text", "`vipclub keys`"),
    ("FIELD_KEYS", keys(mac=TWICE), "is weak, its mac key is no random", "`vipclub keys`"),
    ("FIELD_KEYS", keys(mac=INDEX), "as its index key and its mac key", "vipclub keys"),
    ("FIELD_KEYS", keys(first=MAC), "as its encryption key 1 and", "vipclub keys"),
    ("METRICS_TOKEN", "prometheus", "METRICS_TOKEN can be guessed", "openssl rand -hex 32"),
    ("METRICS_TOKEN", "abcdefgh-" * 6, "METRICS_TOKEN can be guessed", "openssl rand -hex 32"),
    ("METRICS_TOKEN", SECRET, "METRICS_TOKEN is one of the club's keys", "openssl rand -hex 32"),
    ("METRICS_TOKEN", "two words", "METRICS_TOKEN holds more than letters, digits", "signs"),
    ("TRUSTED_HOSTS", "*", "TRUSTED_HOSTS answers any host", "each host by its name"),
    ("TRUSTED_HOSTS", "club.example,*.example", "TRUSTED_HOSTS answers any host", "by its name"),
    ("TRUSTED_HOSTS", "club.example,.example", "TRUSTED_HOSTS answers any host", "by its name"),
    ("TRUSTED_HOSTS", "club.example,https://a.example", "which is no host", "by its name"),
    ("TRUSTED_HOSTS", "club.example,\uff0a", "which is no host", "each host by its name"),
    ("TRUSTED_HOSTS", "club.example;a.example", "which is no host", "each host by its name"),
    ("ARGON2_MEMORY_KIB", "64M", "ARGON2_MEMORY_KIB is no number", "or leave it out"),
    ("ARGON2_MEMORY_KIB", "99999999", "ARGON2_MEMORY_KIB is no number", "or leave it out"),
    ("ARGON2_PASSES", "1000000", "ARGON2_PASSES is no number from 1 to 100", "or leave it out"),
    ("TRUSTED_HOSTS", "other.example", "TRUSTED_HOSTS doesn't hold club.example", "that host too"),
    ("PROXIES", "-1", "PROXIES is no number from 0 to 5", "how many proxies"),
    ("PROXIES", "6", "PROXIES is no number from 0 to 5", "how many proxies"),
    ("PROXIES", "yes", "PROXIES is no number from 0 to 5", "how many proxies"),
    ("ARGON2_MEMORY_KIB", "19455", "ARGON2_MEMORY_KIB is 19455, too little", "19456 (19 MiB)"),
    ("ARGON2_PASSES", "1", "ARGON2_PASSES is 1, too few", "2 or more"),
    ("INSTANCE", "/etc/passwd", "/etc/passwd, which is no folder", "name a folder of the club"),
    ("ALLOW_SQLITE", "perhaps", "ALLOW_SQLITE is neither 1 nor 0", ""),
    ("ENV", "staging", "ENV is neither production nor development", ""),
    ("ALOW_SQLITE", "1", "ALOW_SQLITE is no setting", "ALLOW_SQLITE"),
]  # fmt: skip


def spoil(environment: Environment, name: str, value: str | None) -> None:
    """Set one of the club's settings, or leave it out."""
    environment.pop(f"VIPCLUB_{name}", None)
    if value is not None:
        environment[f"VIPCLUB_{name}"] = value


def put(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> None:
    """These are this process's settings now, and no others."""
    for name in list(os.environ):
        if name.startswith("VIPCLUB_"):
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def why_not(monkeypatch: pytest.MonkeyPatch, environment: Environment) -> str:
    """What a start with these settings is refused with."""
    put(monkeypatch, environment)
    with pytest.raises(SettingsError) as refused:
        refuse_unsafe_start(Settings.load())
    return str(refused.value)


@pytest.mark.parametrize(("name", "value", "wrong", "instead"), UNSAFE)
def test_each_unsafe_setting_is_refused_with_its_sentence(
    monkeypatch: pytest.MonkeyPatch,
    safe: Environment,
    name: str,
    value: str | None,
    wrong: str,
    instead: str,
) -> None:
    spoil(safe, name, value)
    sentence = why_not(monkeypatch, safe)
    assert f"VIPCLUB_{name}" in sentence
    assert wrong in sentence
    assert instead in sentence
    assert sentence.count("\n") == 0, "one thing was spoilt, and more is told"


def test_no_sentence_tells_a_key(monkeypatch: pytest.MonkeyPatch, safe: Environment) -> None:
    for name, value, _, _ in UNSAFE:
        if name in {"SECRET_KEY", "FIELD_KEYS"} and value:
            spoilt = {**safe, f"VIPCLUB_{name}": value}
            told = why_not(monkeypatch, spoilt)
            assert not any(
                part and len(part) > 8 and part in told for part in re.split("[:;,]", value)
            )


OTHER_SECRET = base64.b64encode(random.Random(7).randbytes(48)).decode()


@pytest.mark.parametrize(
    "token",
    [SECRET, OTHER_SECRET, f"{SECRET},{OTHER_SECRET}", MAC.hex(), base64.b64encode(MAC).decode()],
)
def test_a_token_that_is_any_of_the_keys_is_refused(
    monkeypatch: pytest.MonkeyPatch, safe: Environment, token: str
) -> None:
    spoil(safe, "SECRET_KEY", f"{SECRET},{OTHER_SECRET}")
    spoil(safe, "METRICS_TOKEN", token)
    assert "METRICS_TOKEN is one of the club's keys" in why_not(monkeypatch, safe)


def test_a_secret_that_is_read_as_several_is_told(
    monkeypatch: pytest.MonkeyPatch, safe: Environment
) -> None:
    spoil(safe, "SECRET_KEY", f"{SECRET},{OTHER_SECRET}")
    put(monkeypatch, safe)
    (told,) = [found for found in judge(Settings.load()) if found.code == "secret_key"]
    assert told.state == "well"
    assert told.says.startswith("VIPCLUB_SECRET_KEY holds 2 secrets, with a comma between: each is")


def test_safe_settings_pass_every_rule(monkeypatch: pytest.MonkeyPatch, safe: Environment) -> None:
    put(monkeypatch, safe)
    assert [found for found in judge(Settings.load()) if found.state != "well"] == []


@pytest.mark.parametrize(
    ("spoilt", "allowed"),
    [
        ({"DATABASE_URL": "sqlite:////var/club.db"}, "ALLOW_SQLITE"),
        ({"MAIL_URL": ""}, "ALLOW_MAIL_FILES"),
        ({"MAIL_URL": "smtp://relay.example"}, "ALLOW_MAIL_IN_CLEAR"),
    ],
)
def test_what_is_meant_is_allowed_by_its_name(
    monkeypatch: pytest.MonkeyPatch, safe: Environment, spoilt: dict[str, str], allowed: str
) -> None:
    for name, value in spoilt.items():
        spoil(safe, name, value)
    assert f"VIPCLUB_{allowed}=1" in why_not(monkeypatch, safe)
    spoil(safe, allowed, "1")
    put(monkeypatch, safe)
    assert [found for found in judge(Settings.load()) if found.state != "well"] == []


def test_a_mail_server_on_this_machine_needs_no_tls(
    monkeypatch: pytest.MonkeyPatch, safe: Environment
) -> None:
    put(monkeypatch, {**safe, "VIPCLUB_MAIL_URL": "smtp://127.0.0.1:25"})
    assert {found.state for found in judge(Settings.load())} == {"well"}


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o720])
def test_a_folder_in_which_others_may_write_is_refused(
    monkeypatch: pytest.MonkeyPatch, safe: Environment, tmp_path: Path, mode: int
) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    folder.chmod(mode)
    assert re.search(
        r"VIPCLUB_INSTANCE names .*others may write.*chmod 700", why_not(monkeypatch, safe)
    )


def test_all_reasons_are_told_at_once(monkeypatch: pytest.MonkeyPatch, safe: Environment) -> None:
    for name in ("BASE_URL", "MAIL_URL", "HOTLINE"):
        spoil(safe, name, None)
    spoil(safe, "TRUSTED_HOSTS", None)
    put(monkeypatch, safe)
    with pytest.raises(UnsafeStart) as refused:
        refuse_unsafe_start(Settings.load())
    assert [sentence.split()[0] for sentence in refused.value.sentences] == [
        "VIPCLUB_BASE_URL",
        "VIPCLUB_MAIL_URL",
        "VIPCLUB_HOTLINE",
    ]


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("jobs", "run", "end_holds")])
def test_whatever_serves_the_club_refuses_in_a_terminal(
    bare: Environment, command: tuple[str, ...]
) -> None:
    spoil(bare, "HOTLINE", None)
    done = vipclub(bare, *command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("VIPCLUB_HOTLINE is the default")
    assert done.stderr.count("\n") == 1


def test_development_is_asked_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(
        monkeypatch,
        {
            "VIPCLUB_ENV": "development",
            "VIPCLUB_INSTANCE": str(tmp_path),
            "VIPCLUB_SECRET_KEY": SECRET,
        },
    )
    refuse_unsafe_start(Settings.load())


def test_commands_that_need_no_safe_club_still_work() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("VIPCLUB_")}
    FieldKeys.parse(vipclub(bare, "keys").stdout)
    assert vipclub(bare, "serve", "--help").returncode == 0
