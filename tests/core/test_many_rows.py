"""Many rows written at once are the rows that were handed over, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from tests.membership.inserted_persons import insert_persons, source_record
from vipclub.core.db import Database
from vipclub.core.many_rows import write_rows
from vipclub.people import Consent, SourceRecord, SourceRecordVersion
from vipclub.people.models import Delivery

AT = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
CONSENT = ("person_id", "purpose", "granted", "source", "at", "note")
ODD = (
    "",
    "tab\there",
    "line\nbreak",
    "back\\slash",
    "\\N",
    "\\.",
    "'\"",
    "陈晓芳 🀄",
    "a\rb",
    None,
)


@pytest.fixture
def person(db: Database) -> int:
    db.run(insert_persons, [source_record()])
    with db.read() as session:
        return session.scalars(select(SourceRecord.person_id)).one()


def said(session: Session, person: int, *notes: str | None, purpose: str = "health") -> None:
    rows = [(person, purpose, True, "test", AT, note) for note in notes]
    write_rows(session, Consent.__table__, CONSENT, rows)


def notes(db: Database) -> list[str | None]:
    with db.read() as session:
        return list(session.scalars(select(Consent.note).order_by(Consent.id)))


def test_every_text_arrives_by_the_letter(db: Database, person: int) -> None:
    db.run(said, person, *ODD)
    assert notes(db) == list(ODD)


def test_values_of_every_kind_are_those_of_a_plain_insert(db: Database, person: int) -> None:
    columns = ("subsidiary_id", "customer_no", "person_id", "birth_date", "id_number", "id_index")
    columns += ("value_minor", "shares", "deleted_at")
    values = (1, "C1", person, date(1984, 5, 16), b"\x00\xff\\", b"\x01" * 16, 10**15, False, AT)

    def both(session: Session) -> None:
        table = SourceRecord.__table__
        write_rows(session, table, columns, [values])
        plain = dict(zip(columns, values, strict=True)) | {"customer_no": "C2"}
        session.execute(insert(SourceRecord).values(**plain))

    db.run(both)
    with db.read() as session:
        named = [getattr(SourceRecord, name) for name in columns if name != "customer_no"]
        statement = select(*named, SourceRecord.currency).where(
            SourceRecord.customer_no.in_(["C1", "C2"])
        )
        first, second = session.execute(statement).all()
    assert first == second
    assert (first.deleted_at, first.currency) == (AT.astimezone(UTC), "CNY")


@pytest.mark.parametrize("written", [True, False])
def test_json_is_taken_as_a_value_and_as_it_is_written(
    db: Database, person: int, written: bool
) -> None:
    document: dict[str, Any] = {"name": "陈\n晓\\芳", "none": None, "list": [1, 2.5, True]}
    import json

    def write(session: Session) -> None:
        delivery = Delivery(
            public_ref="D-00000-00000-0", subsidiary_id=1, sha256="", kind="full", as_of=AT.date(),
            file_name="", encoding="", state="applied", received_at=AT,
        )  # fmt: skip
        session.add(delivery)
        session.flush()
        record = session.scalars(select(SourceRecord.id)).one()
        columns = ("source_record_id", "delivery_id", "as_of", "op", "content_hash", "content")
        content = json.dumps(document) if written else document
        row = (record, delivery.id, AT.date(), "U", b"", content)
        fixed = ("content",) if written else ()
        write_rows(session, SourceRecordVersion.__table__, columns, [row], written=fixed)

    db.run(write)
    with db.read() as session:
        assert session.scalars(select(SourceRecordVersion.content)).one() == document


def test_what_the_database_refuses_is_refused_as_ever_and_nothing_is_written(
    db: Database, person: int
) -> None:
    with pytest.raises(IntegrityError):
        db.run(said, person, "a", "b", purpose="gossip")
    with pytest.raises(IntegrityError):
        db.run(said, person + 99, "a")
    assert notes(db) == []


def test_what_was_written_goes_with_its_transaction(db: Database, person: int) -> None:
    def write_and_fail(session: Session) -> None:
        said(session, person, "a", "b")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(write_and_fail)
    assert notes(db) == []


def test_a_moment_without_a_zone_is_refused(db: Database, person: int) -> None:
    def write(session: Session) -> None:
        row = (person, "health", True, "test", AT.replace(tzinfo=None), None)
        write_rows(session, Consent.__table__, CONSENT, [row])

    with pytest.raises((ValueError, StatementError, DataError)):
        db.run(write)
    assert notes(db) == []
