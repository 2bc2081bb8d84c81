"""Puts the frame around the doors, in the one order that works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from vipclub.core.db import Database
from vipclub.core.i18n import N_
from vipclub.settings import Settings
from vipclub.telemetry.readiness import ReadinessCheck
from vipclub.web.frame import (
    any_host,
    cookie_secrets,
    doors,
    error_pages,
    help_address,
    language,
    request_checks,
    security_headers,
    sign_in_cookie,
    static_files,
    static_lines,
    telemetry,
    template_globals,
    uncounted_proxy,
)

MEGABYTE = 1024 * 1024


@dataclass
class Club:
    """What the doors of one process share."""

    settings: Settings
    db: Database
    telemetry: telemetry.Telemetry
    readiness: ReadinessCheck
    csrf: CSRFProtect


def configure(app: Flask, settings: Settings) -> None:
    """Flask's defaults are open-handed; these are not."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-vip" if settings.production else "vip",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE // 2,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=settings.hosts,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in
        TEMPLATES_AUTO_RELOAD=not settings.production,
    )


def hotlines(settings: Settings) -> list[tuple[str, str, str]]:
    """The numbers behind the help button: as written, as dialled, and for whom (to translate)."""
    numbers = (
        (settings.hotline, N_("In mainland China")),
        (settings.hotline_abroad, N_("In Hong Kong and abroad")),
    )
    return [(written, re.sub(r"[^+\d]", "", written), whom) for written, whom in numbers]


def install(app: Flask, settings: Settings, db: Database) -> Club:
    """First telemetry, last CSRF: a stranger's POST is asked to sign in before it is asked for a
    token.
    """
    configure(app, settings)
    cookie_secrets.install(app, settings, db)
    measured = telemetry.install(app, db)
    security_headers.install(app, production=settings.production)
    request_checks.install(app)
    sign_in_cookie.install(app)
    language.install(app)
    doors.install(app)
    csrf = CSRFProtect()
    csrf.init_app(app)
    error_pages.install(app)
    version = static_files.install(app, production=settings.production)
    template_globals.install(app, version=version)
    app.jinja_env.globals["hotlines"] = hotlines(settings)
    app.wsgi_app = static_lines.StaticLines(  # type: ignore[method-assign, assignment]
        app.wsgi_app, measured
    )
    app.wsgi_app = any_host.AnyHost(  # type: ignore[method-assign, assignment]
        app.wsgi_app, settings.hosts[0]
    )
    app.wsgi_app = help_address.HelpAddress(  # type: ignore[method-assign, assignment]
        app.wsgi_app
    )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    else:
        uncounted_proxy.install(app)
    club = Club(settings, db, measured, ReadinessCheck(db), csrf)
    app.extensions["vipclub"] = club
    return club
