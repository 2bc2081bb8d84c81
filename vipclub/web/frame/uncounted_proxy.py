"""Says that requests come through a proxy which the settings don't count: all of them then look
like one visitor, and one attacker brakes everybody's sign-in. It is in the log once a process, and
on record for the page of first steps, once for all processes and without any address."""

from __future__ import annotations

import structlog
from flask import Flask, current_app, request
from sqlalchemy.exc import DBAPIError

from vipclub.core import clock, notices
from vipclub.core.errors import Refused

FORWARDED = "X-Forwarded-For"
HEALTH = "health"
"""Its answers wait for no database."""
AGAIN = 3600
"""Seconds after which a process puts it on record anew."""
log = structlog.get_logger("vipclub.web")


def install(app: Flask) -> None:
    """For a club whose VIPCLUB_PROXIES is 0."""
    said, noted_at = False, float("-inf")

    def notice() -> None:
        nonlocal said, noted_at
        if FORWARDED not in request.headers:
            return
        if not said:
            said = True
            log.warning(
                "uncounted_proxy",
                setting="VIPCLUB_PROXIES",
                instead="A request carries X-Forwarded-For while VIPCLUB_PROXIES is 0: write how "
                "many proxies stand in front, or have the proxy take the header away.",
            )
        if request.blueprint != HEALTH and clock.elapsed() - noted_at >= AGAIN:
            noted_at = clock.elapsed()
            put_on_record()

    app.before_request(notice)


def put_on_record() -> None:
    """A database that is away has its own alarm: the request goes on."""
    try:
        current_app.extensions["vipclub"].db.run(notices.note, notices.UNCOUNTED_PROXY)
    except (Refused, DBAPIError):
        log.info("notice_not_kept", notice=notices.UNCOUNTED_PROXY)
