"""Sealing the audit trail, and checking it: a changed, missing or moved row is found and named.

A row is signed when it is written. Every few seconds a job seals the rows without a seal: each
gets a link that binds its signature to its id and its seal, and each seal is chained to the one
before. All is keyed with the key that is not in the database, so that whoever can change rows
can't make them fit. Cutting off the newest seals altogether shows only against a seal noted
elsewhere: `vipclub audit verify` prints the newest and takes one back (`--since`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import ForeignKey, Integer, LargeBinary, Text, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core import append_only, clock
from vipclub.core.audit import COVERED, AuditRow
from vipclub.core.audit_keys import SigningKeys
from vipclub.core.column_classes import Internal
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Base, BigId
from vipclub.core.types import UtcDateTime

BATCH = 5000
PAGE = 50
SETTLED = timedelta(hours=1)
"""No transaction lives that long: rows below what was sealed before this are all there."""


class AuditSeal(Base):
    """A link of the chain. `covers` names the ids, as ranges ("401-460,462"); ids have no gap."""

    __tablename__ = "audit_seal"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    previous_hash: Mapped[Internal[bytes]] = mapped_column(LargeBinary(32))
    hash: Mapped[Internal[bytes]] = mapped_column(LargeBinary(32))
    rows: Mapped[Internal[int]] = mapped_column(Integer)
    covers: Mapped[Internal[str]] = mapped_column(Text)


class AuditSealed(Base):
    """Which seal a row is under. `link` binds the row's signature to its id and seal."""

    __tablename__ = "audit_sealed"

    audit_id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True, autoincrement=False)
    seal_id: Mapped[Internal[int]] = mapped_column(BigId, ForeignKey("audit_seal.id"), index=True)
    link: Mapped[Internal[bytes]] = mapped_column(LargeBinary(32))


append_only.protect(AuditSeal.__table__)  # type: ignore[arg-type]
append_only.protect(AuditSealed.__table__)  # type: ignore[arg-type]

NOTHING_BEFORE = bytes(32)


def ranges(ids: Sequence[int]) -> str:
    """Ascending ids, written short.

    >>> ranges([1, 2, 3, 5, 8, 9])
    '1-3,5,8-9'
    """
    runs: list[list[int]] = []
    for number in ids:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def from_ranges(text: str) -> list[int]:
    """The ids again. Raises ValueError for what is no such text.

    >>> from_ranges("1-3,5,8-9")
    [1, 2, 3, 5, 8, 9]
    """
    ids: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        ids.extend(range(int(first), int(last or first) + 1))
    return ids


def _linked(seal_id: int, audit_id: int, mac: bytes) -> tuple[bytes, ...]:
    """What a row's link is a MAC of."""
    return b"audit-link", str(seal_id).encode(), str(audit_id).encode(), mac


def _covered(
    seal_id: int, at: datetime, previous: bytes, covers: str, links: Sequence[bytes]
) -> tuple[bytes, ...]:
    """What a seal's hash is a MAC of."""
    moment = at.isoformat(timespec="microseconds").encode()
    return b"audit-seal", str(seal_id).encode(), moment, previous, covers.encode(), *links


def sealed_below(session: Session, settled: timedelta = SETTLED) -> int:
    """The id below which every row is sealed, going by what was sealed over an hour ago."""
    return (
        session.execute(
            select(func.max(AuditSealed.audit_id)).where(
                AuditSealed.seal_id
                == select(func.max(AuditSeal.id))
                .where(AuditSeal.at < clock.now() - settled)
                .scalar_subquery()
            )
        ).scalar()
        or 0
    )


