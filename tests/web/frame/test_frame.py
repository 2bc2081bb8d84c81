"""What can't be read, what breaks, which language, which files, and how a no looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from tests.web.signing_in import an_account, csrf_token, sign_in, signed_in
from vipclub.accounts.models import Account
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.errors import Busy, Conflict
from vipclub.settings import Settings
from vipclub.web.frame import public, safe_next
from vipclub.web.frame.doors import Door


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def answering(app: Flask, view: Any, rule: str = "/thing", **options: Any) -> None:
    """One more public page."""
    door = Door("extra", url_prefix="/", audience=())
    door.add_url_rule(rule, "thing", public(view), **options)
    app.register_blueprint(door)


@pytest.mark.promise("P40")
@pytest.mark.parametrize(
    "address",
    ["/%ff", "/%00", "/sign-in?next=%ff", "/sign-in?x=%00", "/%c0%af", "/desk/members/%ed%a0%80"],
)
def test_wrongly_encoded_addresses_are_malformed(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_form_with_nul_is_malformed(client: FlaskClient) -> None:
    form = {"login": "a\0b", "password": "x", "csrf_token": csrf_token(client)}
    assert client.post("/sign-in", data=form).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_other_hosts_are_not_answered(client: FlaskClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400


def test_a_post_without_its_token_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.post("/sign-in?lang=en", data={"login": "x", "password": "y"})
    assert answer.status_code == 400
    assert "Please open it again." in answer.text


def test_a_post_with_another_visitor_s_token_is_refused(app: Flask) -> None:
    token = csrf_token(app.test_client())
    client = app.test_client()
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"login": "x", "password": "y", "csrf_token": token})
    assert answer.status_code == 400


def test_a_post_from_another_site_is_refused(client: FlaskClient) -> None:
    form = {"login": "x", "password": "y", "csrf_token": csrf_token(client)}
    answer = client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "We can&#39;t find this"), ("zh-Hans", "找不到"), ("zh-Hant", "找不到")],
)
def test_a_page_that_is_not_there_says_so(client: FlaskClient, language: str, words: str) -> None:
    answer = client.get(f"/nowhere?lang={language}")
    assert answer.status_code == 404
    assert words in answer.text
    assert f'<html lang="{language}"' in answer.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/sign-in")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    api = client.delete("/api/v1/services")
    assert api.status_code == 405
    assert api.mimetype == "application/problem+json"
    assert "GET" in api.headers["Allow"]


@pytest.mark.promise("P30")
def test_a_fault_of_ours_shows_nothing_of_itself(app: Flask, client: FlaskClient) -> None:
    def broken() -> str:
        raise RuntimeError("secret detail")

    answering(app, broken)
    answer = client.get("/thing?lang=en")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "default-src" in answer.headers["Content-Security-Policy"]


def test_a_refusal_is_a_page_with_its_sentence(app: Flask, client: FlaskClient) -> None:
    def conflict() -> str:
        raise Conflict()

    answering(app, conflict)
    answer = client.get("/thing?lang=en")
    assert answer.status_code == 409
    assert "Someone was faster." in answer.text


@pytest.mark.promise("P30")
def test_a_busy_database_asks_to_come_again(app: Flask, client: FlaskClient) -> None:
    def busy() -> str:
        raise Busy(retry_after=7)

    answering(app, busy)
    answer = client.get("/thing")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("fr", "zh-Hans"),
        ("../../etc", "zh-Hans"),
    ],
)
def test_the_browser_s_language_is_spoken(client: FlaskClient, header: str, language: str) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": header})
    assert f'<html lang="{language}"' in page.text


def test_a_chosen_language_stays(client: FlaskClient) -> None:
    client.get("/sign-in?lang=zh-Hant")
    assert '<html lang="zh-Hant"' in client.get("/sign-in").text
    assert '<html lang="zh-Hant"' in client.get("/sign-in?lang=klingon").text


def test_the_account_s_language_is_chosen_by_its_owner_only(app: Flask, db: Database) -> None:
    account = an_account(db, "desk", language="en")
    client = signed_in(app, "desk")
    assert '<html lang="en"' in client.get("/desk/").text
    client.get("/desk/?lang=zh-Hant", headers={"Sec-Fetch-Site": "cross-site"})
    assert language_of(db, account.id) == "en", "another site's link changes no account"
    client.get("/desk/?lang=zh-Hant", headers={"Sec-Fetch-Site": "same-origin"})
    assert language_of(db, account.id) == "zh-Hant"
    assert '<html lang="zh-Hant"' in signed_in(app, "desk").get("/desk/").text


def language_of(db: Database, account_id: int) -> str:
    with db.read() as session:
        account = session.get(Account, account_id)
        assert account is not None
        return account.language


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aSet-Cookie:x",
        "javascript:alert(1)",
        "/a\r\nb",
        " //evil.example",
        "evil.example",
        "/\tevil",
        "///evil.example",
    ],
)
def test_no_link_leads_to_another_site_after_sign_in(app: Flask, db: Database, target: str) -> None:
    an_account(db, "desk")
    answer = sign_in(app.test_client(), "desk@club.example", next=target)
    location = answer.headers["Location"]
    assert location in {"/desk/", "/%0d%0aSet-Cookie:x"}, location
    assert "\n" not in location
    assert safe_next(target, "/") in {"/", "/%0d%0aSet-Cookie:x"}


def test_after_sign_in_one_is_where_one_wanted_to_go(app: Flask, db: Database) -> None:
    an_account(db, "desk")
    client = app.test_client()
    asked = client.get("/desk/members/M-00000-00000-0?x=1")
    assert asked.headers["Location"].startswith("/sign-in?next=/desk/members/")
    page = client.get(asked.headers["Location"])
    assert 'name="next" value="/desk/members/M-00000-00000-0?x=1"' in page.text
    answer = sign_in(client, "desk@club.example", next="/desk/members/M-00000-00000-0?x=1")
    assert answer.headers["Location"] == "/desk/members/M-00000-00000-0?x=1"


def test_static_files_are_kept_for_ever_by_their_hash(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(env="production", base_url="https://club.example", instance=tmp_path)
    client = create_app(settings, database=db).test_client()
    page = client.get("/sign-in", base_url="https://club.example")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    place = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = client.get(place, base_url="https://club.example")
    assert style.status_code == 200
    assert "immutable" in style.headers["Cache-Control"]
    assert style.headers["X-Content-Type-Options"] == "nosniff"
    plain = client.get("/static/app.css", base_url="https://club.example")
    assert "immutable" not in plain.headers["Cache-Control"]
    assert client.get("/static/../frame/doors.py").status_code in {400, 404}


def test_the_cookie_of_production_is_host_bound_and_secure(db: Database, tmp_path: Path) -> None:
    settings = Settings.load(env="production", base_url="https://club.example", instance=tmp_path)
    client = create_app(settings, database=db).test_client()
    cookie = client.get("/sign-in", base_url="https://club.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-vip=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_a_forwarded_address_counts_only_behind_our_own_proxies(
    db: Database, tmp_path: Path
) -> None:
    def address() -> str:
        return request.remote_addr or ""

    headers = {"X-Forwarded-For": "203.0.113.9"}
    for proxies, seen in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        settings = Settings.load(proxies=proxies, instance=tmp_path)
        app = create_app(settings, database=db)
        answering(app, address)
        assert app.test_client().get("/thing", headers=headers).text == seen


def test_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}


def test_the_log_line_holds_no_query(client: FlaskClient) -> None:
    from structlog.testing import capture_logs

    with capture_logs() as lines:
        client.get("/sign-in?next=/secret-place").close()
    line = next(entry for entry in lines if entry["event"] == "request")
    assert line["route"] == "/sign-in"
    assert "secret-place" not in repr(lines)


def test_what_is_read_for_an_answer_ends_when_nobody_listens_any_more(
    app: Flask, client: FlaskClient
) -> None:
    class Parts:
        """Two parts, and whether they were closed."""

        closed = False

        def __iter__(self) -> Iterator[bytes]:
            return iter((b"one", b"two"))

        def close(self) -> None:
            self.closed = True

    parts = Parts()
    answering(app, lambda: Response(parts, direct_passthrough=True))
    answer = client.get("/thing", buffered=False)
    assert next(iter(answer.response)) == b"one"
    answer.close()
    assert parts.closed
