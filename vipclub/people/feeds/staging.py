"""A file's rows are written beside the club's data in short transactions, invisible until the
delivery is applied.

Decision (2026-11): one pass of plain Python over the rows, with patterns for what is usual and the
slow validators for what is odd; the ciphers and the database take longer than reading does, so
that a column-wise reader would gain little and lose the lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.db import Database
from vipclub.core.many_rows import write_rows
from vipclub.core.query_plans import renew_statistics
from vipclub.core.rows import rows_as
from vipclub.people.feeds import raw_rows
from vipclub.people.feeds.customers_seen import CustomersSeen
from vipclub.people.feeds.reading.files import FeedFile
from vipclub.people.feeds.reading.row_validation import Customer, FileRow, Problem, RowReader
from vipclub.people.models import Delivery, DeliveryRow, QuarantineRow, SetAsideRow
from vipclub.people.normal_forms.names import name_key
from vipclub.people.search_keys import mobile_end_index

STAGED_AT_ONCE = 5_000
SET_ASIDE_AT_ONCE = 500
SHOWN = 20
TWICE = "twice_in_file"
SEALED = ("id_number", "mobile", "email", "address")
SEALED_AS = {column: f"source_record.{column}" for column in SEALED}
STAGED = ("delivery_id", "line", "op", "customer_no", "content_hash", "content")
StagedValues: TypeAlias = tuple[int, int, str, str, bytes, str]
"""The values of the columns STAGED, the content as JSON."""
Progress = Callable[[str, int], None]
"""Told what is being done (read, work in) and how many rows so far."""


@dataclass(slots=True)
class Judged:
    """How the rows of a file turned out so far. Rows that say the same about one customer count as
    unchanged; those that say different things are all set aside, whatever their order: `twice`
    counts such customers, `twice_first` has some of their first rows, the earliest."""

    cipher: Cipher
    seen: CustomersSeen = field(repr=False)
    rows: int = 0
    rejected: int = 0
    unchanged: int = 0
    first: list[Problem] = field(default_factory=list)
    twice: int = 0
    twice_first: list[Problem] = field(default_factory=list, repr=False)

    def judge(self, found: Customer | list[Problem]) -> tuple[Customer, bytes] | list[Problem]:
        """A row to take with its fingerprint, or what is wrong with it: nothing, for a repeated
        one."""
        self.rows += 1
        if isinstance(found, Customer):
            number = found.customer_no
            fingerprint = self.cipher.fingerprints(b"row", found.canonical)
            earlier = self.seen.first(number, found.line, fingerprint)
            if earlier is None:
                return found, fingerprint
            line, before = earlier
            if before == fingerprint:
                self.unchanged += 1
                return []
            if self.seen.contradicted(number):
                self._keep_first(twice_in_file(line, number))
            found = [twice_in_file(found.line, number)]
        self.rejected += 1
        self.first = self.first or found[:1]
        return found

    def _keep_first(self, problem: Problem) -> None:
        self.twice += 1
        self.twice_first = sorted([*self.twice_first, problem], key=attrgetter("line"))[:SHOWN]


def twice_in_file(line: int, number: str) -> Problem:
    """The problem of a row when another row of the file says something else about its customer."""
    return Problem(line, number, "customer_no", number[:3] + "…", TWICE)


def read_rows(
    feed: FeedFile, reader: RowReader
) -> Iterator[tuple[FileRow, Customer | list[Problem]]]:
    """The rows of a file, each as a customer or as what is wrong with it."""
    for row in feed.rows():
        if row.problem is not None:
            number = row.values.get("customer_no", "").strip()[:64] or None
            yield row, [Problem(row.line, number, "row", "", row.problem)]
        else:
            yield row, reader.read(row.line, row.values, row.wrong)


def stage(
    db: Database,
    code: str,
    feed: FeedFile,
    reader: RowReader,
    delivery_id: int,
    ref: str,
    progress: Progress | None,
) -> list[Problem]:
    """Write a file's rows, valid ones and those set aside; gives the first that is wrong, as its
    problems. Raises FileRefused."""
    good: list[StagedValues] = []
    bad: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []

    def write() -> None:
        db.run(_stage_some, delivery_id, judged, good, bad, aside)
        for rows in (good, bad, aside):
            rows.clear()
        if progress is not None:
            progress("read", judged.rows)

    with CustomersSeen() as seen:
        judged = Judged(db.cipher, seen)
        for row, found in read_rows(feed, reader):
            verdict = judged.judge(found)
            if isinstance(verdict, tuple):
                good.append(staged_row(db.cipher, code, delivery_id, *verdict))
            elif verdict:
                bad += [_quarantined(delivery_id, problem) for problem in verdict]
                aside.append(raw_rows.sealed_row(db.cipher, delivery_id, ref, row))
            if len(good) + len(bad) >= STAGED_AT_ONCE:
                write()
        write()
    db.run(renew_statistics, (DeliveryRow.__table__, QuarantineRow.__table__))
    after: int | None = 0 if judged.twice else None
    while after is not None:
        after = db.run(_set_aside, code, delivery_id, ref, after)
    return judged.first


def _stage_some(
    session: Session,
    delivery_id: int,
    judged: Judged,
    good: list[StagedValues],
    bad: list[dict[str, Any]],
    aside: list[dict[str, Any]],
) -> None:
    connection = session.connection()
    write_staged(session, good)
    if bad:
        connection.execute(insert(QuarantineRow.__table__), bad)  # type: ignore[arg-type]
        connection.execute(insert(SetAsideRow.__table__), aside)  # type: ignore[arg-type]
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(rows=judged.rows, rejected=judged.rejected, unchanged=judged.unchanged)
    )


def write_staged(session: Session, rows: Sequence[StagedValues]) -> None:
    """Write rows that `staged_row` made."""
    write_rows(session, DeliveryRow.__table__, STAGED, rows, written=("content",))


def _set_aside(session: Session, code: str, delivery_id: int, ref: str, after: int) -> int | None:
    """The first rows of customers about whom a later one, beyond the line `after`, says something
    else; gives the line to go on from, None when all were looked at."""
    later = session.execute(
        select(QuarantineRow.line, QuarantineRow.customer_no)
        .where(
            QuarantineRow.delivery_id == delivery_id,
            QuarantineRow.reason == TWICE,
            QuarantineRow.line > after,
        )
        .order_by(QuarantineRow.line)
        .limit(SET_ASIDE_AT_ONCE)
    ).all()
    if not later:
        return None
    these = (
        DeliveryRow.delivery_id == delivery_id,
        DeliveryRow.customer_no.in_({row.customer_no for row in later}),
    )
    rows = session.execute(
        select(
            DeliveryRow.line, DeliveryRow.customer_no, DeliveryRow.op, DeliveryRow.content
        ).where(*these)
    ).all()
    if rows:
        cipher, connection = cipher_of(session), session.connection()
        bad = [_quarantined(delivery_id, twice_in_file(row.line, row.customer_no)) for row in rows]
        raw = [raw_rows.from_staged(cipher, code, row) for row in rows_as(raw_rows.StagedRow, rows)]
        aside = [raw_rows.sealed_row(cipher, delivery_id, ref, row) for row in raw]
        connection.execute(insert(QuarantineRow.__table__), bad)  # type: ignore[arg-type]
        connection.execute(insert(SetAsideRow.__table__), aside)  # type: ignore[arg-type]
        session.execute(delete(DeliveryRow).where(*these))
        session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id)
            .values(rejected=Delivery.rejected + len(bad))
            .execution_options(synchronize_session=False)
        )
    return int(later[-1].line)


def _quarantined(delivery_id: int, problem: Problem) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "line": problem.line,
        "customer_no": problem.customer_no,
        "field": problem.field,
        "value_masked": problem.value,
        "reason": problem.reason,
    }


def staged_row(
    cipher: Cipher, code: str, delivery_id: int, customer: Customer, fingerprint: bytes
) -> StagedValues:
    """The values of `STAGED` for a valid row: personal fields sealed for the record that they will
    belong to."""
    row_name = f"{code}/{customer.customer_no}"
    data = customer.data
    content: dict[str, Any] = {}
    for column, value in data.items():
        place = SEALED_AS.get(column)
        if place is not None:
            content[column] = cipher.seal(place, row_name, value).hex()
        else:
            content[column] = value.isoformat() if isinstance(value, date) else value
    if "full_name" in data:
        content["name_key"] = name_key(data["full_name"])
    if "id_number" in data:
        content["id_index"] = cipher.blind_index(data["id_type"], data["id_number"]).hex()
    if "mobile" in data:
        content["mobile_index"] = cipher.blind_index("mobile", data["mobile"]).hex()
        content["mobile_end_index"] = mobile_end_index(cipher, data["mobile"]).hex()
    if "email" in data:
        content["email_index"] = cipher.blind_index("email", data["email"].lower()).hex()
    return (
        delivery_id,
        customer.line,
        customer.op,
        customer.customer_no,
        fingerprint,
        json.dumps(content),
    )
