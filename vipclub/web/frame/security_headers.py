"""Security headers on every answer, whatever it is."""

from __future__ import annotations

from flask import Flask, Response, request

CSP = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # Flask-WTF looks at the Referer over TLS
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


def install(app: Flask, *, production: bool) -> None:
    """An answer is not kept by anybody unless its view says so: most are about a person."""

    wanted = {**HEADERS, "Cache-Control": "no-store"}
    if production:
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    by_key = {name.lower(): (name, value) for name, value in wanted.items()}

    def add(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend([pair for key, pair in by_key.items() if key not in given])
        if request.path == "/sign-out" and response.status_code < 400:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    app.after_request(add)
