"""A real HTTP gateway for SMS to send by, which refuses, stays silent or answers nonsense when told
to; and its description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

SECRET = "a-secret-of-the-gateway-0123456789"
KEY = "the-key-of-the-club-98765"
DESCRIPTION = """
url = "http://127.0.0.1:{port}/v1/send?account=club"
seconds = 3
[headers]
Authorization = "Bearer {key}"
[fields]
to = "{{number}}"
content = "{{text}}"
reference = "{{message}}"
[answer]
id = "data.id"
success = "code"
taken = [0]
refused = ["blocked"]
[receipt]
secret = "{secret}"
header = "X-Token"
id = "id"
status = "state"
delivered = ["DELIVRD"]
failed = ["UNDELIV", "EXPIRED"]
many = "reports"
within_minutes = 5
"""


@dataclass
class SmsGateway:
    """What it took, request by request: the path, the headers and the fields. `status` and `code`
    are its next answers; `says` is its whole answer instead."""

    port: int = 0
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    status: int = 200
    code: Any = 0
    says: bytes | None = None

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Number and text of each SMS that it took."""
        return [(fields["to"], fields["content"]) for _, _, fields in self.asked]

    def description(self, folder: Path, text: str = DESCRIPTION, **more: str) -> Path:
        """Its description in a folder."""
        path = folder / "gateway.toml"
        path.write_text(text.format(port=self.port, key=KEY, secret=SECRET, **more))
        path.chmod(0o600)
        return path


@pytest.fixture
def sms_gateway() -> Iterator[SmsGateway]:
    gateway = SmsGateway()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form = self.headers.get("Content-Type", "").startswith("application/x-www")
            fields = dict(parse_qsl(body.decode())) if form else json.loads(body)
            self._answer(fields)

        def do_GET(self) -> None:
            self._answer(dict(parse_qsl(urlsplit(self.path).query)))

        def _answer(self, fields: dict[str, Any]) -> None:
            gateway.asked.append((self.path, dict(self.headers), fields))
            told = {"code": gateway.code, "data": {"id": f"g{len(gateway.asked)}"}}
            says = gateway.says if gateway.says is not None else json.dumps(told).encode()
            self.send_response(gateway.status)
            self.send_header("Content-Length", str(len(says)))
            self.end_headers()
            self.wfile.write(says)

        def log_message(self, *_told: Any) -> None:
            """The tests look at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    gateway.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield gateway
    server.shutdown()
    server.server_close()
