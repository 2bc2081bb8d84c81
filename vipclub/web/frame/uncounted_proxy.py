"""Says once a process that requests come through a proxy which the settings don't count: all of
them then look like one visitor, and one attacker brakes everybody's sign-in."""

from __future__ import annotations

import structlog
from flask import Flask, request

FORWARDED = "X-Forwarded-For"
log = structlog.get_logger("vipclub.web")


def install(app: Flask) -> None:
    """For a club whose VIPCLUB_PROXIES is 0."""
    said = False

    def notice() -> None:
        nonlocal said
        if said or FORWARDED not in request.headers:
            return
        said = True
        log.warning(
            "uncounted_proxy",
            setting="VIPCLUB_PROXIES",
            instead="A request carries X-Forwarded-For while VIPCLUB_PROXIES is 0: write how many "
            "proxies stand in front, or have the proxy take the header away.",
        )

    app.before_request(notice)
