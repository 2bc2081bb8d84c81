"""Each request has a name and one log line, without its query; times by route for Prometheus."""

from __future__ import annotations

import re
import secrets
from typing import cast

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram

from vipclub.core import clock

log = structlog.get_logger("vipclub.request")
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Telemetry:
    """The figures of one process: requests by route and status, and how long they took."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "vipclub_request_seconds",
            "Time to answer, by route",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def begin(self) -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _NAME.fullmatch(given) else secrets.token_hex(8)
        g.started = clock.elapsed()

    def end(self, response: Response) -> Response:
        took = clock.elapsed() - g.get("started", clock.elapsed())
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        self.seconds.labels(method, route, str(response.status_code)).observe(took)
        response.headers["X-Request-ID"] = cast(str, g.get("request_id", ""))
        log.info(
            "request",
            request=g.get("request_id"),
            method=method,
            route=route,
            status=response.status_code,
            outcome=g.get("outcome"),
            ms=round(took * 1000, 1),
        )
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask) -> Telemetry:
    """First of all: what others abort must still be counted."""
    telemetry = Telemetry()
    app.before_request(telemetry.begin)
    app.after_request(telemetry.end)
    return telemetry
