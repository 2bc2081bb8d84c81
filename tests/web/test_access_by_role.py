"""Every route, as every role and as nobody: who is let in, and what every answer carries."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.small_club import a_small_club
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub.accounts import ROLES
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.web.frame.doors import HOMES, NOBODY, PUBLIC, audience_of
from vipclub.web.frame.security_headers import HEADERS

VALUES = {
    "ref": "M-00000-00000-0",
    "code": "health-check",
    "service": "health-check",
    "line": 1,
    "number": 1,
}


@pytest.fixture
def house(db: Database) -> Flask:
    """The club with an account a role; a person is the member's, a partner the partner's."""
    club = a_small_club(db, members=1)
    scopes = {
        "member": [("person", club.members[0])],
        "partner": [("partner", club.partner)],
    }
    for role in ROLES:
        an_account(db, role, scopes=scopes.get(role))
    return create_app(database=db)


def routes(app: Flask) -> list[tuple[str, str, Any]]:
    """(method, address, view) of every rule; places are filled with what belongs to nobody."""
    found: list[tuple[str, str, Any]] = []
    for rule in app.url_map.iter_rules():
        values = {name: VALUES.get(name, "A-00000-00000-0") for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, values)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [(method, address, app.view_functions[rule.endpoint]) for method in methods]
    return found


def test_every_view_says_for_whom_it_is(house: Flask) -> None:
    for _, address, view in routes(house):
        bearer_public = getattr(view, "__bearer__", False) and audience_of(view) == PUBLIC
        assert audience_of(view) != NOBODY or bearer_public, address


def test_a_stranger_is_asked_to_sign_in_everywhere(house: Flask) -> None:
    client = house.test_client()
    for method, address, view in routes(house):
        answer = client.open(address, method=method)
        if getattr(view, "__bearer__", False):
            if audience_of(view) != PUBLIC:
                assert answer.status_code == 401, address
                assert answer.headers["WWW-Authenticate"].startswith("Bearer"), address
                assert answer.json["code"] == "unauthenticated"
        elif audience_of(view) != PUBLIC:
            assert answer.status_code == 303, (method, address)
            assert answer.headers["Location"].startswith("/sign-in"), address


@pytest.mark.promise("P31")
@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_role_comes_in_where_it_belongs_and_nowhere_else(house: Flask, role: str) -> None:
    client = signed_in(house, role)
    token = csrf_token(client, HOMES[role])
    for method, address, view in routes(house):
        if getattr(view, "__bearer__", False) or audience_of(view) == PUBLIC:
            continue
        data = {"csrf_token": token} if method != "GET" else None
        answer = client.open(address, method=method, data=data)
        assert answer.status_code < 500, (method, address, answer.text[:500])
        if role in audience_of(view):
            assert answer.status_code != 403, (method, address)
        elif address == "/":
            assert answer.headers["Location"] == HOMES[role]
        else:
            assert answer.status_code == 403, (method, address)
    assert client.get(HOMES[role]).status_code == 200, "nothing on the walk signed it out"


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_cookie_opens_no_call_of_the_api(house: Flask, role: str) -> None:
    client = signed_in(house, role)
    for method, address, view in routes(house):
        if getattr(view, "__bearer__", False) and audience_of(view) != PUBLIC:
            assert client.open(address, method=method).status_code == 401, address


SECRET = ("/invitation/", "/join/", "/reset/", "/partner/answer/")
"""Addresses that are secrets: they are told to nobody, not even to this site."""


def assert_carries_headers(answer: Any, place: str) -> None:
    for name, value in HEADERS.items():
        found = answer.headers.get(name)
        if name == "Referrer-Policy" and any(secret in place for secret in SECRET):
            assert found in {value, "no-referrer"}, place
        else:
            assert found == value, (place, name)
    assert answer.headers.get("Cache-Control"), place
    assert answer.headers.get("X-Request-ID"), place
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]


def test_every_answer_carries_the_security_headers(house: Flask) -> None:
    strangers, desk = house.test_client(), signed_in(house, "desk")
    for method, address, _view in routes(house):
        for client in (strangers, desk):
            if address == "/sign-out":
                continue
            assert_carries_headers(client.open(address, method=method), f"{method} {address}")
    for address in ("/nowhere", "/api/v1/nowhere"):
        assert_carries_headers(strangers.get(address), address)
    assert_carries_headers(strangers.delete("/sign-in"), "405")
    big = strangers.post("/sign-in", data={"login": "x" * 2_000_000})
    assert big.status_code == 413
    assert_carries_headers(big, "413")


@pytest.mark.promise("P32")
def test_pages_about_people_are_kept_by_nobody(house: Flask) -> None:
    for role in ROLES:
        answer = signed_in(house, role).get(HOMES[role])
        assert answer.headers["Cache-Control"] == "no-store", role


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_each_first_page_speaks_three_languages(house: Flask, role: str, language: str) -> None:
    page = signed_in(house, role).get(f"{HOMES[role]}?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert "%(" not in page.text
    assert "style=" not in page.text, "the CSP forbids it"


@pytest.mark.promise("P36")
def test_a_stale_cookie_opens_nothing(house: Flask) -> None:
    client = signed_in(house, "desk")
    cookie = client.get_cookie("vip")
    assert cookie is not None
    token = csrf_token(client, "/desk/")
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    thief = house.test_client()
    thief.set_cookie("vip", cookie.value)
    assert thief.get("/desk/").headers["Location"].startswith("/sign-in")


@pytest.mark.promise("P31")
def test_a_view_without_a_mark_is_refused_to_everybody(db: Database) -> None:
    app = create_app(database=db)
    an_account(db, "admin")
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = signed_in(app, "admin").get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text
    assert app.test_client().get("/forgotten").status_code == 303


def test_a_page_needs_few_statements(house: Flask) -> None:
    from tests.statements import statements

    for role in ROLES:
        client = signed_in(house, role)
        client.get(HOMES[role])
        with statements(at_most=7 if role == "operations" else 6):
            assert client.get(HOMES[role]).status_code == 200, role
