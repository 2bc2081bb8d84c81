"""Feed files as a subsidiary would send them, and what became of them."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from vipclub import people
from vipclub.core.db import Database
from vipclub.people import DeliveryReport, Person, QuarantineRow, SourceRecord, Subsidiary
from vipclub.people.normal_forms.documents import check_character

LIN_ROW = {
    "customer_no": "L1",
    "full_name": "林若溪",
    "sex": "F",
    "birth_date": "1984-05-16",
    "mobile": "+8619900000001",
}


def resident_number(born: str = "19840516", order: str = "002") -> str:
    """A resident number of no place, with its check digit."""
    body = f"990000{born}{order}"
    return body + check_character(body)


def csv_of(*rows: dict[str, Any], columns: list[str] | None = None, delimiter: str = ",") -> str:
    """Rows as CSV."""
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    target = io.StringIO()
    writer = csv.DictWriter(target, names, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


class Group:
    """The group's subsidiaries, sending files."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder
        self._files = 0

    def add_company(self, code: str = "LIFE", **settings: Any) -> None:
        self.db.run(people.add_subsidiary, CLUB_ACTOR, code=code, name=code, **settings)

    def write_file(self, content: str | bytes, name: str | None = None) -> Path:
        self._files += 1
        path = self.folder / (name or f"feed-{self._files}.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def send(self, *rows: dict[str, Any], to: str = "LIFE", **options: Any) -> DeliveryReport:
        columns = options.pop("columns", None)
        return self.send_file(csv_of(*rows, columns=columns), to=to, **options)

    def send_file(
        self, content: str | bytes, to: str = "LIFE", name: str | None = None, **options: Any
    ) -> DeliveryReport:
        return self.send_path(self.write_file(content, name), to=to, **options)

    def send_path(self, path: Path, to: str = "LIFE", **options: Any) -> DeliveryReport:
        return people.load_delivery(self.db, CLUB_ACTOR, path=path, subsidiary=to, **options)

    def persons(self) -> set[frozenset[str]]:
        """Who is one person: sets of SUBSIDIARY/customer number."""
        found: dict[str, set[str]] = defaultdict(set)
        with self.db.read() as session:
            for code, number, person in people.export_rows(session, CLUB_ACTOR):
                found[person].add(f"{code}/{number}")
        return {frozenset(records) for records in found.values()}

    def ref_of(self, code: str, number: str) -> str:
        with self.db.read() as session:
            found = {(c, n): ref for c, n, ref in people.export_rows(session, CLUB_ACTOR)}
        return found[code, number]

    def person(self, code: str, number: str) -> Person:
        """The one who stands for a record's person."""
        with self.db.read() as session:
            return session.scalars(
                select(Person).where(Person.public_ref == self.ref_of(code, number))
            ).one()

    def record(self, code: str, number: str) -> SourceRecord:
        with self.db.read() as session:
            return session.scalars(
                select(SourceRecord)
                .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
                .where(Subsidiary.code == code, SourceRecord.customer_no == number)
            ).one()

    def set_aside(self) -> list[tuple[int, str, str]]:
        """Line, field and reason of all that was set aside."""
        with self.db.read() as session:
            rows = session.execute(
                select(QuarantineRow.line, QuarantineRow.field, QuarantineRow.reason).order_by(
                    QuarantineRow.line, QuarantineRow.field
                )
            )
            return [tuple(row) for row in rows]  # type: ignore[misc]

    def customers_known(self) -> list[tuple[Any, ...]]:
        """What is known about customers, without ids and times, personal fields opened."""
        with self.db.read() as session:
            rows = session.execute(
                select(Subsidiary.code, SourceRecord)
                .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
                .order_by(Subsidiary.code, SourceRecord.customer_no)
            ).all()
        return [self._plain(code, record) for code, record in rows]

    def _plain(self, code: str, record: SourceRecord) -> tuple[Any, ...]:
        name = f"{code}/{record.customer_no}"
        opened = tuple(
            value and self.db.cipher.unseal(f"source_record.{column}", name, value)
            for column in ("id_number", "mobile", "email", "address")
            for value in (getattr(record, column),)
        )
        return (
            name,
            record.full_name,
            record.birth_date,
            record.value_minor,
            record.shares,
            record.as_of,
            record.deleted_at is None,
            *opened,
        )


def as_of(day: str) -> dict[str, date]:
    """The day that a file speaks of."""
    return {"as_of": date.fromisoformat(day)}
