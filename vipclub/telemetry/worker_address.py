"""Where `vipclub worker --metrics HOST:PORT` tells its own figures, by the same rule of access."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry

from vipclub.core.db import Database
from vipclub.settings import Settings, SettingsError
from vipclub.telemetry.access import LOOPBACK, may_read
from vipclub.telemetry.club_figures import BuildFigures
from vipclub.telemetry.exposition import CONTENT_TYPE, exposition
from vipclub.telemetry.process_figures import ProcessFigures


class WorkerAddress:
    """Listens from the beginning on; answers `/metrics` and `/healthz` in threads of its own."""

    def __init__(self, place: str, settings: Settings, database: Database) -> None:
        host, port = _host_and_port(place)
        if host not in LOOPBACK and not settings.metrics_token.get_secret_value():
            raise SettingsError(
                f"--metrics {place} can be reached from elsewhere, so that VIPCLUB_METRICS_TOKEN "
                "is needed: set it, or listen on 127.0.0.1."
            )
        registry = CollectorRegistry()
        figures = ProcessFigures(registry, database)

        class Answer(BaseHTTPRequestHandler):
            """GET only; anybody else is told that nothing is here."""

            timeout = 10
            server_version, sys_version = "vipclub", ""

            def do_GET(self) -> None:
                if self.path == "/healthz":
                    self._send(200, b'{"status":"alive"}\n', "application/json")
                elif self.path == "/metrics" and self._may_read():
                    figures.refresh()
                    self._send(200, exposition(registry, [BuildFigures()]), CONTENT_TYPE)
                else:
                    self._send(404, b"", "text/plain")

            def _may_read(self) -> bool:
                return may_read(settings, self.headers.get, self.client_address[0])

            def _send(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_given: object) -> None:
                """No line: a worker's log is of its jobs."""

        try:
            self._server = ThreadingHTTPServer((host, port), Answer)
        except OSError as error:
            raise SettingsError(f"--metrics {place}: {error.strerror or error}.") from None
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="figures", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _host_and_port(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f"--metrics {place} is no HOST:PORT, such as 127.0.0.1:9101.")
    return host.strip("[]"), int(port)
