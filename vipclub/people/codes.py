"""Six digits that are sent to a number or an address and entered by whoever says that it is theirs.

Each code is good for ten minutes and five tries; only the newest counts. A try is counted before it
is compared, and what came of it is returned, not raised, so that a wrong one is remembered
(docs/decisions.md 8). Sends have a brake by who asks and by where they go: nobody's phone is to be
filled with codes. The right to ask is that of whoever calls.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.types import new_ref
from vipclub.people.models import ContactCode

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
BETWEEN = timedelta(minutes=1)
"""Two codes of one kind to one person are at least so far apart."""
DAY = timedelta(days=1)
MOST_TO_ONE_OWNER = 10
MOST_TO_ONE_VALUE = 6
"""Codes a day, whoever asks."""


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way; `ref` names it, `digits` are for the letter alone."""

    ref: str
    expires_at: datetime
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeTooSoon:
    """So long is to be waited for the next code."""

    wait_seconds: int


@dataclass(frozen=True, slots=True)
class CodeRight:
    """The code was right: `value` is proven."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeWrong:
    """The code was wrong; so many tries are left of it."""

    left: int


@dataclass(frozen=True, slots=True)
class CodeOver:
    """No code is open: none was asked for, it is too old, or its tries are used up."""


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that may still be entered."""

    kind: str
    expires_at: datetime


def send_code(session: Session, *, owner: str, kind: str, value: str) -> CodeSent | CodeTooSoon:
    """A new code for a value (`kind` is mobile or email); older ones of this owner and kind end.
    Whoever calls it holds the owner's row, so that two at once are one after the other. Three
    statements. What comes too soon is returned."""
    cipher, now = cipher_of(session), clock.now()
    wait = _wait(session, owner, kind, cipher.blind_indexes("contact_code", value.lower()), now)
    if wait is not None:
        return CodeTooSoon(max(1, math.ceil((wait - now).total_seconds())))
    end_codes(session, owner=owner, kind=kind)
    ref, digits = new_ref("Q"), f"{secrets.randbelow(1_000_000):06}"
    session.execute(
        insert(ContactCode).values(
            public_ref=ref,
            owner=owner,
            kind=kind,
            value=cipher.seal("contact_code.value", ref, value),
            value_index=cipher.blind_index("contact_code", value.lower()),
            code_hash=_hash(cipher, ref, digits),
            created_at=now,
            expires_at=now + GOOD_FOR,
            tries=0,
        )
    )
    return CodeSent(ref, now + GOOD_FOR, digits)


def _wait(
    session: Session, owner: str, kind: str, indexes: list[bytes], now: datetime
) -> datetime | None:
    """Until when no code goes out; None when one may. One statement."""
    mine = (ContactCode.owner == owner) & (ContactCode.kind == kind)
    there = ContactCode.value_index.in_(indexes)
    found = session.execute(
        select(
            func.max(ContactCode.created_at).filter(mine),
            func.count().filter(mine),
            func.min(ContactCode.created_at).filter(mine),
            func.count().filter(there),
            func.min(ContactCode.created_at).filter(there),
        ).where(mine | there, ContactCode.created_at > now - DAY)
    ).one()
    last, asked, first, sent, first_there = found
    waits = [last + BETWEEN] if last is not None else []
    if asked >= MOST_TO_ONE_OWNER:
        waits.append(first + DAY)
    if sent >= MOST_TO_ONE_VALUE:
        waits.append(first_there + DAY)
    latest = max(waits, default=None)
    return latest if latest is not None and latest > now else None


def enter_code(
    session: Session, *, owner: str, kind: str, typed: str
) -> CodeRight | CodeWrong | CodeOver:
    """Try a code. The try is counted by an UPDATE with its guard, so that many at once are five at
    most. Two statements, and one when it ends."""
    cipher, row = cipher_of(session), _newest(session, owner, kind)
    if row is None:
        return CodeOver()
    tries = session.execute(
        update(ContactCode)
        .where(ContactCode.id == row.id, *_may_be_tried())
        .values(tries=ContactCode.tries + 1)
        .returning(ContactCode.tries)
        .execution_options(synchronize_session=False)
    ).scalar()
    if tries is None:
        return CodeOver()
    right = _is(cipher, row.public_ref, typed, bytes(row.code_hash))
    if right or tries == TRIES:
        end_codes(session, owner=owner, kind=kind)
    if not right:
        return CodeWrong(TRIES - tries)
    return CodeRight(cipher.unseal("contact_code.value", row.public_ref, row.value))


def end_codes(session: Session, *, owner: str, kind: str) -> None:
    """No code of this owner and kind is good any more. One statement."""
    session.execute(
        update(ContactCode)
        .where(ContactCode.owner == owner, ContactCode.kind == kind, ContactCode.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def open_code(session: Session, *, owner: str, kind: str) -> OpenCode | None:
    """The code that may still be entered, where there is one. One statement."""
    row = _newest(session, owner, kind)
    return OpenCode(kind, row.expires_at) if row is not None else None


def _newest(session: Session, owner: str, kind: str) -> ContactCode | None:
    """The code that counts, where one may still be entered. One statement."""
    return session.scalars(
        select(ContactCode)
        .where(
            ContactCode.owner == owner,
            ContactCode.kind == kind,
            ContactCode.ended_at.is_(None),
            ContactCode.expires_at > clock.now(),
        )
        .order_by(ContactCode.id.desc())
        .limit(1)
    ).one_or_none()


def _may_be_tried() -> tuple[ColumnElement[bool], ...]:
    """What the UPDATE that counts a try asks, after all that were counted before it."""
    return ContactCode.ended_at.is_(None), ContactCode.tries < TRIES


def code_still_open(session: Session, ref: str, version: int) -> bool:
    """Whether a code may still be sent: the `still_true` of its letter."""
    return bool(
        session.scalar(
            select(ContactCode.id).where(
                ContactCode.public_ref == ref,
                ContactCode.ended_at.is_(None),
                ContactCode.expires_at > clock.now(),
            )
        )
    )


def forget_old_codes(session: Session) -> int:
    """Remove the codes that no brake counts any more; gives how many."""
    gone = session.execute(
        delete(ContactCode)
        .where(ContactCode.created_at < clock.now() - DAY)
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _hash(cipher: Cipher, ref: str, digits: str, number: int | None = None) -> bytes:
    """Under the club's own key: a million codes are soon tried out by whoever has the table."""
    return cipher.mac(b"contact code", ref.encode(), digits.encode(), number=number)


def _is(cipher: Cipher, ref: str, typed: str, kept: bytes) -> bool:
    """Compared in constant time, under every key that the code may have been kept with."""
    digits = "".join(str(int(c)) for c in typed[:40] if c.isdecimal())
    same = [
        hmac.compare_digest(_hash(cipher, ref, digits, number), kept)
        for number in cipher.used("mac")
    ]
    return any(same)
