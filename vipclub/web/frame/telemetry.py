"""Around each request: its name, its figures for Prometheus, and its one line in the log
(docs/operating/logs.md). Neither holds an address, a query, or who asked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any, cast

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy import event

from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.telemetry.club_figures import BuildFigures, ClubFigures
from vipclub.telemetry.exposition import exposition
from vipclub.telemetry.process_figures import ProcessFigures

log = structlog.get_logger("vipclub.request")
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TOO_MANY = 429
ANSWERED = "vipclub.answered"
"""In the environment of a request that has its line from here."""


class Tally:
    """What one request has cost so far."""

    __slots__ = ("sent", "statements")

    def __init__(self) -> None:
        self.statements = 0
        self.sent = 0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


class Telemetry:
    """The figures of one process: requests by route and status, how long they took, refusals."""

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram(
            "vipclub_request_seconds",
            "Time to answer, by route",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.refusals = Counter(
            "vipclub_refusals",
            "Requests that were refused, by code",
            ["code"],
            registry=self.registry,
        )
        self.braked = Counter(
            "vipclub_sign_ins_braked",
            "Tries to sign in, or to reset a password, that came too soon after others",
            registry=self.registry,
        )
        self.process = ProcessFigures(self.registry, database)
        self._club = ClubFigures(database)
        for engine in database.engines:
            event.listen(engine, "before_cursor_execute", _count_statement)

    def exposed(self) -> bytes:
        """All figures as text; of all processes where several serve together."""
        self.process.refresh()
        return exposition(self.registry, [self._club, BuildFigures()])

    def begin(self) -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _NAME.fullmatch(given) else secrets.token_hex(8)
        g.started = clock.elapsed()
        g.tally = Tally()
        _tally.set(g.tally)

    def end(self, response: Response) -> Response:
        started, tally = g.get("started", clock.elapsed()), g.get("tally") or Tally()
        route = request.url_rule.rule if request.url_rule else "none"
        method = method_told(request.method)
        request.environ[ANSWERED] = True
        outcome = g.get("outcome")
        self.seconds.labels(method, route, str(response.status_code)).observe(
            clock.elapsed() - started
        )
        if outcome:
            self.refusals.labels(outcome).inc()
        if response.status_code == TOO_MANY and request.blueprint == "sign_in":
            self.braked.inc()
        self.process.refresh()
        response.headers["X-Request-ID"] = cast(str, g.get("request_id", ""))
        line = {
            "request": g.get("request_id"),
            "method": method,
            "route": route,
            "status": response.status_code,
            "outcome": outcome,
            "actor": _kind_of_actor(),
        }
        _at_its_end(response, tally, started, line)
        return response


def method_told(method: str) -> str:
    """A method that is known, or `other`: whoever asks can't invent labels."""
    return method if method in _METHODS else "other"


def _count_statement(*_given: object) -> None:
    tally = _tally.get()
    if tally is not None:
        tally.statements += 1


def _kind_of_actor() -> str:
    """A role, a token's scope, or anonymous: never who, and nobody is looked up for it."""
    if "actor" in g:
        return str(g.actor.kind)
    sign_in = g.get("sign_in")
    return str(sign_in.actor.kind) if sign_in else "anonymous"


def _at_its_end(response: Response, tally: Tally, started: float, line: dict[str, Any]) -> None:
    """The line is written when all is sent, or nobody listens any more."""
    known = 0 if request.method == "HEAD" else response.calculate_content_length()
    if known is None:
        response.response = _counted(response.response, tally)

    def write() -> None:
        log.info(
            "request",
            **line,
            bytes=tally.sent if known is None else known,
            ms=round((clock.elapsed() - started) * 1000, 1),
            statements=tally.statements,
        )

    response.call_on_close(write)


def _counted(parts: Iterable[Any], tally: Tally) -> Iterator[Any]:
    try:
        for part in parts:
            tally.sent += len(part.encode() if isinstance(part, str) else part)
            yield part
    finally:  # whoever hangs up ends what was being read for it, too
        close = getattr(parts, "close", None)
        if close:
            close()


def install(app: Flask, database: Database) -> Telemetry:
    """First of all: what others abort must still be counted."""
    telemetry = Telemetry(database)
    app.before_request(telemetry.begin)
    app.after_request(telemetry.end)
    return telemetry
