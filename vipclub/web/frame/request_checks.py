"""What is turned away before anybody looks at it: wrongly encoded addresses and forms, and writes
that another site's page sends. The token in each form is `app_setup`'s (Flask-WTF)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

from vipclub.core.errors import Malformed

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def readable(raw: bytes) -> bool:
    """Strict UTF-8 without NUL."""
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


def check() -> None:
    """Before each request: 400 for what is not UTF-8, and 403 for a write that another site's page
    sends. Of the request for help neither is left by then (`help_address`)."""
    if not readable_address(request.environ):
        raise Malformed("URL")
    if request.method in UNSAFE and not request.path.startswith("/api/"):
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            abort(403)
        for name, value in request.form.items(multi=True):
            if "\0" in name + value or "\ufffd" in name + value:
                raise Malformed(name.replace("\0", "")[:40])


def _plain(part: str | None) -> bool:
    """Nothing in it is written otherwise than it is meant, as in most addresses."""
    return not part or (part.isascii() and part.isprintable() and "%" not in part)


def readable_address(environ: Mapping[str, Any]) -> bool:
    """Whether path and query are strict UTF-8 without NUL."""
    if all(map(_plain, map(environ.get, ("PATH_INFO", "QUERY_STRING", "RAW_URI")))):
        return True
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace")
    query = unquote_to_bytes(environ.get("QUERY_STRING", "").encode("latin-1", "replace"))
    raw = environ.get("RAW_URI", "").encode(
        "latin-1", "replace"
    )  # the server's PATH_INFO may be mended
    return readable(path) and readable(query) and readable(unquote_to_bytes(raw))


def install(app: Flask) -> None:
    app.before_request(check)
