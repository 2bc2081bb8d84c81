"""Who can say whether a message is still true, by kind of subject.

The owners stand in later parts; `vipclub/reactions.py` registers them, one line each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlalchemy.orm import Session

StillTrue = Callable[[Session, str, int], bool]
"""(session, ref, version) -> whether a message about that version may still go out."""
Versions = Callable[[Session, Collection[str]], Mapping[str, int]]
"""(session, refs) -> the present version of each, in one statement."""

_owners: dict[str, StillTrue] = {}
_versions: dict[str, Versions] = {}


class UnknownSubject(LookupError):
    """Nobody answers for this kind of subject."""


def register(kind: str, still_true: StillTrue, versions: Versions | None = None) -> None:
    """`still_true(session, ref, version)` answers for all messages about this kind; `versions`
    tells the inbox which of its items have been overtaken."""
    _owners[kind] = still_true
    if versions is not None:
        _versions[kind] = versions


def still_true(session: Session, kind: str, ref: str, version: int) -> bool:
    """Ask the owner. Raises UnknownSubject: nothing goes out that nobody can vouch for."""
    owner = _owners.get(kind)
    if owner is None:
        raise UnknownSubject(kind)
    return owner(session, ref, version)


def present_versions(
    session: Session, about: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The present versions of subjects (kind, ref), of those kinds that have any. A statement an
    owner."""
    found: dict[tuple[str, str], int] = {}
    asked: dict[Versions, set[str]] = {}
    for kind, ref in about:
        if kind in _versions:
            asked.setdefault(_versions[kind], set()).add(ref)
    answers = {owner: owner(session, sorted(refs)) for owner, refs in asked.items()}
    for kind, ref in about:
        known = answers.get(_versions[kind], {}) if kind in _versions else {}
        if ref in known:
            found[kind, ref] = known[ref]
    return found


def always(session: Session, ref: str, version: int) -> bool:
    """For what has happened and stays true."""
    return True
