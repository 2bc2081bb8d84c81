"""A real server's log: one JSON line a request, with its name, and nothing that was typed."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.production.safe_settings import Environment, safe_settings
from tests.telemetry.serving import Serving, serving
from tests.web.signing_in import an_account, csrf_token, sign_in
from vipclub.app import create_app
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database

TYPED = "s3cret-place"
FIELDS = {
    "event", "level", "timestamp", "request", "method", "route", "status", "outcome", "actor",
    "bytes", "ms", "statements",
}  # fmt: skip


@pytest.fixture
def production(url: str, tmp_path: Path) -> Environment:
    """Settings of a club in production whose database is a file."""
    others = {name: kept for name, kept in os.environ.items() if not name.startswith("VIPCLUB_")}
    return {
        **others,
        **safe_settings(tmp_path / "instance"),
        "VIPCLUB_DATABASE_URL": url,
        "VIPCLUB_ALLOW_SQLITE": "1",
        "VIPCLUB_PROXIES": "0",
    }


@pytest.fixture
def served(production: Environment, tmp_path: Path) -> Iterator[Serving]:
    with serving(production, tmp_path, workers=1) as server:
        yield server


def asked(served: Serving, method: str, target: str, **headers: str) -> tuple[int, str | None, int]:
    """Status, name and size of an answer of the club's own host."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, headers={"Host": "club.example", **named})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["X-Request-ID"], len(body)


def lines_named(served: Serving, names: list[str | None]) -> list[dict[str, Any]]:
    """The only line of each request. It is written when the answer is sent, so that a line may
    come a moment later, and after another's."""
    deadline = time.monotonic() + 10
    while True:
        found = [line for line in served.lines("request") if line["route"] != "/healthz"]
        if len(found) >= len(names) or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    assert sorted(line["request"] for line in found) == sorted(map(str, names))
    by_name = {line["request"]: line for line in found}
    return [by_name[str(name)] for name in names]


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_each_request_has_one_line_with_its_name_and_nothing_typed(served: Serving) -> None:
    wanted = [
        ("GET", f"/sign-in?next=/{TYPED}", "/sign-in", 200),
        ("HEAD", "/sign-in", "/sign-in", 200),
        ("GET", f"/{TYPED}", "none", 404),
        ("GET", f"/reset/{TYPED}", "/reset/<secret>", None),
        ("GET", f"/appointments/{TYPED}", "/appointments/<ref>", None),
        ("GET", "/static/app.css", "/static/<file>", 200),
        ("GET", f"/static/{TYPED}", None, 404),
        ("BREW", "/sign-in", "none", None),
        ("GET", f"/%0a{{}}%0d%e2%80%a8{TYPED}", "none", 404),
        ("GET", f"/%ff{TYPED}", "none", 400),
    ]
    answers = [
        asked(
            served,
            method,
            target,
            Referer=f"https://elsewhere.example/{TYPED}",
            User_Agent=f"{TYPED} \u00e9\u0085",
            X_Request_ID=f"{TYPED} {{}}",
            X_Forwarded_For=TYPED,
            Cookie=f"{TYPED}=1",
        )
        for method, target, *_ in wanted
    ]
    lines = lines_named(served, [name for _, name, _ in answers])
    for line, (status, _, size), (method, _, route, expected) in zip(
        lines, answers, wanted, strict=True
    ):
        assert set(line) == FIELDS
        assert (line["status"], line["bytes"]) == (status, size)
        assert line["method"] == (method if method in {"GET", "HEAD"} else "other")
        assert line["actor"] == "anonymous"
        assert line["ms"] > 0
        assert route in {None, line["route"]}
        assert expected in {None, status}
    assert TYPED not in served.log.read_text()
    assert "BREW" not in served.log.read_text()


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_what_is_no_request_at_all_gets_no_line_with_its_words(served: Serving) -> None:
    host, _, port = served.address.removeprefix("http://").partition(":")
    for raw in (
        f"GET /{TYPED} HTTP/9.9\r\n\r\n",
        f"{TYPED}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: club.example\r\n{TYPED}: x\0\r\n\r\n",
        f"GET /{TYPED * 900} HTTP/1.1\r\nHost: club.example\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(raw.encode())
            assert connection.recv(20).startswith(b"HTTP/1.1 4")
    said = served.lines("Invalid request from")
    assert len(said) == 4
    assert {line["library"] for line in said} == {"gunicorn.error"}
    assert TYPED not in served.log.read_text()
    assert "127.0.0.1" not in "".join(map(str, said))


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_the_server_says_in_json_that_it_began(served: Serving) -> None:
    (began,) = served.lines("serve_started")
    assert began["processes"] == 1
    assert began["version"]
    assert served.lines("uncounted_proxy") == []


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


def test_the_answer_the_line_and_the_audit_trail_name_a_request_alike(
    app: Flask, db: Database
) -> None:
    account = an_account(db, "desk")
    client = app.test_client()
    csrf_token(client)
    with capture_logs() as lines:
        answer = sign_in(client, "desk@club.example")
        answer.close()
        client.get("/desk/").close()
    name = answer.headers["X-Request-ID"]
    with db.read() as session:
        rows = session.execute(select(AuditRow).where(AuditRow.request_id == name)).scalars().all()
    assert [row.actor_ref for row in rows] == [account.public_ref]
    requests = [line for line in lines if line["event"] == "request"]
    (line,) = [line for line in requests if line["request"] == name]
    assert line["statements"] > 3
    assert requests[-1]["actor"] == "desk"
    assert account.public_ref not in repr(requests)


def test_a_refusal_that_is_told_on_its_page_has_its_code_in_the_line(app: Flask) -> None:
    with capture_logs() as lines:
        app.test_client().get("/nowhere").close()
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["outcome"] == "not_found"
