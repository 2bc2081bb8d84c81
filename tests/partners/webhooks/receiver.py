"""A partner's system: a real HTTP server on this host, which notes what it is told and answers as
it was asked to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def timestamp(self) -> int:
        return int(self.headers["webhook-timestamp"])

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def signed_by(self, secret: str) -> bool:
        """As the specification tells a receiver to check, written apart from our own signing."""
        key = base64.b64decode(secret.split("_", 1)[1])
        content = f"{self.event_id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        given = [part.split(",", 1) for part in self.headers["webhook-signature"].split(" ")]
        return any(
            version == "v1" and hmac.compare_digest(value, expected) for version, value in given
        )


@dataclass
class Receiver:
    """`answers` are given in turn, the last one for ever: a status, or "slow", "drip", "endless
    head", "endless body", "silent"."""

    answers: list[int | str] = field(default_factory=lambda: [200])
    location: str = "http://127.0.0.1:1/"
    certificate: Path | None = None
    calls: list[Call] = field(default_factory=list)

    def __enter__(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                named = {name.lower(): value for name, value in self.headers.items()}
                receiver.calls.append(Call(self.path, named, self.rfile.read(length)))
                answers = receiver.answers
                receiver._answer(self, answers.pop(0) if len(answers) > 1 else answers[0])

            def log_message(self, *_args: object) -> None: ...

        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/club?from=vip"

    def _answer(self, request: BaseHTTPRequestHandler, answer: int | str) -> None:
        out = request.wfile
        try:
            if answer == "slow":
                self._over.wait(20)
            elif answer == "silent":
                request.connection.close()
            elif answer == "drip":
                for byte in b"HTTP/1.1 200 OK\r\n" + b"x" * 400:
                    out.write(bytes([byte]))
                    if self._over.wait(0.05):
                        return
            elif answer == "endless head":
                out.write(b"HTTP/1.1 200 OK\r\n")
                while not self._over.is_set():
                    out.write(b"X-Filler: " + b"x" * 1000 + b"\r\n")
            elif answer == "endless body":
                out.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not self._over.is_set():
                    out.write(b"x" * 65536)
            else:
                request.send_response(int(answer))
                if 300 <= int(answer) < 400:
                    request.send_header("Location", self.location)
                request.end_headers()
                out.write(b"an error page with a stack trace")
        except OSError:
            time.sleep(0)  # the caller went away, as it should
