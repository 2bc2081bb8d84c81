"""A file's rows are written beside the club's data in short transactions, invisible until the
delivery is applied.

Decision (2026-11): one pass of plain Python over the rows, with patterns for what is usual and the
slow validators for what is odd; the ciphers and the database take longer than reading does, so
that a column-wise reader would gain little and lose the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.db import Database
from vipclub.core.rows import rows_as
from vipclub.people.feeds import raw_rows
from vipclub.people.feeds.reading.files import FeedFile
from vipclub.people.feeds.reading.row_validation import Customer, FileRow, Problem, RowReader
from vipclub.people.models import Delivery, DeliveryRow, QuarantineRow, SetAsideRow
from vipclub.people.normal_forms.names import name_key

STAGED_AT_ONCE = 5_000
SEALED = ("id_number", "mobile", "email", "address")
Progress = Callable[[str, int], None]
"""Told what is being done (read, work in) and how many rows so far."""


@dataclass(slots=True)
class Judged:
    """How the rows of a file turned out so far. Rows that say the same about one customer count as
    unchanged; those that say different things are all set aside, whatever their order."""

    cipher: Cipher
    rows: int = 0
    rejected: int = 0
    unchanged: int = 0
    first: list[Problem] = field(default_factory=list)
    lines: dict[str, tuple[int, bytes]] = field(default_factory=dict, repr=False)
    twice: set[str] = field(default_factory=set, repr=False)

    def judge(self, found: Customer | list[Problem]) -> tuple[Customer, bytes] | list[Problem]:
        """A row to take with its fingerprint, or what is wrong with it: nothing, for a repeated
        one."""
        self.rows += 1
        if isinstance(found, Customer):
            number = found.customer_no
            fingerprint = self.cipher.fingerprints(b"row", found.canonical)
            line, before = self.lines.setdefault(number, (found.line, fingerprint))
            if line == found.line:
                return found, fingerprint
            if before == fingerprint:
                self.unchanged += 1
                return []
            self.twice.add(number)
            found = [twice_in_file(found.line, number)]
        self.rejected += 1
        self.first = self.first or found[:1]
        return found


def twice_in_file(line: int, number: str) -> Problem:
    """The problem of a row when another row of the file says something else about its customer."""
    return Problem(line, number, "customer_no", number[:3] + "…", "twice_in_file")


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
    judged = Judged(db.cipher)
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []

    def write() -> None:
        db.run(_stage_some, delivery_id, judged, good, bad, aside)
        for rows in (good, bad, aside):
            rows.clear()
        if progress is not None:
            progress("read", judged.rows)

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
    if judged.twice:
        db.run(_set_aside, code, delivery_id, ref, sorted(judged.twice))
    return judged.first


def _stage_some(
    session: Session,
    delivery_id: int,
    judged: Judged,
    good: list[dict[str, Any]],
    bad: list[dict[str, Any]],
    aside: list[dict[str, Any]],
) -> None:
    connection = session.connection()
    if good:
        connection.execute(insert(DeliveryRow.__table__), good)  # type: ignore[arg-type]
    if bad:
        connection.execute(insert(QuarantineRow.__table__), bad)  # type: ignore[arg-type]
        connection.execute(insert(SetAsideRow.__table__), aside)  # type: ignore[arg-type]
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(rows=judged.rows, rejected=judged.rejected, unchanged=judged.unchanged)
    )


def _set_aside(session: Session, code: str, delivery_id: int, ref: str, numbers: list[str]) -> None:
    """The first row of a customer about whom a later one says something else."""
    cipher = cipher_of(session)
    connection = session.connection()
    moved = 0
    for start in range(0, len(numbers), 500):
        these = (
            DeliveryRow.delivery_id == delivery_id,
            DeliveryRow.customer_no.in_(numbers[start : start + 500]),
        )
        rows = session.execute(
            select(
                DeliveryRow.line, DeliveryRow.customer_no, DeliveryRow.op, DeliveryRow.content
            ).where(*these)
        ).all()
        bad = [_quarantined(delivery_id, twice_in_file(row.line, row.customer_no)) for row in rows]
        raw = [raw_rows.from_staged(cipher, code, row) for row in rows_as(raw_rows.StagedRow, rows)]
        aside = [raw_rows.sealed_row(cipher, delivery_id, ref, row) for row in raw]
        connection.execute(insert(QuarantineRow.__table__), bad)  # type: ignore[arg-type]
        connection.execute(insert(SetAsideRow.__table__), aside)  # type: ignore[arg-type]
        session.execute(delete(DeliveryRow).where(*these))
        moved += len(bad)
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(rejected=Delivery.rejected + moved)
        .execution_options(synchronize_session=False)
    )


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
) -> dict[str, Any]:
    """The columns of a `DeliveryRow` for a valid row: personal fields sealed for the record that
    they will belong to."""
    row_name = f"{code}/{customer.customer_no}"
    data = customer.data
    content: dict[str, Any] = {}
    for column, value in data.items():
        if column in SEALED:
            content[column] = cipher.seal(f"source_record.{column}", row_name, value).hex()
        else:
            content[column] = value.isoformat() if isinstance(value, date) else value
    if "full_name" in data:
        content["name_key"] = name_key(data["full_name"])
    if "id_number" in data:
        content["id_index"] = cipher.blind_index(data["id_type"], data["id_number"]).hex()
    if "mobile" in data:
        content["mobile_index"] = cipher.blind_index("mobile", data["mobile"]).hex()
    if "email" in data:
        content["email_index"] = cipher.blind_index("email", data["email"].lower()).hex()
    return {
        "delivery_id": delivery_id,
        "line": customer.line,
        "op": customer.op,
        "customer_no": customer.customer_no,
        "content_hash": fingerprint,
        "content": content,
    }
