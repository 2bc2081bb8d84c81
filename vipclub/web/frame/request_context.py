"""Who asks, in which language, and the two ways to the database: `read` and `run`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar, cast

from flask import current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session

from vipclub.accounts import SignIn
from vipclub.core import db as core_db
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.i18n import Language, pick_language
from vipclub.core.reference_data import learn

P = ParamSpec("P")
T = TypeVar("T")


def db() -> Database:
    """The club's database, for what has transactions of its own. What this request has read so far
    ends before: nobody waits for one connection with another in hand, and what is read later sees
    what was written."""
    end_reading()
    g.after_writing = True
    return _database()


def _database() -> Database:
    return cast(Database, current_app.extensions["vipclub"].db)


@contextmanager
def read() -> Iterator[Session]:
    """The request's session for reading: `with read() as session`. It begins when first wanted, at
    the sign-in as a rule, and ends with the request, or before something is written (`db`). On
    PostgreSQL its statements stand alone: what streams rows reads by `db().read()`. Raises Busy
    when the database can't be had in time."""
    if "reading" not in g:
        g.reading = _database().reading_session()
        if "reference_number" in g:
            learn(g.reading, g.reference_number)
    try:
        with _database().reading():
            yield g.reading
    except BaseException:
        if broken := g.pop("reading", None):
            broken.close()
        raise


def learn_number(session: Session, number: int) -> None:
    """The number of the reference data, as the sign-in brought it along: for the whole request."""
    g.reference_number = number
    learn(session, number)


def end_reading() -> None:
    """Give the connection back: what is read after this begins anew."""
    session: Session | None = g.pop("reading", None)
    if session is not None:
        core_db.end_reading(session)


def current_sign_in() -> SignIn | None:
    """The sign-in behind this request, looked up once, in one statement; None for a stranger."""
    if "sign_in" not in g:
        g.sign_in = current_user.sign_in if current_user.is_authenticated else None
    sign_in: SignIn | None = g.sign_in
    return sign_in


def current_actor() -> Actor:
    """Who asks, with the rights of this moment: a sign-in, a token, or a stranger."""
    if "actor" in g:  # the API door puts a token's actor here
        return cast(Actor, g.actor)
    sign_in = current_sign_in()
    return sign_in.actor if sign_in else Actor.anonymous(request_id=request_id())


def current_language() -> Language:
    """The language that this answer is written in."""
    here = g._get_current_object()  # a page asks some hundred times: one look through the proxy
    found: Language | None = here.get("language")
    if found is None:
        here.language = found = pick_language(request.headers.get("Accept-Language"))
    return found


def request_id() -> str:
    """The name of this request in logs and in the audit trail."""
    return cast(str, g.get("request_id", ""))


def run(
    use_case: Callable[Concatenate[Session, Actor, P], T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """One write transaction around `use_case(session, actor, *args, **kwargs)`, as the one who
    asks."""
    return db().run(use_case, current_actor(), *args, **kwargs)
