"""Staged rows become source records, every version kept; a new record begins a person.

Set-based and restartable: a chunk is one transaction with the delivery's cursor in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, literal, not_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core import clock
from vipclub.core.crypto import Cipher, cipher_of, known_again
from vipclub.core.db import new_ids
from vipclub.core.types import new_ref
from vipclub.people import golden_record
from vipclub.people.feeds.steps import APPLY
from vipclub.people.models import (
    Consent,
    Delivery,
    DeliveryRow,
    Person,
    QuarantineRow,
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

_mark = (
    update(_record)  # type: ignore[arg-type]
    .where(_record.c.id == bindparam("row_id"))
    .values(content_hash=bindparam("v"))
)

_staged = (
    select(
        DeliveryRow.id,
        DeliveryRow.op,
        DeliveryRow.customer_no,
        DeliveryRow.content_hash,
        DeliveryRow.content,
    )
    .order_by(DeliveryRow.id)
    .limit(CHUNK)
)


@dataclass(slots=True)
class _Work:
    """What a chunk does, gathered before it is written."""

    new: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    changed: list[tuple[Any, Any, dict[str, Any]]] = field(default_factory=list)
    gone: list[tuple[Any, Any]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    marked: list[tuple[int, Any]] = field(default_factory=list)
    late: list[tuple[Any, Any]] = field(default_factory=list)
    unchanged: int = 0


def write_staged_rows(session: Session, subsidiary_id: int, code: str, delivery_id: int) -> int:
    """Write the next chunk of staged rows into the source records; gives how many rows, 0 when
    there are no more."""
    delivery = session.get_one(Delivery, delivery_id)
    staged = session.execute(
        _staged.where(DeliveryRow.delivery_id == delivery_id, DeliveryRow.id > delivery.cursor)
    ).all()
    if not staged:
        return 0
    cipher = cipher_of(session)
    known = _known(session, subsidiary_id, [row.customer_no for row in staged])
    work = _sort(cipher, staged, known, delivery, _latest_full(session, delivery))
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
    if work.marked:  # known by an older key's fingerprint
        rows = [{"row_id": i, "v": cipher.to_keep(row.content_hash)} for i, row in work.marked]
        session.connection().execute(_mark, rows)
    _write_versions(session, work, delivery, staged[0].id, staged[-1].id)
    touched = [old.person_id for old, *_ in (*work.changed, *work.gone)]
    golden_record.renew_clusters(session, touched)
    delivery.loaded += len(work.new) + len(work.changed) + len(work.gone)
    delivery.unchanged += work.unchanged + len(work.late)
    delivery.cursor = staged[-1].id
    return len(staged)


def _latest_full(session: Session, delivery: Delivery) -> date | None:
    """The day of the newest full file: a customer whom it doesn't name and an older file brings
    has left since."""
    day: date | None = session.scalar(
        select(func.max(Delivery.as_of)).where(
            Delivery.subsidiary_id == delivery.subsidiary_id,
            Delivery.id != delivery.id,
            Delivery.kind == "full",
            Delivery.state == APPLY.target,
        )
    )
    return day


def _known(session: Session, subsidiary_id: int, numbers: list[str]) -> dict[str, Any]:
    rows = session.execute(
        select(
            SourceRecord.id,
            SourceRecord.customer_no,
            SourceRecord.person_id,
            SourceRecord.content_hash,
            SourceRecord.as_of,
            SourceRecord.delivery_id,
            SourceRecord.deleted_at,
            SourceRecord.shares,
        ).where(SourceRecord.subsidiary_id == subsidiary_id, SourceRecord.customer_no.in_(numbers))
    )
    return {row.customer_no: row for row in rows}


def _sort(
    cipher: Cipher,
    staged: Sequence[Any],
    known: dict[str, Any],
    delivery: Delivery,
    full: date | None,
) -> _Work:
    """What is new, changed, gone, the same, or older than what is known: by the day, and on one
    day by which delivery came first."""
    work, as_of = _Work(), delivery.as_of
    for row in staged:
        old = known.get(row.customer_no)
        if old is None:
            if row.op == "U" and (full is None or full <= as_of):
                work.new.append((row, _values(row.content)))
            else:
                work.unchanged += 1
        elif old.as_of is not None and (as_of, delivery.id) < (old.as_of, old.delivery_id or 0):
            work.late.append((old, row))
        elif row.op == "D":
            if old.deleted_at is None:
                work.gone.append((old, row))
            else:
                work.unchanged += 1
        elif old.deleted_at is None and known_again(old.content_hash, row.content_hash):
            work.unchanged += 1
            if old.as_of != as_of:
                work.confirmed.append(old.id)
            if bytes(old.content_hash) != cipher.to_keep(row.content_hash):
                work.marked.append((old.id, row))
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
    cipher = cipher_of(session)
    persons = [
        {
            "id": person_id,
            "survivor_id": person_id,
            **golden_record.first_attributes(
                cipher, new_ref("M"), f"{code}/{row.customer_no}", values
            ),
            "created_at": now,
        }
        for person_id, (row, values) in zip(ids, work.new, strict=True)
    ]
    records = [
        {
            **values,
            "subsidiary_id": subsidiary_id,
            "customer_no": row.customer_no,
            "person_id": person_id,
            "content_hash": cipher.to_keep(row.content_hash),
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


def _consent(person_id: int, granted: bool, code: str, at: datetime) -> dict[str, Any]:
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
    now, cipher = clock.now(), cipher_of(session)
    rows = []
    consents = []
    for old, row, values in work.changed:
        full = {
            **values,
            "content_hash": cipher.to_keep(row.content_hash),
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


def _write_versions(
    session: Session, work: _Work, delivery: Delivery, first_id: int, last_id: int
) -> None:
    """Every version that a record had, the late ones too."""
    numbers = [row.customer_no for row, _ in work.new]
    numbers += [row.customer_no for _, row, _ in work.changed]
    numbers += [row.customer_no for _, row in (*work.gone, *work.late)]
    if not numbers:
        return
    copied = (
        select(
            SourceRecord.id,
            DeliveryRow.delivery_id,
            literal(delivery.as_of),
            DeliveryRow.op,
            DeliveryRow.content_hash,
            DeliveryRow.content,
        )
        .join(SourceRecord, SourceRecord.customer_no == DeliveryRow.customer_no)
        .where(
            SourceRecord.subsidiary_id == delivery.subsidiary_id,
            DeliveryRow.delivery_id == delivery.id,
            DeliveryRow.id.between(first_id, last_id),
            DeliveryRow.customer_no.in_(numbers),
        )
        .order_by(DeliveryRow.id)
    )
    columns = ["source_record_id", "delivery_id", "as_of", "op", "content_hash", "content"]
    session.execute(insert(SourceRecordVersion).from_select(columns, copied))


def is_named(delivery_id: int) -> ColumnElement[bool]:
    """SQL over `SourceRecord`: whether a delivery names the record's customer, in a valid row or in
    one that was set aside."""
    staged = exists().where(
        DeliveryRow.delivery_id == delivery_id, DeliveryRow.customer_no == SourceRecord.customer_no
    )
    aside = select(QuarantineRow.customer_no).where(
        QuarantineRow.delivery_id == delivery_id, QuarantineRow.customer_no.is_not(None)
    )
    return or_(staged, SourceRecord.customer_no.in_(aside))


def mark_gone(session: Session, delivery_id: int) -> bool:
    """After a full file: mark the next chunk of customers that it doesn't name as gone. False when
    none are left."""
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.kind != "full":
        return False
    missing = session.scalars(
        select(SourceRecord.id)
        .where(
            SourceRecord.subsidiary_id == delivery.subsidiary_id,
            SourceRecord.deleted_at.is_(None),
            SourceRecord.as_of <= delivery.as_of,
            not_(is_named(delivery_id)),
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
    persons = session.scalars(select(SourceRecord.person_id).where(SourceRecord.id.in_(missing)))
    golden_record.renew_clusters(session, persons.all())
    delivery.gone += len(missing)
    return True
