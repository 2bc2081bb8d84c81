"""Which language: `?lang=` first, then the account's, then this browser's earlier choice, then
what it asks for.
"""

from __future__ import annotations

from flask import Flask, g, request, session

from vipclub import accounts
from vipclub.core.errors import Refused
from vipclub.core.i18n import Language, language_of, pick_language
from vipclub.web.frame.request_context import current_sign_in, db


def choose() -> None:
    """Before each request. An API call speaks English."""
    if request.path.startswith("/api/"):
        g.language = Language.EN
        return
    g.language = pick_language(request.headers.get("Accept-Language"))
    kept = language_of(session.get("lang"))
    if kept:
        g.language = kept
    asked = language_of(request.args.get("lang"))
    if asked and asked != kept:
        session["lang"] = str(asked)
    sign_in = current_sign_in()
    g.language = asked or (Language(sign_in.language) if sign_in else g.language)
    if sign_in and asked and asked != sign_in.language and _own_link():
        try:
            db().run(accounts.choose_language, sign_in.actor, language=str(asked))
        except Refused:  # a busy database: the page comes all the same
            return


def _own_link() -> bool:
    """Whether the request comes from our own page or was typed: other sites can't change an
    account.
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def install(app: Flask) -> None:
    app.before_request(choose)
