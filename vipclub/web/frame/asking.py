"""Who asks, in which language, and the two ways to the database: `read` and `run`."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from vipclub.accounts import Visit
from vipclub.core import idempotency
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Malformed
from vipclub.core.i18n import Language, pick_language
from vipclub.core.idempotency import IdempotencyKey, Replayed

P = ParamSpec("P")
T = TypeVar("T")
FORM_KEY = "form_key"
NOT_CONTENT = frozenset({FORM_KEY, "csrf_token"})
KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")


def db() -> Database:
    """The club's database."""
    return cast(Database, current_app.extensions["vipclub"].db)


def read() -> AbstractContextManager[Session]:
    """A read-only transaction: `with read() as session`."""
    return db().read()


def current_visit() -> Visit | None:
    """The sign-in behind this request, looked up once, in one statement; None for a stranger."""
    if "visit" not in g:
        g.visit = current_user.visit if current_user.is_authenticated else None
    visit: Visit | None = g.visit
    return visit


def current_actor() -> Actor:
    """Who asks, with the rights of this moment: a sign-in, a token, or a stranger."""
    if "actor" in g:  # the API door puts a token's actor here
        return cast(Actor, g.actor)
    visit = current_visit()
    return visit.actor if visit else Actor.anonymous(request_id=request_id())


def current_language() -> Language:
    """The language that this answer is written in."""
    if "language" not in g:
        g.language = pick_language(request.headers.get("Accept-Language"))
    return cast(Language, g.language)


def request_id() -> str:
    """The name of this request in logs and in the audit trail."""
    return cast(str, g.get("request_id", ""))


def run(
    use_case: Callable[Concatenate[Session, Actor, P], T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """One write transaction around `use_case(session, actor, *args, **kwargs)`, as the one who
    asks."""
    return db().run(use_case, current_actor(), *args, **kwargs)


def form_key() -> str:
    """A new key for a form that makes something: a double click then makes it once."""
    return secrets.token_urlsafe(16)


def run_once(
    location: Callable[[T], str],
    use_case: Callable[Concatenate[Session, Actor, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """`run`, then a redirect to `location(result)`. The form's hidden `form_key` makes a second
    sending of the same form lead to the same place and do nothing more. Raises what the use case
    refuses."""
    actor = current_actor()
    sent = request.form.get(FORM_KEY, "")
    if not sent:
        return redirect(location(run(use_case, *args, **kwargs)), code=303)
    if not KEY_SHAPE.fullmatch(sent):
        raise Malformed(FORM_KEY)
    content = sorted((n, v) for n, v in request.form.items(multi=True) if n not in NOT_CONTENT)
    key = IdempotencyKey(
        owner=actor.owner,
        route=f"{request.method} {request.path}"[:120],
        key=sent,
        body_hash=hashlib.sha256(json.dumps(content).encode()).digest(),
    )
    result = idempotency.run_once(
        db(),
        key,
        lambda made: (303, {"location": location(made)}),
        use_case,
        actor,
        *args,
        **kwargs,
    )
    if isinstance(result, Replayed):
        target = cast(dict[str, str], result.body)["location"]
    else:
        target = location(result)
    return redirect(target, code=303)


def safe_next(target: str | None, default: str = "/") -> str:
    """A place on this site to go on to, or `default`: never another host, whatever a link says.

    >>> safe_next("/appointments?day=2026-12-03"), safe_next("//evil.example")
    ('/appointments?day=2026-12-03', '/')
    """
    if not target or len(target) > 2000 or not re.fullmatch(r"/[\x21-\x7e]*", target):
        return default
    if target.startswith(("//", "/sign-in", "/sign-out")) or "\\" in target:
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
