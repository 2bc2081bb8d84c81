"""Sign-in names: an e-mail address or an E.164 number, in one canonical form."""

from __future__ import annotations

import re
import unicodedata

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


def login_index(session: Session, login: str) -> bytes:
    """The blind index of a canonical login, or of what was typed instead of one."""
    return cipher_of(session).blind_index("login", login)
