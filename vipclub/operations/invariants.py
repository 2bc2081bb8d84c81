"""What must be true of the trail: every record as it was signed, each under its seal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from vipclub.core import audit_sealing
from vipclub.core.invariants import Broken, Invariant, Looked


def _trail(session: Session) -> Iterator[Looked]:
    """As `vipclub audit verify` looks, which goes on to the first that doesn't fit."""
    found = audit_sealing.verify(session)
    broken = [Broken("audit trail", str(found.broken))] if found.broken else []
    yield Looked(found.rows + found.unsealed, broken)


INVARIANTS = (
    Invariant(
        "audit trail",
        "Each record says what was signed, and the chain of seals is whole.",
        _trail,
    ),
)
