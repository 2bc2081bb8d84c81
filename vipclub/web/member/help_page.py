"""The red button: all ways to reach the club, and a request for help that nothing stands against;
for everybody, signed in or not.

The request asks for no cookie and no token of a form, so that it may be sent late, from a page that
was kept: a random key (`tap`) makes it one case however often it comes. Who was signed in when the
page was drawn is told by a signed word in the form.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from vipclub import assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.club_name import club_name
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.i18n import N_, Language, gettext, language_of
from vipclub.web.case_words import kind_name
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.frame import current_language, current_sign_in, db, public, read
from vipclub.web.frame.idempotent_form import form_key
from vipclub.web.frame.request_context import request_id
from vipclub.web.member.door import member

QUICK = {
    "ill": N_("Somebody is ill or injured"),
    "accident": N_("Accident"),
    "lost": N_("Documents or money lost"),
    "other": N_("Other help"),
}
"""Code -> what a button says: what happened, in one tap."""
ICONS = (
    {"src": "/static/mark-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "/static/mark-512.png", "sizes": "512x512", "type": "image/png"},
    {"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml"},
)
"""At their lasting addresses: a phone asks for them long after it has read the manifest."""
SIGNED_FOR = 30 * 24 * 3600
"""Seconds: for so long a kept page says whose it is."""


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """The numbers to dial first in a country or region; empty where the club knows none."""

    name: str
    ambulance: str
    police: str


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """What is shown after the tap."""

    ref: str
    kind: str
    at: str
    owner: str
    by: str
    answered: bool
    href: str


@member.get("/help", endpoint="help")
@public
def help_page() -> str:
    """The hotline's numbers and the request. No statement beside the sign-in."""
    sign_in = current_sign_in()
    own = sign_in is not None and sign_in.role == "member"
    return render_template(
        "member/help_page.html",
        layout="member/layout.html" if own else "base.html",
        quick=_quick(),
        abroad=_abroad(),
        tap=form_key(),
        who=_signed() if own else "",
    )


@member.get("/offline/<language>")
@public
def offline(language: str) -> str:
    """The page that a browser keeps for when there is no line, in a language; nothing about anybody
    is in it. No statement."""
    g.language = language_of(language) or Language.HANS
    return render_template("member/offline.html", quick=_quick(), abroad=_abroad(), tap="", who="")


@member.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a phone needs to put the club on its first screen. No statement beside the sign-in."""
    name = club_name(current_language())
    told = {
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f4ee",
        "theme_color": "#14213a",
        "id": "/",
        "icons": ICONS,
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


def _abroad() -> list[EmergencyNumbers]:
    language = current_language()
    return [
        EmergencyNumbers(
            name=each.name.to(language),
            ambulance=each.numbers.get("ambulance", ""),
            police=each.numbers.get("police", ""),
        )
        for each in assistance.countries().values()
        if each.numbers
    ]


def _quick() -> list[tuple[str, str]]:
    language = current_language()
    return [(code, gettext(language, word)) for code, word in QUICK.items()]


@member.post("/help/ask")
@public
def ask_for_help() -> ResponseReturnValue:
    """A case, whatever is missing; the same tap twice is one."""
    form = request.form
    quick = QUICK.get(form.get("quick", ""))
    words = [gettext(current_language(), quick)] if quick else []
    what = "\n".join([*words, form.get("what", "").strip()])[:4000]
    actor, own = _who(form.get("who", ""))
    given: dict[str, Any] = {
        "tap": form.get("tap", "") or form_key(),
        "what": what,
        "place": form.get("place", ""),
        "phone": form.get("phone", ""),
        "abroad": form.get("where") == "abroad",
        "address": request.remote_addr,
    }
    try:
        made = _asked(actor, own, given)
    except Malformed:  # a key that is none: the same one makes the same key
        given["tap"] = hashlib.sha256(given["tap"].encode()).hexdigest()
        made = _asked(actor, own, given)
    g.outcome = made.case
    return redirect(url_for("member.help_received", tap=given["tap"]), code=303)


def _asked(actor: Actor, own: str | None, given: dict[str, Any]) -> assistance.CaseResult:
    try:
        return db().run(assistance.ask_for_help, actor, member=own, **given)[0]
    except NotFound:  # a member who is gone: the request counts
        return db().run(assistance.ask_for_help, actor, **given)[0]


@member.get("/help/<tap>", endpoint="help_received")
@public
def help_received(tap: str) -> str:
    """That it is there, who has it, and by when there is an answer. One statement."""
    language, now, zone = current_language(), clock.now(), clock.club_zone()
    with read() as session:
        found = assistance.received(session, tap[:64])
    if found is None:
        raise NotFound()
    sign_in = current_sign_in()
    own = sign_in is not None and sign_in.role == "member"
    return render_template(
        "member/help_received.html",
        layout="member/layout.html" if own else "base.html",
        page=ReceivedPage(
            ref=found.case,
            kind=kind_name(language, found.kind),
            at=day_and_hour(language, found.opened_at, now, zone),
            owner=found.owner_name,
            by=before(language, found.answer_by, now, zone) if found.answer_by else "",
            answered=found.answered,
            href=url_for("member.case", ref=found.case) if own else "",
        ),
    )


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    secrets = [*(config["SECRET_KEY_FALLBACKS"] or ()), config["SECRET_KEY"]]
    return URLSafeTimedSerializer(secrets, salt="help")


def _signed() -> str:
    """Who is signed in, for a form that may be sent without the cookie."""
    sign_in = current_sign_in()
    refs = sorted(sign_in.actor.refs("person")) if sign_in is not None else []
    return str(_signer().dumps(refs[0])) if refs else ""


def _who(word: str) -> tuple[Actor, str | None]:
    """Whose request it is, as far as the form's word tells it."""
    nobody = Actor.anonymous(request_id=request_id())
    try:
        ref = str(_signer().loads(word, max_age=SIGNED_FOR))
    except BadData:
        return nobody, None
    scopes = frozenset({("person", ref)})
    return Actor(kind="member", scopes=scopes, request_id=request_id()), ref


def _without_token(state: BlueprintSetupState) -> None:
    csrf: CSRFProtect = state.app.extensions["csrf"]
    csrf.exempt(ask_for_help)


member.record(_without_token)
