"""A search that keeps its words out of the address: the form is sent by POST, its words are kept
for the sign-in, and the results are a page of their own that Back, a reload and another language
find again.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import accounts
from vipclub.core.errors import NotFound
from vipclub.web.frame.request_context import current_sign_in, run


def keep_search(words: str) -> str:
    """Keep the words for who is signed in; gives the key for the address of the results. Raises
    NotFound for a stranger."""
    return run(accounts.keep_search, session_id=_session_id(), words=words)


def words_of_search(session: Session, key: str) -> str:
    """The words behind a key. One statement. Raises SearchEnded (404) for a key of another sign-in,
    one that is older than an hour, and one that is none."""
    return accounts.kept_words(session, session_id=_session_id(), key=key)


def _session_id() -> int:
    sign_in = current_sign_in()
    if sign_in is None:
        raise NotFound()
    return sign_in.session_id
