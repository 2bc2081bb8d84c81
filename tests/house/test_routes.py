"""Every route says for whom it is, and is guarded by that."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from flask import Flask

from vipclub.core.db import Database

ROLES = {"member", "manager", "partner", "desk", "operations", "policy", "admin", "auditor"}
SCOPES = {"member", "channel", "partner"}
PUBLIC = frozenset({"everybody"})
OPEN = {
    "health", "sign_in", "static",
}  # fmt: skip
"""Doors that are open to everybody; a public view elsewhere is named in OPEN_VIEWS."""
OPEN_VIEWS: dict[str, str] = {
    "api.openapi": "what the calls are is no secret; machines read it first",
    "member.help": "who needs help may not be able to sign in",
    "member.calendar_feed": "a calendar program can't sign in; the address is the secret",
}
"""Endpoint -> why everybody may see it."""


@pytest.fixture
def app(db: Database) -> Flask:
    try:
        made: Flask = import_module("vipclub.app").create_app(database=db)
    except (ImportError, AttributeError) as missing:
        if "vipclub." not in str(missing):
            raise
        pytest.skip(f"not built yet: {missing}")
    return made


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


@pytest.mark.only("sqlite")
def test_every_route_says_for_whom_it_is(app: Flask) -> None:
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routed <= set(app.view_functions)
    assert unguarded({name: app.view_functions[name] for name in routed}) == []


@pytest.mark.only("sqlite")
def test_nobody_gets_past_a_door_without_signing_in(app: Flask) -> None:
    client, wrong = app.test_client(), []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "__audience__", None) == PUBLIC:
            continue
        with app.test_request_context():
            path = rule.rule
        for argument in rule.arguments:
            for shape in (f"<{argument}>", f"<string:{argument}>", f"<path:{argument}>"):
                path = path.replace(shape, "X-0000000000-0")
        for method in sorted({"GET", "POST", "PUT", "DELETE"} & (rule.methods or set())):
            answer = client.open(path, method=method)
            refused = answer.status_code in {400, 401, 403, 404}  # 400: no CSRF token
            sent_away = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
            if not (refused or sent_away):
                wrong.append(f"{method} {path}: {answer.status}")
    assert wrong == []


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
