"""The code of an entry ticket: the registration's reference and sixteen random characters, which
nobody can make up (docs/decisions.md 58)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.crypto import cipher_of
from vipclub.events.models import Registration

SEPARATOR = "."


def ticket_of(session: Session, registration_id: int) -> str:
    """The code of a registration that the caller may see; nothing where it has no seat. One
    statement."""
    row = session.execute(
        select(Registration.public_ref, Registration.ticket_secret).where(
            Registration.id == registration_id
        )
    ).one()
    if row.ticket_secret is None:
        return ""
    secret = cipher_of(session).unseal(
        "registration.ticket_secret", row.public_ref, row.ticket_secret
    )
    return f"{row.public_ref}{SEPARATOR}{secret}"
