"""Agents of the desk, each with a browser."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import sun
from tests.web.signing_in import an_account, sign_in
from vipclub.core.actor import Actor
from vipclub.core.db import Database


def an_agent_with_browser(db: Database, app: Flask, name: str) -> tuple[Actor, FlaskClient]:
    """Somebody of the desk, and the browser in which they are signed in."""
    login = f"{name}@club.example"
    made = an_account(db, "desk", login=login)
    browser = app.test_client()
    assert sign_in(browser, login).status_code == 303
    return replace(sun(), account_id=made.id, account_ref=made.public_ref), browser
