"""The secrets that sign cookies and forms: the one in force signs, all that are held are accepted,
so that a change of VIPCLUB_SECRET_KEY ends no sign-in and spoils no open form."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from vipclub.core.crypto import KeyNotHeld
from vipclub.core.db import Database
from vipclub.core.key_checks import check_value
from vipclub.core.key_register import SECRET
from vipclub.settings import Settings


class SessionCookie(SecureCookieSessionInterface):
    """Flask's own, whose signer is made once for its secrets and not with each request. A call of
    the API has no cookie: it can't write into one, and nothing is read or sent."""

    def __init__(self) -> None:
        self._made: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith("/api/") else super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        secrets = (app.config["SECRET_KEY"], *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        made_for, signer = self._made
        if made_for != secrets:
            signer = super().get_signing_serializer(app)
            self._made = secrets, signer
        return signer


def install(app: Flask, settings: Settings, db: Database) -> None:
    """Choose now and, while there are several, before each request: which is in force changes while
    the server runs."""
    by_check = {check_value(secret.encode()): secret for secret in settings.secrets}

    def choose() -> None:
        told = db.cipher.in_force
        held = {c: s for c, s in by_check.items() if (SECRET, c) not in told.retired}
        signing = held.get(told.secret or "") or next(iter(held.values()), settings.secrets[0])
        if app.config["SECRET_KEY"] == signing and len(held) == app.config["SECRETS_HELD"]:
            return
        others = [secret for secret in held.values() if secret != signing]
        app.config.update(
            SECRET_KEY=signing,
            SECRET_KEY_FALLBACKS=others,
            WTF_CSRF_SECRET_KEY=[*others, signing],
            SECRETS_HELD=len(held),
        )

    app.session_interface = SessionCookie()
    app.config.update(SECRET_KEY=None, SECRETS_HELD=0)
    if len(by_check) > 1:
        with suppress(KeyNotHeld):  # whoever writes meets it
            db.learn_keys()
    choose()
    if len(by_check) > 1:
        app.before_request(choose)
