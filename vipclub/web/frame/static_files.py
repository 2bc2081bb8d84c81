"""The static files of all pages: style, script, pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

STATIC = Path(__file__).resolve().parent.parent / "static"


def tree_hash(folder: Path) -> str:
    """One name for all static files together: it changes when one of them does."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def install(app: Flask, *, production: bool) -> str:
    """Serve the static files: `/static/<hash>/name`, kept by browsers for ever, so that files may
    refer to each other by plain relative names; `/static/name` for the few that need a lasting
    address, asked again each time. Returns the hash; `now` in development."""
    version = tree_hash(STATIC) if production else "now"

    def headers(into: Headers, path: str, url: str) -> None:
        into["X-Content-Type-Options"] = "nosniff"
        into["Cross-Origin-Resource-Policy"] = "same-origin"
        if url == "/static/worker.js":
            into["Service-Worker-Allowed"] = "/"

    noise = WhiteNoise(
        app.wsgi_app,
        autorefresh=not production,
        max_age=60 if production else 0,
        immutable_file_test=lambda path, url: production and url.startswith(f"/static/{version}/"),
        add_headers_function=headers,
        allow_all_origins=False,
    )
    if STATIC.is_dir():
        noise.add_files(str(STATIC), prefix=f"/static/{version}/")
        noise.add_files(str(STATIC), prefix="/static/")
    app.wsgi_app = noise  # type: ignore[method-assign]
    return version
