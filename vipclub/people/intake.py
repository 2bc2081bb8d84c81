"""Staged rows become source records with all their versions; a new record begins a person.

Set-based and restartable: a chunk is one transaction with the delivery's cursor in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.db import new_ids
from vipclub.core.types import new_ref
from vipclub.people.models import (
    Consent,
    Delivery,
    DeliveryRow,
    Person,
    SourceRecord,
    SourceRecordVersion,
)

CHUNK = 2_000
PLAIN = (
    "full_name",
    "surname",
    "given_name",
    "name_key",
    "sex",
    "id_type",
    "city_code",
    "postcode",
    "language",
    "value_minor",
    "contribution_minor",
    "currency",
    "vip_grade",
    "manager_no",
    "shares",
)
BINARY = (
    "id_number",
    "id_index",
    "mobile",
    "mobile_index",
    "email",
    "email_index",
    "address",
)
DATES = ("birth_date", "customer_since")
_record = SourceRecord.__table__
_columns = (*PLAIN, *BINARY, *DATES, "content_hash", "as_of", "delivery_id", "deleted_at")
_change = (
    update(_record)  # type: ignore[arg-type]
    .where(_record.c.id == bindparam("row_id"))
    .values({name: bindparam(f"v_{name}", type_=_record.c[name].type) for name in _columns})
)


@dataclass(slots=True)
class _Work:
    """What a chunk does, gathered before it is written."""

    new: list[tuple[DeliveryRow, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[Any, DeliveryRow, dict[str, Any]]] = field(default_factory=list)
    gone: list[tuple[Any, DeliveryRow]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    late: list[tuple[Any, DeliveryRow]] = field(default_factory=list)
    unchanged: int = 0


def work_in_some(session: Session, subsidiary_id: int, code: str, delivery_id: int) -> bool:
    """The next staged rows. False when there are no more."""
    delivery = session.get_one(Delivery, delivery_id)
    staged = session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.delivery_id == delivery_id, DeliveryRow.id > delivery.cursor)
        .order_by(DeliveryRow.id)
        .limit(CHUNK)
    ).all()
    if not staged:
        return False
    known = _known(session, subsidiary_id, [row.customer_no for row in staged])
    work = _sort(staged, known, delivery.as_of)
    now = clock.now()
    _insert_new(session, work, subsidiary_id, code, delivery)
    _write_changes(session, work, delivery)
    if work.gone:
        session.execute(
            update(SourceRecord)
            .where(SourceRecord.id.in_([old.id for old, _ in work.gone]))
            .values(deleted_at=now, as_of=delivery.as_of, delivery_id=delivery.id)
        )
    if work.confirmed:
        session.execute(
            update(SourceRecord)
            .where(SourceRecord.id.in_(work.confirmed))
            .values(as_of=delivery.as_of)
        )
    _write_versions(session, work, delivery)
    delivery.loaded += len(work.new) + len(work.changed) + len(work.gone)
    delivery.unchanged += work.unchanged + len(work.late)
    delivery.cursor = staged[-1].id
    return True


def _known(session: Session, subsidiary_id: int, numbers: list[str]) -> dict[str, Any]:
    rows = session.execute(
        select(
            SourceRecord.id,
            SourceRecord.customer_no,
            SourceRecord.person_id,
            SourceRecord.content_hash,
            SourceRecord.as_of,
            SourceRecord.deleted_at,
            SourceRecord.shares,
        ).where(SourceRecord.subsidiary_id == subsidiary_id, SourceRecord.customer_no.in_(numbers))
    )
    return {row.customer_no: row for row in rows}


def _sort(staged: Sequence[DeliveryRow], known: dict[str, Any], as_of: date) -> _Work:
    """What is new, changed, gone, the same, or older than what is known."""
    work = _Work()
    for row in staged:
        old = known.get(row.customer_no)
        if old is None:
            if row.op == "U":
                work.new.append((row, _values(row.content)))
            else:
                work.unchanged += 1
        elif old.as_of is not None and as_of < old.as_of:
            work.late.append((old, row))
        elif row.op == "D":
            if old.deleted_at is None:
                work.gone.append((old, row))
            else:
                work.unchanged += 1
        elif old.deleted_at is None and bytes(old.content_hash or b"") == bytes(row.content_hash):
            work.unchanged += 1
            if old.as_of != as_of:
                work.confirmed.append(old.id)
        else:
            work.changed.append((old, row, _values(row.content)))
    return work


def _values(content: dict[str, Any]) -> dict[str, Any]:
    """A staged row's content as column values; what is missing is empty."""
    values: dict[str, Any] = {name: content.get(name) for name in PLAIN}
    for name in BINARY:
        values[name] = bytes.fromhex(content[name]) if name in content else None
    for name in DATES:
        values[name] = date.fromisoformat(content[name]) if name in content else None
    return values


