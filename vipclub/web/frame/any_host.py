"""The addresses for probers answer whatever host is asked for: a balancer or Prometheus asks by
address. They also know no cookie: nothing in them is anybody's own. All other addresses still
refuse hosts that aren't the club's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBED = frozenset({"/healthz", "/readyz", "/metrics"})


class AnyHost:
    """Around the application: probers ask for the club's own host, and bring nothing along."""

    def __init__(self, application: WSGIApplication, host: str) -> None:
        self._application = application
        self._host = host.lstrip("*.") or "127.0.0.1"

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PROBED:
            environ["HTTP_HOST"] = self._host
            environ.pop("HTTP_COOKIE", None)
        return self._application(environ, start)
