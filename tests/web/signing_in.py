"""Everybody who may sign in: an account a role, and a browser for each."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from vipclub import accounts
from vipclub.app import create_app
from vipclub.core.db import Database

PASSWORD = "a quiet harbour in May"


def an_account(
    db: Database,
    role: str,
    *,
    login: str | None = None,
    language: str = "en",
    scopes: list[tuple[str, str]] | None = None,
) -> accounts.AccountRow | Any:
    """An account that can sign in by `PASSWORD`."""
    return db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login=login or f"{role}@club.example",
        role=role,
        display_name=f"Somebody {role}",
        language=language,
        password=PASSWORD,
        scopes=scopes or [],
    )


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The CSRF token of a page's form, as a browser would send it back."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has no form"
    return found[1]


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, **more: str) -> Any:
    """Fill the sign-in form and send it."""
    form = {"login": login, "password": password, "csrf_token": csrf_token(client), **more}
    return client.post("/sign-in", data=form)


def a_client(db: Database, role: str, *scopes: tuple[str, str]) -> FlaskClient:
    """A browser of an application of its own, signed in with a new account of the role."""
    an_account(db, role, scopes=list(scopes))
    return signed_in(create_app(database=db), role)


def signed_in(app: Flask, role: str) -> FlaskClient:
    """A browser in which the role's account is signed in."""
    client = app.test_client()
    answer = sign_in(client, f"{role}@club.example")
    assert answer.status_code == 303, answer.text
    return client
