"""E-mail addresses, judged by their syntax alone."""

from __future__ import annotations

import re

from vipclub.people.reasons import BadValue

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_]+([.+-][a-z0-9_]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,24}", re.ASCII | re.IGNORECASE
)


def email(text: str) -> str:
    """An address that a mail can be sent to, by its syntax alone. Raises BadValue."""
    plain = text.strip()
    if len(plain) <= 100 and _PLAIN_EMAIL.fullmatch(plain):
        local, _, domain = plain.rpartition("@")
        return f"{local}@{domain.lower()}"
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(plain[:320], check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadValue("no_email_address") from None
