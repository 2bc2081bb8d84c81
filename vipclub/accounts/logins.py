"""Sign-in names: an e-mail address or an E.164 number, in one canonical form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts.refusals import LoginUnreadable
from vipclub.core.crypto import cipher_of

_MAIL = re.compile(r"[^@\s<>,;\"\\\x00-\x1f]{1,64}@[^@\s<>,;\"\\\x00-\x1f]{1,190}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def canonical_login(typed: str) -> str:
    """Raises LoginUnreadable.

    >>> canonical_login(" Lin@Example.COM "), canonical_login("+86 138-0013 8000")
    ('lin@example.com', '+8613800138000')
    >>> canonical_login("13800138000")
    '+8613800138000'
    """
    text = unicodedata.normalize("NFKC", typed[:300]).strip().casefold()
    if _MAIL.fullmatch(text):
        return text
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"1[3-9][0-9]{9}", digits):
        digits = "+86" + digits
    if not _PHONE.fullmatch(digits):
        raise LoginUnreadable()
    return digits


def login_indexes(session: Session, login: str) -> list[bytes]:
    """The blind indexes of a canonical login, or of what was typed instead of one, under every key
    that an account may be found by: the first is the one to be written."""
    return cipher_of(session).blind_indexes("login", login)


def claim_login(session: Session, indexes: Sequence[bytes]) -> None:
    """Be the only one to open an account of this name, until the transaction ends. While two keys
    are in use, one name has two indexes, and the UNIQUE alone doesn't see that they are one. SQLite
    has one writer at a time anyway."""
    if len(indexes) > 1 and session.get_bind().dialect.name == "postgresql":
        for number in sorted(int.from_bytes(index[-8:], signed=True) for index in indexes):
            session.execute(select(func.pg_advisory_xact_lock(number)))
