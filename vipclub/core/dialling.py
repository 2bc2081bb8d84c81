"""One call to an address, within limits: the number is looked at before it is dialled and is the
one that is dialled, nothing is followed, and neither time nor bytes are the other side's to spend.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, cast

from vipclub.core import clock
from vipclub.core.internet_addresses import Address, may_be_called

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SECONDS = 10.0
"""From the look-up of the name to the end of the answer's head."""
DNS_SECONDS = 4.0
MOST_BYTES = 64 * 1024
MOST_SAID = 16 * 1024
MOST_NUMBERS = 3
AGENT = "vipclub/1"

Resolve = Callable[[str, int], list[str]]


class CallFailed(Exception):
    """No answer that counts. `problem` is a code: name, address, refused, tls, late, large,
    broken, redirect or status; `answer` is the HTTP status when there is one."""

    def __init__(self, problem: str, answer: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, which is 2xx, and where it was asked for what the answer says."""

    status: int
    body: bytes = field(default=b"", repr=False)


@cache
def trust() -> ssl.SSLContext:
    """The host's certificate authorities; names are checked."""
    return ssl.create_default_context()


def numbers_of(host: str, port: int) -> list[str]:
    """The IP numbers behind a name, by the host's resolver, which has no time limit of its own.
    Raises CallFailed."""
    found: list[list[str]] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers = []
        found.append(list(dict.fromkeys(str(answer[4][0]) for answer in answers)))

    thread = threading.Thread(target=look_up, name="dns", daemon=True)
    thread.start()
    thread.join(DNS_SECONDS)
    if not found or not found[0]:
        raise CallFailed("name")
    return found[0]


@dataclass(frozen=True)
class Dialer:
    """Calls addresses. With `loopback` http goes to this host and no other; with `anywhere` the
    number isn't looked at: the club's keeper named the address, not a stranger."""

    loopback: bool = False
    anywhere: bool = False
    resolve: Resolve = numbers_of
    seconds: float = SECONDS
    context: Callable[[], ssl.SSLContext] = field(default=trust, repr=False)

    def post(self, address: Address, body: bytes, headers: Mapping[str, str]) -> int:
        """POST, once; gives the status of an answer that is 2xx. Raises CallFailed."""
        return self.ask(address, body, headers, most=0).status

    def ask(
        self,
        address: Address,
        body: bytes,
        headers: Mapping[str, str],
        *,
        method: str = "POST",
        most: int = MOST_SAID,
    ) -> Answer:
        """One call; gives an answer that is 2xx, with `most` bytes of what it says. Raises
        CallFailed."""
        deadline = _Deadline(self.seconds)
        try:
            with self._connected(address, deadline) as connection:
                _send(connection, method, address, body, headers, deadline)
                return _read_answer(connection, method, deadline, most)
        except TimeoutError:
            raise CallFailed("late") from None
        except ssl.SSLError:
            raise CallFailed("tls") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise CallFailed("broken") from None

    def _connected(self, address: Address, deadline: _Deadline) -> socket.socket:
        """A connection to the very number that was looked at: asking twice for a name may give two
        answers. One number that isn't public spoils the name."""
        loopback = self.loopback and address.scheme == "http"
        numbers = self.resolve(address.host, address.port)
        if not numbers or not all(self._may_call(n, loopback) for n in numbers):
            raise CallFailed("address" if numbers else "name")
        for number in numbers[:MOST_NUMBERS]:
            kind = socket.AF_INET6 if ":" in number else socket.AF_INET
            plain = socket.socket(kind, socket.SOCK_STREAM)
            try:
                plain.settimeout(deadline.left() / 2)
                plain.connect((number, address.port))
                return self._secured(plain, address, deadline)
            except ssl.SSLError:
                plain.close()
                raise
            except OSError:
                plain.close()
        if deadline.left() < self.seconds / 4:
            raise CallFailed("late")
        raise CallFailed("refused")

    def _may_call(self, number: str, loopback: bool) -> bool:
        return (self.anywhere and not loopback) or may_be_called(number, loopback=loopback)

    def _secured(
        self, plain: socket.socket, address: Address, deadline: _Deadline
    ) -> socket.socket:
        if address.scheme == "http":
            return plain
        plain.settimeout(deadline.left())
        return self.context().wrap_socket(plain, server_hostname=address.host)


class _Deadline:
    """The moment when patience ends."""

    def __init__(self, seconds: float) -> None:
        self._end = clock.elapsed() + seconds

    def left(self) -> float:
        """Raises TimeoutError when nothing is left."""
        left = self._end - clock.elapsed()
        if left <= 0:
            raise TimeoutError
        return left


class _Received(io.RawIOBase):
    """The bytes of an answer, under the deadline and the limit at each read: one that drips a byte
    a second is late all the same."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._left <= 0:
            raise CallFailed("large")
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count

    def makefile(self, *_mode: object, **_more: object) -> io.BufferedReader:
        """As http.client asks a socket for it."""
        return io.BufferedReader(self)


def _send(
    connection: socket.socket,
    method: str,
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    deadline: _Deadline,
) -> None:
    lines = {
        "Host": address.authority,
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    connection.settimeout(deadline.left())
    connection.sendall(f"{method} {address.target} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body)


def _read_answer(connection: socket.socket, method: str, deadline: _Deadline, most: int) -> Answer:
    """The status, and `most` bytes of what follows the head of the answer; the rest isn't read."""
    source = cast(socket.socket, _Received(connection, deadline))
    answer = http.client.HTTPResponse(source, method=method)
    try:
        answer.begin()
        status = answer.status
        body = answer.read(most) if most and 200 <= status < 300 else b""
    finally:
        answer.close()
    if 300 <= status < 400:
        raise CallFailed("redirect", status)
    if not 200 <= status < 300:
        raise CallFailed("status", status)
    return Answer(status, body)
