"""The words of a search, sealed and kept for an hour beside the sign-in that searched: the address
of its results carries a key and no word, so that Back, a reload and another language find them
again. Another sign-in finds nothing by the key; signing out removes them, and a job what is left.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from vipclub.accounts.models import KeptSearch, UserSession
from vipclub.accounts.refusals import SearchEnded
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound

KEPT = timedelta(hours=1)
_KEY = re.compile(r"[\w-]{22}", re.ASCII)


def keep_search(session: Session, actor: Actor, *, session_id: int, words: str) -> str:
    """Keep the words of a search for the actor's own running sign-in; gives the key, 22 characters
    of an address. One statement. Raises NotFound for a sign-in that isn't the actor's."""
    key, now = secrets.token_urlsafe(16), clock.now()
    kept = run_built(
        session,
        _keep,
        {
            "key": key,
            "session": session_id,
            "account": actor.account_id,
            "words": cipher_of(session).seal("kept_search.words", key, words),
            "now": now,
            "until": now + KEPT,
        },
    )
    if not kept.rowcount:
        raise NotFound()
    return key


_kept: Table = KeptSearch.__table__  # type: ignore[assignment]
_sign_in: Table = UserSession.__table__  # type: ignore[assignment]
_keep = insert(_kept).from_select(
    ["key", "session_id", "words", "created_at", "expires_at"],
    select(
        bindparam("key", type_=_kept.c.key.type),
        _sign_in.c.id,
        bindparam("words", type_=_kept.c.words.type),
        bindparam("now", type_=_kept.c.created_at.type),
        bindparam("until", type_=_kept.c.expires_at.type),
    ).where(
        _sign_in.c.id == bindparam("session"),
        _sign_in.c.account_id == bindparam("account"),
        _sign_in.c.ended_at.is_(None),
    ),
)


def kept_words(session: Session, *, session_id: int, key: str) -> str:
    """The words that a sign-in searched by. One statement. Raises SearchEnded when the key is
    another sign-in's, too old, or none."""
    if not _KEY.fullmatch(key):
        raise SearchEnded()
    asked = {"key": key, "session": session_id, "now": clock.now()}
    sealed = run_built(session, _words, asked).scalar_one_or_none()
    if sealed is None:
        raise SearchEnded()
    return cipher_of(session).unseal("kept_search.words", key, sealed)


_words = select(_kept.c.words).where(
    _kept.c.key == bindparam("key"),
    _kept.c.session_id == bindparam("session"),
    _kept.c.expires_at > bindparam("now", type_=_kept.c.expires_at.type),
)


def forget_searches_of(session: Session, account_id: int) -> None:
    """Remove what was kept for those sign-ins of an account that have ended. One statement."""
    ended = select(UserSession.id).where(
        UserSession.account_id == account_id, UserSession.ended_at.is_not(None)
    )
    session.execute(
        delete(KeptSearch)
        .where(KeptSearch.session_id.in_(ended))
        .execution_options(synchronize_session=False)
    )


def forget_old_searches(session: Session) -> int:
    """Remove the searches whose hour has passed. Gives how many."""
    gone = session.execute(
        delete(KeptSearch)
        .where(KeptSearch.expires_at <= clock.now())
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