def seal(session: Session, *, batch: int = BATCH, everything: bool = False) -> int:
    """Seal up to `batch` rows without a seal, lowest ids first; gives how many.

    One sealer at a time: the job's claim (`timetable`) sees to it, and if two run all the same, the
    chain's UNIQUE next id refuses the second.
    Ids commit out of order, so rows are found by having no seal. `everything` looks through the
    whole trail instead of the part younger than an hour or so.
    """
    cipher = cipher_of(session)
    floor = 0 if everything else sealed_below(session)
    rows = session.execute(
        select(AuditRow.id, AuditRow.mac)
        .outerjoin(AuditSealed, AuditSealed.audit_id == AuditRow.id)
        .where(AuditSealed.audit_id.is_(None), AuditRow.id > floor)
        .order_by(AuditRow.id)
        .limit(batch)
    ).all()
    if not rows:
        return 0
    last = session.execute(
        select(AuditSeal.id, AuditSeal.hash).order_by(AuditSeal.id.desc()).limit(1)
    ).first()
    number, previous = (last.id + 1, last.hash) if last else (1, NOTHING_BEFORE)
    covers = ranges([row.id for row in rows])
    links = [cipher.mac(*_linked(number, row.id, row.mac)) for row in rows]
    at = clock.now()
    session.execute(
        insert(AuditSeal),
        {
            "id": number,
            "at": at,
            "previous_hash": previous,
            "hash": cipher.mac(*_covered(number, at, previous, covers, links)),
            "rows": len(rows),
            "covers": covers,
        },
    )
    session.execute(
        insert(AuditSealed),
        [
            {"audit_id": row.id, "seal_id": number, "link": link}
            for row, link in zip(rows, links, strict=True)
        ],
    )
    return len(rows)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that doesn't fit: a row (`audit_id`) or a seal, and how."""

    seal_id: int | None
    audit_id: int | None
    problem: str

    def __str__(self) -> str:
        place = f"record {self.audit_id}" if self.audit_id is not None else f"seal {self.seal_id}"
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking found. `head` is the newest seal's hash, to note elsewhere."""

    rows: int
    seals: int
    unsealed: int
    head: str | None
    broken: Broken | None

    def to_json(self) -> dict[str, Any]:
        first = self.broken
        return {
            "intact": first is None,
            "rows": self.rows,
            "seals": self.seals,
            "unsealed": self.unsealed,
            "head": self.head,
            "broken": None
            if first is None
            else {"seal": first.seal_id, "record": first.audit_id, "problem": first.problem},
        }


_columns = (AuditRow.id.label("found"), AuditRow.mac, *(getattr(AuditRow, c) for c in COVERED))


def _unsealed(session: Session, floor: int = 0) -> Iterator[Any]:
    found = session.execute(
        select(*_columns)
        .outerjoin(AuditSealed, AuditSealed.audit_id == AuditRow.id)
        .where(AuditSealed.audit_id.is_(None), AuditRow.id > floor)
        .order_by(AuditRow.id)
        .execution_options(yield_per=2000)
    )
    try:
        yield from found.mappings()
    finally:
        found.close()  # whoever stops at the first broken row leaves no cursor open


def verify(session: Session, *, since: str | None = None) -> Verified:
    """Check every row and every seal, oldest first, and stop at the first that is broken.

    `since` is a hash that was printed earlier: the chain must still contain it.
    """
    keys = SigningKeys.of(session)
    rows = seals = 0
    previous, head, met = NOTHING_BEFORE, None, since is None
    for link, sealed in _seals_with_rows(session):
        broken = _check_seal(keys, link, sealed, seals + 1, previous)
        if broken:
            return Verified(rows, seals, _count_unsealed(session), head, broken)
        seals, rows, previous = seals + 1, rows + link.rows, link.hash
        head = link.hash.hex()
        met = met or head == since
    unsealed = 0
    for row in _unsealed(session):
        unsealed += 1
        if not keys.signed(row, row["found"]):
            problem = "its content doesn't match its signature (not sealed yet)"
            return Verified(
                rows, seals, _count_unsealed(session), head, Broken(None, row["found"], problem)
            )
    if not met:
        problem = "the seal noted earlier is gone: the newest records were cut off"
        return Verified(rows, seals, unsealed, head, Broken(seals, None, problem))
    return Verified(rows, seals, unsealed, head, None)


@dataclass(frozen=True, slots=True)
class Part:
    """What checking a part of the chain found: seals `first` to `last` with their rows. `goes_on`
    is the seal to go on at, None at the chain's end, where rows without a seal were checked too.
    """

    first: int
    last: int
    rows: int
    unsealed: int
    goes_on: int | None
    broken: Broken | None


