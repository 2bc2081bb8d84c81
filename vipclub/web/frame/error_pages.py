"""How a no looks: a page with a sentence and a way on, or problem+json for the API."""

from __future__ import annotations

import json
from datetime import date, datetime

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, gettext, present, say
from vipclub.web.frame.request_context import current_language, request_id

log = structlog.get_logger("vipclub.web")

HEADINGS = {
    400: N_("We can't read this"),
    401: N_("Please sign in"),
    403: N_("This is not for your role"),
    404: N_("We can't find this"),
    405: N_("This can't be done this way"),
    409: N_("That was not possible"),
    413: N_("This is too large"),
    422: N_("That was not possible"),
    429: N_("Too many attempts"),
    500: N_("Something broke on our side"),
    503: N_("One moment, please"),
}
SENTENCES = {
    400: N_("The address or the form came in a shape that we can't read."),
    401: N_("You need to sign in for this."),
    403: N_("Your role doesn't include this."),
    404: N_("It doesn't exist, or it is not yours to see."),
    405: N_("The address exists, but not for this kind of request."),
    413: N_("What you sent is larger than we can take."),
    414: N_("The address is longer than we can read."),
    415: N_("What you sent is of a kind that we can't read."),
    429: N_("Please wait a little and try again."),
    500: N_("It has been noted. Nothing was changed; please try again, or call the service desk."),
}
CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    414: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
    500: "internal",
    503: "busy",
}
EXPIRED_FORM = N_(
    "This page was open too long, or you signed in again meanwhile. Please open it again."
)


def for_machine() -> bool:
    return request.path.startswith("/api/")


def problem(status: int, code: str, title: str, **extra: object) -> Response:
    """RFC 9457: `type`, `title`, `status`, `code`, and what the refusal knows."""
    body = {"type": f"/problems/{code}", "title": title, "status": status, "code": code, **extra}
    text = json.dumps(body, ensure_ascii=False, default=_known)
    response = make_response(text, status)
    response.headers["Content-Type"] = "application/problem+json"
    return response


def _known(value: object) -> str:
    """What a refusal knows, for a machine: moments in RFC 3339 with their offset."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else present("en", value)


def page(status: int, sentence: str) -> Response:
    """The page of a no. Never fails: without its template it is plain text in the right
    language."""
    language = current_language()
    heading = gettext(language, HEADINGS.get(status, HEADINGS[400 if status < 500 else 500]))
    if status >= 500:
        g.sign_in = None  # the page must not ask the database that just failed
    title, words = escape(heading), escape(sentence)
    text = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{words}</p>"
    if isinstance(request.routing_exception, SecurityError):
        return make_response(text, status)  # no address can be built for a host that isn't ours
    try:
        text = render_template(
            "errors/page.html",
            status=status,
            heading=heading,
            sentence=sentence,
            request_name=request_id(),
        )
    except (TemplateError, LookupError, RuntimeError, HTTPException, Refused):
        log.exception("error_page_failed")
    return make_response(text, status)


def refused(refusal: Refused) -> ResponseReturnValue:
    """A rule said no."""
    g.outcome = refusal.code
    sentence = say(current_language(), refusal)
    if for_machine():
        extra = {
            k: v for k, v in refusal.data.items() if k not in {"type", "title", "status", "code"}
        }
        response = problem(refusal.status, refusal.code, sentence, **extra)
    else:
        response = page(refusal.status, sentence)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="vipclub"'
    if refusal.status in {503, 507}:
        response.headers["Retry-After"] = str(refusal.data.get("retry_after", 2))
    return response


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Flask's own: wrong address, wrong method, too large. Redirects pass."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status not in SENTENCES:
        status = 400 if status < 500 else 500
    g.outcome = CODES.get(status, "malformed")
    sentence = gettext(
        current_language(),
        EXPIRED_FORM if isinstance(error, CSRFError) else SENTENCES[status],
    )
    response = problem(status, g.outcome, sentence) if for_machine() else page(status, sentence)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    if isinstance(error, RequestEntityTooLarge):
        response.headers["Connection"] = "close"
    return response


def unforeseen(error: Exception) -> ResponseReturnValue:
    """A fault of ours: noted with the request's name, never shown."""
    g.outcome = "internal"
    log.error("unforeseen", request=request_id(), exc_info=error)
    sentence = gettext(current_language(), SENTENCES[500])
    return problem(500, "internal", sentence) if for_machine() else page(500, sentence)


def install(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unforeseen)
