"""The sign-in cookie. flask-login as a thin shell: the cookie holds a random token, the truth is
a row.
"""

from __future__ import annotations

import contextlib

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from vipclub import accounts
from vipclub.accounts import SignIn
from vipclub.core.errors import Refused
from vipclub.web.frame.request_context import db, request_id


class SignedInUser(UserMixin):  # type: ignore[misc]
    """What flask-login carries: the token of the cookie, and the sign-in behind it."""

    def __init__(self, token: str, sign_in: SignIn) -> None:
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        return self.token


def load(token: str) -> SignedInUser | None:
    """One statement; a second, in its own transaction, at most once a minute."""
    with db().read() as reading:
        sign_in = accounts.sign_in_of_session(reading, token, request_id=request_id())
    if sign_in is None:
        return None
    if sign_in.stale:
        with contextlib.suppress(Refused):  # a busy database doesn't keep anybody out
            db().run(accounts.stamp_session, session_id=sign_in.session_id)
    return SignedInUser(token, sign_in)


def begin(token: str, sign_in: SignIn) -> None:
    """A new cookie at sign-in: nothing of the old one stays but the language."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    session.permanent = sign_in.role == "member"  # staff sign in anew with each browser session
    login_user(SignedInUser(token, sign_in))


def end() -> None:
    """Forget the cookie; the row is ended by `accounts.sign_out`."""
    logout_user()
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language


def install(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # it trusts X-Forwarded-For and signs phones out
    manager.user_loader(load)
    manager.init_app(app)
