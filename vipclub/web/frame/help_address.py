"""The address of the red button turns nobody away: whatever is sent there, of whatever size and in
whatever shape, from whatever page, the application sees a small plain form of what could be read
of it. It knows no cookie there and sets none, so that another site's page asks in nobody's name
(docs/decisions.md 59)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Field, MultipartDecoder, NeedData

from vipclub.web.frame.request_checks import readable_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDRESS = "/help/ask"
FIELDS = frozenset({"tap", "who", "where", "phone", "place", "what", "quick"})
LONGEST = 8000
"""Characters of a field that are passed on; less of them is kept."""
MOST_READ, MOST_DRAINED = 1024 * 1024, 16 * 1024 * 1024
"""Bytes that are looked at, and that are taken and thrown away, so that whoever sends them reads
the answer."""
PIECE = 64 * 1024


class HelpAddress:
    """Around the application."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != ADDRESS or environ.get("REQUEST_METHOD") != "POST":
            return self._application(environ, start)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:  # noqa: ANN401
            kept = [header for header in headers if header[0].lower() != "set-cookie"]
            return start(status, kept, *more)

        _make_plain(environ)
        return self._application(environ, begin)


def _make_plain(environ: WSGIEnvironment) -> None:
    given = form_of(_first_of(environ), environ.get("CONTENT_TYPE", ""))
    body = urlencode(given).encode()
    for name in ("HTTP_COOKIE", "HTTP_SEC_FETCH_SITE", "HTTP_TRANSFER_ENCODING"):
        environ.pop(name, None)
    if not readable_address(environ):
        environ["QUERY_STRING"], environ["RAW_URI"] = "", ADDRESS
    environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)


def _first_of(environ: WSGIEnvironment) -> bytes:
    """The beginning of a body, as far as it is looked at and as it came; of what has neither a
    length nor an end, nothing."""
    told = str(environ.get("CONTENT_LENGTH") or "")
    left = int(told) if told.isdigit() else 0
    if not told and environ.get("wsgi.input_terminated"):
        left = MOST_DRAINED
    left, found = min(left, MOST_DRAINED), bytearray()
    try:
        while left > 0 and (piece := environ["wsgi.input"].read(min(left, PIECE))):
            found += piece[: MOST_READ - len(found)]
            left -= len(piece)
    except OSError:  # the line dropped: what came of it counts
        pass
    return bytes(found)


def form_of(body: bytes, content_type: str) -> dict[str, str]:
    """The first value of each field of the request that can be read of a body, however much of it
    is there.

    >>> form_of(b"phone=12%0034&what=%E5%8C%BB%E9&other=1&phone=5", "")
    {'phone': '1234', 'what': '医?'}
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "") if kind == "multipart/form-data" else ""
    pairs = _of_parts(body, boundary.encode()) if boundary else _of_query(body)
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in FIELDS and not found.get(name):
            found[name] = _legible(name, value)
    return found


def _of_query(body: bytes) -> Iterator[tuple[str, str]]:
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name.isascii() and name.decode() in FIELDS:
            text = value[: 9 * LONGEST].decode("utf-8", "replace")
            yield name.decode(), unquote_plus(text, errors="replace")


def _of_parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    decoder = MultipartDecoder(boundary)
    decoder.receive_data(body + b"\r\n--" + boundary + b"--\r\n")  # what was cut off ends here
    name: str | None = None
    try:
        while not isinstance(event := decoder.next_event(), NeedData):
            if isinstance(event, Field):
                name = event.name
            elif isinstance(event, Data) and name is not None:
                yield name, event.data.decode("utf-8", "replace")
                name = None
            else:
                name = None
    except (ValueError, AttributeError):  # no form from here on
        return


def _legible(name: str, text: str) -> str:
    """Without what no text holds; a question mark where something was lost, but in a number."""
    kept = "".join(
        one for one in text[:LONGEST] if one in "\n\t" or unicodedata.category(one) != "Cc"
    )
    return kept.replace("\ufffd", "" if name == "phone" else "?")
