"""Trying to sign in, and who is signed in by it."""

from __future__ import annotations

from typing import Any

from tests.web.signing_in import PASSWORD
from vipclub import accounts
from vipclub.core.actor import Actor
from vipclub.core.db import Database

LOGIN = "desk@club.example"


def try_to_sign_in(
    db: Database, login: str = LOGIN, password: str = PASSWORD, ip: str = "10.0.0.1"
) -> Any:
    """What `accounts.sign_in` answers, from one address unless told otherwise."""
    return db.run(accounts.sign_in, login=login, password=password, ip=ip, user_agent="test")


def present_sign_in(db: Database, token: str) -> accounts.SignIn | None:
    """Who a cookie's token signs in now."""
    with db.read() as session:
        return accounts.sign_in_of_session(session, token)


def actor_of_bearer(db: Database, bearer: str) -> Actor | None:
    """Who a token stands for, with its use noted, as the API's door does it."""
    with db.read() as session:
        found = accounts.bearer_of_token(session, bearer)
    if found is None:
        return None
    if found.stale:
        db.run(accounts.stamp_token, token_id=found.token_id)
    return found.actor
