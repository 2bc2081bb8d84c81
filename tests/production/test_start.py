"""A safe club starts; one whose database isn't fit for production doesn't."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.messages.mail_server import free_port
from tests.production.mail_with_tls import MailWithTls
from tests.production.safe_settings import Environment
from tests.terminal import COMMAND, report, vipclub
from vipclub.core.db import Database

pytestmark = pytest.mark.only("postgresql")


@pytest.fixture
def fit(
    bare: Environment, url: str, role_of: Callable[[str], str], mail_with_tls: MailWithTls
) -> Environment:
    """A safe club with all that it needs really there."""
    return {
        **bare,
        "VIPCLUB_DATABASE_URL": role_of(url),
        "VIPCLUB_MAIL_URL": mail_with_tls.url,
        "SSL_CERT_FILE": str(mail_with_tls.certificate),
    }


def status_of(port: int, path: str) -> int:
    """What the server answers to the club's own host."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": "club.example"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_a_safe_club_starts_and_the_check_finds_nothing(fit: Environment) -> None:
    found = report(fit, "check")
    states = {item["code"]: item["state"] for item in found["items"]}
    assert found["fit"]
    assert states.pop("worker") == "notice"
    assert states.pop("sms") == "notice"  # it may do without
    assert set(states.values()) == {"well"}, found
    said = {item["code"]: item["says"] for item in found["items"]}
    assert "TLSv1" in said["mail_reached"]

    port = free_port()
    server = subprocess.Popen([*COMMAND, "serve", "--port", str(port), "--workers", "1"], env=fit)
    worker = subprocess.Popen([*COMMAND, "worker"], env=fit)
    try:
        deadline = time.monotonic() + 40
        while status_of(port, "/readyz") != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert status_of(port, "/readyz") == 200
        while time.monotonic() < deadline:
            found = report(fit, "check")
            amiss = [item["code"] for item in found["items"] if item["state"] != "well"]
            if amiss == ["sms"]:
                break
        assert amiss == ["sms"], found
        assert (server.poll(), worker.poll()) == (None, None)
    finally:
        for process in (server, worker):
            process.terminate()
            process.wait(30)


def test_a_superuser_is_refused(fit: Environment, url: str) -> None:
    done = vipclub({**fit, "VIPCLUB_DATABASE_URL": url}, "serve")
    assert done.returncode == 1
    assert "VIPCLUB_DATABASE_URL signs in as postgres, a superuser" in done.stderr
    assert "CREATE ROLE" in done.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("0001", "schema is behind (at 0001, not "),
        ("9999", "schema is ahead (at 9999, which this version doesn't know"),
        (None, "schema is behind (at nothing, not "),
    ],
)
def test_another_schema_is_refused(
    fit: Environment, db: Database, command: str, at: str | None, sentence: str
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if at:
            connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": at})
    done = vipclub(fit, command)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert sentence in done.stderr
    assert "`vipclub db upgrade`" in done.stderr


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        ({"certificate": None}, "has no good certificate"),
        ({"url": "smtp://localhost:{none}?starttls=1"}, "can't be reached"),
    ],
)
def test_the_check_calls_the_mail_server(
    fit: Environment, spoilt: dict[str, Any], sentence: str
) -> None:
    if "certificate" in spoilt:
        del fit["SSL_CERT_FILE"]
    else:
        fit["VIPCLUB_MAIL_URL"] = spoilt["url"].format(none=free_port())
    said = {item["code"]: item for item in report(fit, "check")["items"]}
    assert said["mail_reached"]["state"] == "notice"
    assert sentence in said["mail_reached"]["says"]
