"""Static files are served before the application is asked: their line in the log and their figures
are like those of all other requests."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from vipclub.core import clock
from vipclub.web.frame.telemetry import ANSWERED, Telemetry, log, method_told

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "/static/<file>"


class StaticLines:
    """Around all: what the application itself answered has its line already."""

    def __init__(self, application: WSGIApplication, telemetry: Telemetry) -> None:
        self._application = application
        self._telemetry = telemetry

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith("/static/"):
            return self._application(environ, start)
        began, name = clock.elapsed(), secrets.token_hex(8)
        told: dict[str, Any] = {"status": 0, "bytes": 0}

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:  # noqa: ANN401
            if not environ.get(ANSWERED):
                sizes = [int(value) for key, value in headers if key.lower() == "content-length"]
                empty = environ["REQUEST_METHOD"] == "HEAD"
                told.update(status=int(status[:3]), bytes=0 if empty else sum(sizes))
                headers = [*headers, ("X-Request-ID", name)]
            return start(status, headers, *more)

        def end() -> None:
            if environ.get(ANSWERED):
                return
            took, method = clock.elapsed() - began, method_told(environ["REQUEST_METHOD"])
            self._telemetry.seconds.labels(method, ROUTE, str(told["status"])).observe(took)
            log.info(
                "request",
                request=name,
                method=method,
                route=ROUTE,
                **told,
                outcome=None,
                actor="anonymous",
                ms=round(took * 1000, 1),
                statements=0,
            )

        return ClosingIterator(self._application(environ, begin), end)
