"""Who can say whether a message is still true, by kind of subject.

The owners stand in later parts; `vipclub/reactions.py` registers them, one line each.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

StillTrue = Callable[[Session, str, int], bool]
"""(session, ref, version) -> whether a message about that version may still go out."""

_owners: dict[str, StillTrue] = {}


class UnknownSubject(LookupError):
    """Nobody answers for this kind of subject."""


def register(kind: str, still_true: StillTrue) -> None:
    """`still_true(session, ref, version)` answers for all messages about this kind."""
    _owners[kind] = still_true


def still_true(session: Session, kind: str, ref: str, version: int) -> bool:
    """Ask the owner. Raises UnknownSubject: nothing goes out that nobody can vouch for."""
    owner = _owners.get(kind)
    if owner is None:
        raise UnknownSubject(kind)
    return owner(session, ref, version)
