"""Staged rows become source records, every version kept; a new record begins a person.

Set-based and restartable: a chunk is one transaction with the delivery's cursor in it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core import clock
from vipclub.core.crypto import Cipher, cipher_of, known_again
from vipclub.core.db import new_ids
from vipclub.core.many_rows import write_rows
from vipclub.core.query_plans import by_index, renew_statistics
from vipclub.core.types import new_ref
from vipclub.core.value_lists import among
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
from vipclub.people.search_keys import write_spellings

CHUNK = 2_000
LOOKED_AT = 5_000
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
    "mobile_end_index",
    "email",
    "email_index",
    "address",
)
DATES = ("birth_date", "customer_since")
_record = SourceRecord.__table__
_said = (*PLAIN, *BINARY, *DATES)
_columns = (*_said, "content_hash", "as_of", "delivery_id", "deleted_at")
_known_as = ("id", "subsidiary_id", "customer_no", "person_id")
_NEW = (*_known_as, *_said, "content_hash", "as_of", "delivery_id")
_CONSENT = ("person_id", "purpose", "granted", "source", "at")
_VERSION = ("source_record_id", "delivery_id", "as_of", "op", "content_hash", "content")
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
        cast(DeliveryRow.content, Text).label("content"),
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
    by_index(session)
    cipher = cipher_of(session)
    known = _known(session, subsidiary_id, [row.customer_no for row in staged])
    work = _sort(cipher, staged, known, delivery, _latest_full(session, delivery))
    now = clock.now()
    new_records = _insert_new(session, work, subsidiary_id, code, delivery)
    _write_changes(session, work, delivery)
    if work.gone:
        session.execute(
            update(SourceRecord)
            .where(among(SourceRecord.id, [old.id for old, _ in work.gone]))
            .values(deleted_at=now, as_of=delivery.as_of, delivery_id=delivery.id)
        )
    if work.confirmed:
        session.execute(
            update(SourceRecord)
            .where(among(SourceRecord.id, work.confirmed))
            .values(as_of=delivery.as_of)
        )
    if work.marked:  # known by an older key's fingerprint
        rows = [{"row_id": i, "v": cipher.to_keep(row.content_hash)} for i, row in work.marked]
        session.connection().execute(_mark, rows)
    _write_versions(session, work, delivery, new_records)
    written = [values for _, values in work.new] + [values for *_, values in work.changed]
    write_spellings(session, [(values["name_key"], values["full_name"]) for values in written])
    touched = [old.person_id for old, *_ in (*work.changed, *work.gone)]
    golden_record.renew_clusters(session, touched)
    delivery.loaded += len(work.new) + len(work.changed) + len(work.gone)
    delivery.unchanged += work.unchanged + len(work.late)
    delivery.cursor = staged[-1].id
    renew_statistics(session, (Person.__table__, _record, Consent.__table__))
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
        ).where(
            SourceRecord.subsidiary_id == subsidiary_id, among(SourceRecord.customer_no, numbers)
        )
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
                work.new.append((row, _values(json.loads(row.content))))
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
            work.changed.append((old, row, _values(json.loads(row.content))))
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
) -> Sequence[int]:
    """A person, a record and a first word on sharing for each customer who is new; gives the ids of
    the records, in their order."""
    now, cipher, count = clock.now(), cipher_of(session), len(work.new)
    person_ids = new_ids(session, "person", count)
    record_ids = new_ids(session, "source_record", count)
    persons, records, consents = [], [], []
    for person_id, record_id, (row, values) in zip(person_ids, record_ids, work.new, strict=True):
        first = golden_record.first_attributes(
            cipher, new_ref("M"), f"{code}/{row.customer_no}", values
        )
        persons.append((person_id, person_id, now, *first))
        records.append(
            (
                record_id,
                subsidiary_id,
                row.customer_no,
                person_id,
                *[values[name] for name in _said],
                cipher.to_keep(row.content_hash),
                delivery.as_of,
                delivery.id,
            )
        )
        consents.append(_consent(person_id, values["shares"], f"delivery of {code}", now))
    columns = ("id", "survivor_id", "created_at", *golden_record.FIRST)
    write_rows(session, Person.__table__, columns, persons)
    write_rows(session, _record, _NEW, records)
    write_rows(session, Consent.__table__, _CONSENT, consents)
    return record_ids


def _consent(person_id: int, granted: bool, source: str, at: datetime) -> tuple[object, ...]:
    """The values of `_CONSENT` for what a company says of sharing in the group."""
    return person_id, "group_sharing", granted, source, at


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
    write_rows(session, Consent.__table__, _CONSENT, consents)


def _write_versions(
    session: Session, work: _Work, delivery: Delivery, new_records: Sequence[int]
) -> None:
    """Every version that a record had, the late ones too, in the order of the file."""
    said = [(record_id, row) for record_id, (row, _) in zip(new_records, work.new, strict=True)]
    said += [(old.id, row) for old, row, _ in work.changed]
    said += [(old.id, row) for old, row in (*work.gone, *work.late)]
    rows = [
        (record_id, delivery.id, delivery.as_of, row.op, row.content_hash, row.content)
        for record_id, row in sorted(said, key=lambda one: one[1].id)
    ]
    write_rows(session, SourceRecordVersion.__table__, _VERSION, rows, written=("content",))


def is_named(delivery_id: int) -> ColumnElement[bool]:
    """SQL over `SourceRecord`: whether a delivery names the record's customer, in a valid row or in
    one that was set aside."""
    staged, aside = _naming(delivery_id)
    return or_(staged, aside)


def _naming(delivery_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    staged = exists().where(
        DeliveryRow.delivery_id == delivery_id, DeliveryRow.customer_no == SourceRecord.customer_no
    )
    aside = select(QuarantineRow.customer_no).where(
        QuarantineRow.delivery_id == delivery_id, QuarantineRow.customer_no.is_not(None)
    )
    return staged, SourceRecord.customer_no.in_(aside)


def mark_gone(session: Session, delivery_id: int, after: int) -> int | None:
    """After a full file: of the next records beyond the id `after`, mark those as gone that the
    file doesn't name. Gives the id to go on from, None when all were looked at."""
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.kind != "full":
        return None
    part = select(SourceRecord.id).where(SourceRecord.id > after).order_by(SourceRecord.id)
    last: int | None = session.scalar(select(func.max(part.limit(LOOKED_AT).subquery().c.id)))
    if last is None:
        return None
    staged, aside = _naming(delivery_id)
    missing = session.execute(
        select(SourceRecord.id, SourceRecord.person_id).where(
            SourceRecord.id > after,
            SourceRecord.id <= last,
            SourceRecord.subsidiary_id == delivery.subsidiary_id,
            SourceRecord.deleted_at.is_(None),
            SourceRecord.as_of <= delivery.as_of,
            ~staged,
            ~aside,
        )
    ).all()
    if missing:
        session.execute(
            update(SourceRecord)
            .where(among(SourceRecord.id, [row.id for row in missing]))
            .values(deleted_at=clock.now(), as_of=delivery.as_of, delivery_id=delivery.id)
        )
        golden_record.renew_clusters(session, [row.person_id for row in missing])
        delivery.gone += len(missing)
    return last