def verify_part(session: Session, *, seal: int | None = None, most_rows: int = 10_000) -> Part:
    """Check from a seal on (the newest that fit when none is given) until `most_rows` are looked
    at, so that a page can ask. That the seal before is right is taken for granted: only `verify`
    checks all at once.
    """
    keys = SigningKeys.of(session)
    first = _first_of_newest(session, most_rows) if seal is None else seal
    before = session.get(AuditSeal, first - 1) if first > 1 else None
    if first > 1 and before is None:
        return Part(first, first, 0, 0, None, Broken(first - 1, None, "it is missing"))
    previous = before.hash if before else NOTHING_BEFORE
    last, rows = first - 1, 0
    for link, sealed in _seals_with_rows(session, first - 1, page=2):
        if rows and rows + link.rows > most_rows:
            return Part(first, last, rows, 0, link.id, None)
        broken = _check_seal(keys, link, sealed, last + 1, previous)
        if broken:
            return Part(first, last, rows, 0, None, broken)
        last, rows, previous = link.id, rows + link.rows, link.hash
    unsealed = 0
    for row in _unsealed(session, sealed_below(session)):
        unsealed += 1
        if not keys.signed(row, row["found"]):
            problem = "its content doesn't match its signature (not sealed yet)"
            return Part(first, last, rows, unsealed, None, Broken(None, row["found"], problem))
    return Part(first, last, rows, unsealed, None, None)


def _first_of_newest(session: Session, most_rows: int) -> int:
    """The seal from which on the rows to the end are at most so many; at least one seal."""
    first, rows = 1, 0
    newest = session.execute(
        select(AuditSeal.id, AuditSeal.rows).order_by(AuditSeal.id.desc()).limit(500)
    )
    for number, covered in newest:
        if rows and rows + covered > most_rows:
            break
        first, rows = number, rows + covered
    return first


def _count_unsealed(session: Session) -> int:
    return session.execute(
        select(func.count(AuditRow.id))
        .outerjoin(AuditSealed, AuditSealed.audit_id == AuditRow.id)
        .where(AuditSealed.audit_id.is_(None))
    ).scalar_one()


def _seals_with_rows(
    session: Session, after: int = -1, page: int = PAGE
) -> Iterator[tuple[AuditSeal, list[Any]]]:
    """Every seal after one with the rows under it, in order; two statements for `page` seals."""
    while True:
        found = session.execute(
            select(AuditSeal).where(AuditSeal.id > after).order_by(AuditSeal.id).limit(page)
        ).scalars()
        links = list(found)
        if not links:
            return
        first, after = links[0].id, links[-1].id
        rows: dict[int, list[Any]] = {}
        for row in session.execute(
            select(AuditSealed.seal_id, AuditSealed.audit_id, AuditSealed.link, *_columns)
            .outerjoin(AuditRow, AuditRow.id == AuditSealed.audit_id)
            .where(AuditSealed.seal_id.between(first, after))
            .order_by(AuditSealed.seal_id, AuditSealed.audit_id)
        ).mappings():
            rows.setdefault(row["seal_id"], []).append(row)
        for link in links:
            yield link, rows.get(link.id, [])
        session.expunge_all()


def _check_seal(
    keys: SigningKeys, link: AuditSeal, sealed: list[Any], number: int, previous: bytes
) -> Broken | None:
    """The rows first, so that what is named is the row and not the seal above it."""
    links, ids = [], []
    for row in sealed:
        audit_id = row["audit_id"]
        if row["found"] is None:
            return Broken(link.id, audit_id, "it is missing")
        if not keys.signed(row, audit_id):
            return Broken(link.id, audit_id, "its content doesn't match its signature")
        if not keys.made(bytes(row["link"]), *_linked(link.id, audit_id, row["mac"]), at=audit_id):
            return Broken(link.id, audit_id, "it stands in another's place")
        links.append(bytes(row["link"]))
        ids.append(audit_id)
    if link.id != number:
        return Broken(number, None, "it is missing from the chain")
    problem = _compare_members(link, ids)
    if problem:
        return problem
    if not compare_digest(bytes(link.previous_hash), previous):
        return Broken(link.id, None, "it doesn't follow the seal before it")
    covered = _covered(link.id, link.at, previous, link.covers, links)
    if not keys.made(bytes(link.hash), *covered, at=max(ids, default=0)):
        return Broken(link.id, None, "its hash doesn't match what it covers")
    return None


def _compare_members(link: AuditSeal, ids: list[int]) -> Broken | None:
    try:
        named = from_ranges(link.covers) if len(link.covers) < 1_000_000 else []
    except ValueError:
        return Broken(link.id, None, "what it covers can't be read")
    gone = sorted(set(named) - set(ids))
    if gone:
        return Broken(link.id, gone[0], "it is missing, and so is its place under the seal")
    extra = sorted(set(ids) - set(named))
    if extra:
        return Broken(link.id, extra[0], "it was put under a seal that doesn't cover it")
    return None if link.rows == len(ids) else Broken(link.id, None, "its count is wrong")
