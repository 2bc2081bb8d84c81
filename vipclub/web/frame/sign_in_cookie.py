"""The sign-in cookie. flask-login as a thin shell: the cookie holds a random token, the truth is
a row.
"""

from __future__ import annotations

import contextlib

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from vipclub import accounts, bookings, messages
from vipclub.accounts import SignIn
from vipclub.core.errors import Refused
from vipclub.core.reference_data import VERSION
from vipclub.web.frame.request_context import db, end_reading, learn_number, read, request_id

_SIGN_IN = accounts.sign_in_statement(VERSION, messages.UNREAD, bookings.OPEN_TICKETS)
"""Who asks, with what every page wants beside: one statement."""


class SignedInUser(UserMixin):  # type: ignore[misc]
    """What flask-login carries: the token of the cookie, and the sign-in behind it."""

    def __init__(self, token: str, sign_in: SignIn) -> None:
        self.token = token
        self.sign_in = sign_in

    def get_id(self) -> str:
        return self.token


def load(token: str) -> SignedInUser | None:
    """One statement; a second, in its own transaction, at most once a minute."""
    with read() as reading:
        sign_in = accounts.sign_in_of_session(
            reading, token, request_id=request_id(), statement=_SIGN_IN
        )
        if sign_in is not None:
            learn_number(reading, sign_in.beside["reference_version"])
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
    app.teardown_request(lambda _error: end_reading())
