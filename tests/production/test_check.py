"""`vipclub check` says all at once; a connection that fails is told by every command alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.production.safe_settings import Environment
from tests.terminal import vipclub

AWAY = "The database club at 127.0.0.1:1 as vip can't be reached: Connection refused."


def test_all_is_told_at_once_and_what_is_well(bare: Environment) -> None:
    bare["VIPCLUB_TIME_ZONE"] = "Mars/Base"
    bare["VIPCLUB_FIELD_KEYS"] = ""
    bare["VIPCLUB_HOTLINE"] = "400-000-0000"
    done = vipclub(bare, "check", "--json")
    told = json.loads(done.stdout)
    stops = {item["code"]: item["says"] for item in told["items"] if item["state"] == "refused"}
    assert (done.returncode, told["fit"], told["env"]) == (1, False, "production")
    assert {*stops} == {"settings", "hotline", "database_reached"}
    assert sum(item["code"] == "settings" for item in told["items"]) == 2
    assert "well" in {item["state"] for item in told["items"]}
    assert done.stderr == "This club is not fit to start: 4 things stop it.\n"


def test_each_thing_is_a_line(bare: Environment) -> None:
    done = vipclub(bare, "check")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert f"STOP  database_reached  {AWAY}" in lines
    assert any(line.startswith("well  base_address ") for line in lines)
    assert {line[:4] for line in lines} == {"well", "look", "STOP"}


@pytest.mark.parametrize(
    "command", [("audit", "verify"), ("db", "upgrade"), ("jobs", "list"), ("worker",), ("serve",)]
)
def test_a_connection_that_fails_names_the_database_in_every_command(
    bare: Environment, command: tuple[str, ...]
) -> None:
    done = vipclub(bare, *command)
    assert (done.returncode, done.stderr) == (1, AWAY + "\n")


def test_it_never_tells_the_password(bare: Environment) -> None:
    for command in (["check"], ["check", "--json"], ["worker"]):
        done = vipclub(bare, *command)
        assert "far-from-here" not in done.stdout + done.stderr
        assert "pass-word" not in done.stdout + done.stderr


def test_a_file_that_is_not_there_is_not_made(bare: Environment, tmp_path: Path) -> None:
    bare["VIPCLUB_DATABASE_URL"] = f"sqlite:///{tmp_path}/none.db"
    bare["VIPCLUB_ALLOW_SQLITE"] = "1"
    done = vipclub(bare, "check")
    assert f"The database file {tmp_path}/none.db isn't there yet: run `vipclub db" in done.stdout
    assert not (tmp_path / "none.db").exists()


def test_development_is_told_what_production_would_refuse(url: str, tmp_path: Path) -> None:
    environment = {
        "VIPCLUB_ENV": "development",
        "VIPCLUB_DATABASE_URL": url,
        "VIPCLUB_INSTANCE": str(tmp_path),
    }
    done = vipclub(environment, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "look  base_address      In production: VIPCLUB_BASE_URL is missing" in done.stdout


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("sslmod=require", "VIPCLUB_DATABASE_URL has the option 'sslmod', which its database has"),
        ("options=-csearch_path%3Dvip", "has the option 'options', which"),
        ("prepare_threshold=0", "has the option 'prepare_threshold', which"),
        ("connect_timeout=soon", "can't be asked: bad value for connect_timeout: 'soon'. Mend VIP"),
        ("sslmode=perhaps", 'invalid sslmode value: "perhaps"'),
    ],
)
def test_an_option_that_the_database_does_not_take_is_told_and_the_rest_too(
    bare: Environment, option: str, sentence: str
) -> None:
    bare["VIPCLUB_DATABASE_URL"] += f"?{option}"
    done = vipclub(bare, "check")
    assert done.returncode == 1
    assert sentence in done.stdout
    for code in ("hotline_abroad", "argon2_passes", "disk", "proxies"):
        assert f"  {code} " in done.stdout
    assert "Traceback" not in done.stderr