def _insert_new(
    session: Session, work: _Work, subsidiary_id: int, code: str, delivery: Delivery
) -> None:
    if not work.new:
        return
    now = clock.now()
    ids = new_ids(session, "person", len(work.new))
    persons = [
        {
            "id": person_id,
            "public_ref": new_ref("M"),
            "survivor_id": person_id,
            "full_name": values["full_name"],
            "surname": values["surname"],
            "given_name": values["given_name"],
            "sex": values["sex"],
            "birth_date": values["birth_date"],
            "language": values["language"],
            "city_code": values["city_code"],
            "created_at": now,
        }
        for person_id, (_, values) in zip(ids, work.new, strict=True)
    ]
    records = [
        {
            **values,
            "subsidiary_id": subsidiary_id,
            "customer_no": row.customer_no,
            "person_id": person_id,
            "content_hash": row.content_hash,
            "as_of": delivery.as_of,
            "delivery_id": delivery.id,
            "deleted_at": None,
        }
        for person_id, (row, values) in zip(ids, work.new, strict=True)
    ]
    consents = [
        _consent(person_id, values["shares"], code, now)
        for person_id, (_, values) in zip(ids, work.new, strict=True)
    ]
    connection = session.connection()
    connection.execute(insert(Person.__table__), persons)  # type: ignore[arg-type]
    connection.execute(insert(_record), records)  # type: ignore[arg-type]
    connection.execute(insert(Consent.__table__), consents)  # type: ignore[arg-type]


def _consent(person_id: int, granted: bool, code: str, at: Any) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "purpose": "group_sharing",
        "granted": granted,
        "source": f"delivery of {code}",
        "at": at,
    }


def _write_changes(session: Session, work: _Work, delivery: Delivery) -> None:
    if not work.changed:
        return
    now = clock.now()
    rows = []
    consents = []
    for old, row, values in work.changed:
        full = {
            **values,
            "content_hash": row.content_hash,
            "as_of": delivery.as_of,
            "delivery_id": delivery.id,
            "deleted_at": None,
        }
        rows.append({"row_id": old.id, **{f"v_{name}": full[name] for name in _columns}})
        if old.shares != values["shares"]:
            consents.append(_consent(old.person_id, values["shares"], "the subsidiary", now))
    session.connection().execute(_change, rows)
    if consents:
        session.connection().execute(insert(Consent.__table__), consents)  # type: ignore[arg-type]


def _write_versions(session: Session, work: _Work, delivery: Delivery) -> None:
    """Every version that a record had, the late ones too."""
    numbers = [row.customer_no for row, _ in work.new]
    ids: dict[str, int] = {}
    if numbers:
        found = session.execute(
            select(SourceRecord.customer_no, SourceRecord.id).where(
                SourceRecord.subsidiary_id == delivery.subsidiary_id,
                SourceRecord.customer_no.in_(numbers),
            )
        )
        ids = {row.customer_no: row.id for row in found}
    rows = [(ids[row.customer_no], row) for row, _ in work.new]
    rows += [(old.id, row) for old, row, _ in work.changed]
    rows += [(old.id, row) for old, row in (*work.gone, *work.late)]
    if rows:
        session.connection().execute(
            insert(SourceRecordVersion.__table__),  # type: ignore[arg-type]
            [
                {
                    "source_record_id": record_id,
                    "delivery_id": delivery.id,
                    "as_of": delivery.as_of,
                    "op": row.op,
                    "content_hash": row.content_hash,
                    "content": row.content,
                }
                for record_id, row in rows
            ],
        )


def mark_gone(session: Session, delivery_id: int) -> bool:
    """After a full file: customers that it doesn't name are gone. False when none are left."""
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.kind != "full":
        return False
    named = select(DeliveryRow.customer_no).where(DeliveryRow.delivery_id == delivery_id)
    missing = session.scalars(
        select(SourceRecord.id)
        .where(
            SourceRecord.subsidiary_id == delivery.subsidiary_id,
            SourceRecord.deleted_at.is_(None),
            SourceRecord.as_of <= delivery.as_of,
            SourceRecord.customer_no.not_in(named),
        )
        .limit(CHUNK)
    ).all()
    if not missing:
        return False
    session.execute(
        update(SourceRecord)
        .where(SourceRecord.id.in_(missing))
        .values(deleted_at=clock.now(), as_of=delivery.as_of, delivery_id=delivery.id)
    )
    delivery.gone += len(missing)
    return True
