"""Every route says for whom it is, and is guarded by that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from vipclub.app import create_app
from vipclub.core.db import Database

ROLES = {"member", "manager", "partner", "desk", "operations", "policy", "admin", "auditor"}
SCOPES = {"member", "channel", "partner"}
PUBLIC = frozenset({"everybody"})
OPEN = {"health", "sign_in", "static"}
"""Doors that are open to everybody; a public view elsewhere is named in OPEN_VIEWS."""
OPEN_VIEWS: dict[str, str] = {
    "api.openapi": "what the calls are is no secret; machines read it first",
    "member.help": "who needs help may not be able to sign in",
    "member.ask_for_help": "the request is never refused for want of a sign-in",
    "member.help_received": "whoever asked knows the random key of the request, and learns no word",
    "member.offline": "kept by every browser for when there is no line; nobody is in it",
    "member.manifest": "what a phone needs to keep the club; nobody is in it",
    "sms_receipts.receive": "the SMS gateway can't sign in; it knows a secret of its own",
    "member.calendar_feed": "a calendar program can't sign in; the address is the secret",
}
"""Endpoint -> why everybody may see it."""


@pytest.fixture
def app(db: Database) -> Flask:
    return create_app(database=db)


def unguarded(views: dict[str, Callable[..., Any]]) -> list[str]:
    """Views that don't say for whom they are, or say it in a way that nobody understands."""
    found = []
    for endpoint, view in sorted(views.items()):
        audience = getattr(view, "__audience__", frozenset())
        known = SCOPES if getattr(view, "__bearer__", False) else ROLES
        if not audience:
            found.append(f"{endpoint} says nothing")
        elif audience == PUBLIC:
            if endpoint.split(".")[0] not in OPEN and endpoint not in OPEN_VIEWS:
                found.append(f"{endpoint} is open to everybody")
        elif not audience <= known:
            found.append(f"{endpoint} is for unknown {sorted(audience - known)}")
    return found


@pytest.mark.promise("P31")
@pytest.mark.only("sqlite")
def test_every_route_says_for_whom_it_is(app: Flask) -> None:
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routed <= set(app.view_functions)
    views = {name: app.view_functions[name] for name in routed}
    assert unguarded(views) == []
    assert {
        name
        for name in routed
        if getattr(views[name], "__audience__", None) == PUBLIC and name.split(".")[0] not in OPEN
    } == OPEN_VIEWS.keys()


@pytest.mark.promise("P31")
@pytest.mark.only("sqlite")
def test_nobody_gets_past_a_door_without_signing_in(app: Flask) -> None:
    guarded = [
        rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "__audience__", None) != PUBLIC
    ]
    assert len(guarded) > 100
    assert let_in(app, guarded) == []


@pytest.mark.only("sqlite")
def test_what_everybody_may_open_is_answered(app: Flask) -> None:
    """Files and answers for machines too, which no walk along the links comes upon."""
    client = app.test_client()
    opened = {
        rule.rule: client.get(rule.rule).status_code
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "__audience__", None) == PUBLIC
        and "GET" in (rule.methods or set())
        and not rule.arguments
    }
    assert "/manifest.webmanifest" in opened
    assert {path: status for path, status in opened.items() if status >= 400} == {}


@pytest.mark.only("sqlite")
def test_the_check_finds_a_view_that_lets_everybody_in(app: Flask) -> None:
    (rule,) = (rule for rule in app.url_map.iter_rules() if rule.endpoint == "member.inbox")

    def come_in() -> str:
        return "Come in"

    come_in.__audience__ = PUBLIC  # type: ignore[attr-defined]
    app.view_functions["member.inbox"] = come_in
    assert let_in(app, [rule]) == ["GET /inbox: 200 OK"]


def let_in(app: Flask, rules: list[Rule]) -> list[str]:
    """Calls without a sign-in that are neither sent to the sign-in page nor asked for a token."""
    app.config["WTF_CSRF_ENABLED"] = False  # it would refuse a form before the guard is asked
    client, found = app.test_client(), []
    for rule in rules:
        values = {
            name: 1 if isinstance(rule._converters[name], IntegerConverter) else "X-0000000000-0"
            for name in rule.arguments
        }
        for method in sorted({"GET", "POST", "PUT", "DELETE"} & (rule.methods or set())):
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            answer = client.open(path, method=method)
            sent_away = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
            if not (sent_away or answer.status_code == 401):
                found.append(f"{method} {path}: {answer.status}")
    return found


def test_the_check_bites() -> None:
    def silent() -> None: ...

    def for_all() -> None: ...

    def for_kings() -> None: ...

    for_all.__audience__ = PUBLIC  # type: ignore[attr-defined]
    for_kings.__audience__ = frozenset({"king"})  # type: ignore[attr-defined]
    found = unguarded({"a.silent": silent, "desk.for_all": for_all, "a.for_kings": for_kings})
    assert found == [
        "a.for_kings is for unknown ['king']",
        "a.silent says nothing",
        "desk.for_all is open to everybody",
    ]
    assert unguarded({"sign_in.page": for_all}) == []
