"""Sealing a table's rows anew with the keys in force, some at a time, and counting what is left.

What a row was written with is seen by itself: a key's number stands in front of what it sealed, and
in front of a blind index under every key but the first. So nothing has to be remembered: whoever
is killed in the middle goes on with what is left, and a row that a process wrote with the key
before is found too. A row is locked while it is sealed, and one that somebody else holds is left
for the next round, so that nobody waits for anybody in a circle. A row in which something opens
with no key is noted (`unreadable_rows`) and left, but for what of it opens.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import structlog
from sqlalchemy import (
    JSON,
    ColumnElement,
    LargeBinary,
    Select,
    SQLColumnExpression,
    Text,
    Update,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, FieldDamaged, cipher_of
from vipclub.core.rows import AnyRow
from vipclub.core.sealed_columns import BlindIndex, EndingIndex, SealedField, SealedTable
from vipclub.core.unreadable_rows import forget_readable, note_unreadable, noted, noted_ids

SOME = 500
Value: TypeAlias = SQLColumnExpression[Any]
log = structlog.get_logger("vipclub.keys")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step did: rows sealed anew, rows in which something opens with no key, and the last id
    that it came to; None when there was nothing more. `skipped` rows are held by somebody else, and
    were not looked at."""

    sealed: int
    damaged: int
    last_id: int | None
    skipped: int = 0


def seal_some(session: Session, table: SealedTable, *, after: int = 0, some: int = SOME) -> Batch:
    """Seal the next rows after an id that need it, but for those that are known to open with no
    key: two statements, and one more for each that was not known yet."""
    cipher = cipher_of(session)
    needs = or_(*(needs_anew(table, kind, cipher.in_force.of(kind)) for kind in kinds_of(table)))
    row_id = _id_of(table)
    rows = _locked(session, _rows(table).where(row_id > after, needs, ~_noted(table)), table, some)
    return _seal_rows(session, table, rows)


def seal_noted(
    session: Session, table: SealedTable, *, before: datetime, after: int = 0, some: int = SOME
) -> Batch:
    """Of the next rows that opened with no key and were not looked at since a moment, what opens
    now is sealed; one that opens as a whole, or is no more, is no longer noted."""
    ids = noted_ids(session, table.name, before=before, after=after, some=some)
    if not ids:
        return Batch(0, 0, None)
    there = set(session.scalars(select(_id_of(table)).where(_id_of(table).in_(ids))))
    if gone := set(ids) - there:
        forget_readable(session, table.name, gone)
    rows = _locked(session, _rows(table).where(_id_of(table).in_(ids)), table, some)
    done = _seal_rows(session, table, rows, known=True)
    return Batch(done.sealed, done.damaged, ids[-1], skipped=len(there) - len(rows))


def _locked(
    session: Session, statement: Select[Any], table: SealedTable, some: int
) -> Sequence[AnyRow]:
    ordered = statement.order_by(_id_of(table)).limit(some)
    return session.execute(
        ordered.with_for_update(of=table.model, key_share=True, skip_locked=True)
    ).all()


def _seal_rows(
    session: Session, table: SealedTable, rows: Sequence[AnyRow], *, known: bool = False
) -> Batch:
    """What of each row opens is sealed; the rest of it is left as it is, and the row noted."""
    if not rows:
        return Batch(0, 0, None)
    cipher = cipher_of(session)
    changes, damaged, whole = [], 0, []
    for row in rows:
        change, unreadable = _anew(cipher, table, row)
        if change:
            changes.append({"row_id": row.id, **change})
        if unreadable is None:
            whole.append(row.id)
            continue
        damaged += 1
        if note_unreadable(session, table.name, row.id, unreadable):
            log.error("row_opens_with_no_key", table=table.name, id=row.id, place=unreadable)
    if changes:
        session.connection().execute(_change(table), changes)
    if known and whole:
        forget_readable(session, table.name, whole)
    return Batch(len(changes), damaged, rows[-1].id)


def _id_of(table: SealedTable) -> Value:
    number: Value = table.model.id  # type: ignore[attr-defined]
    return number


def _noted(table: SealedTable) -> ColumnElement[bool]:
    return noted(table.name, _id_of(table))


def kinds_of(table: SealedTable) -> tuple[str, ...]:
    """Which keys a table's rows are written with."""
    indexed = any(field.indexes for field in table.fields)
    return ("encryption", "index") if indexed else ("encryption",)


def count_rows(session: Session, table: SealedTable, kind: str, number: int) -> tuple[int, int]:
    """How many rows need a key of this kind, and how many of them are not under this one though
    they could be."""
    filled = or_(*(value.is_not(None) for value in _values(table, kind)))
    left = func.count().filter(needs_anew(table, kind, number), ~_noted(table))
    row = session.execute(select(func.count(), left).select_from(table.model).where(filled)).one()
    return row[0], row[1]


def unreadable_rows(session: Session, table: SealedTable, kind: str, number: int) -> list[int]:
    """The ids of rows that stay as they are, not under this key, since they open with none."""
    statement = select(_id_of(table)).where(needs_anew(table, kind, number), _noted(table))
    return list(session.scalars(statement.order_by(_id_of(table))))


def count_under(session: Session, table: SealedTable, kind: str, number: int) -> int:
    """How many rows still need the key with this number, those that open with none among them."""
    statement = select(func.count()).select_from(table.model)
    return session.execute(statement.where(_under(table, kind, number))).scalar_one()


def unreadable_under(session: Session, table: SealedTable, kind: str, number: int) -> list[int]:
    """The ids of those among them that open with none."""
    statement = select(_id_of(table)).where(_under(table, kind, number), _noted(table))
    return list(session.scalars(statement.order_by(_id_of(table))))


def _under(table: SealedTable, kind: str, number: int) -> ColumnElement[bool]:
    return or_(*(_is_under(table, kind, value, number) for value in _values(table, kind)))


def count_ending(session: Session, ending: EndingIndex, number: int) -> int:
    """How many rows that end by themselves are still looked at by an index under this key."""
    value = getattr(ending.model, ending.name)
    statement = select(func.count()).select_from(ending.model)
    return session.execute(
        statement.where(_index_under(value, number, "bytes"), ending.counts())
    ).scalar_one()


def needs_anew(table: SealedTable, kind: str, number: int) -> ColumnElement[bool]:
    """SQL: whether a field of a row is filled and not under this key."""
    return or_(*(~_is_under(table, kind, value, number) for value in _values(table, kind)))


def sample_rows(session: Session, table: SealedTable, *, newest: bool, some: int) -> list[AnyRow]:
    """The first or the last rows in which something is sealed."""
    number = table.model.id  # type: ignore[attr-defined]
    filled = or_(*(value.is_not(None) for value in _values(table, "encryption")))
    order = number.desc() if newest else number
    return list(session.execute(_rows(table).where(filled).order_by(order).limit(some)).all())


def stored_bytes(table: SealedTable, row: AnyRow, name: str) -> bytes | None:
    """A field or an index of a row as the cipher knows it. Raises FieldDamaged for a text that
    isn't bytes written as the table writes them."""
    value = _stored(table, row, name)
    if value is None:
        return None
    try:
        return _decoded(table, value)
    except (ValueError, TypeError):
        raise FieldDamaged(name) from None


def index_of(
    cipher: Cipher, table: SealedTable, row: AnyRow, index: BlindIndex, plain: str, number: int
) -> bytes:
    """The blind index of a field under a key."""
    kind = index.kind or _stored(table, row, index.kind_in)
    return cipher.index_under(number, kind, index.of(plain))


def _rows(table: SealedTable) -> Select[Any]:
    model: Any = table.model
    names = dict.fromkeys(name for field in table.fields for name in _names(field))
    columns = (
        [table.document.label("document")]
        if table.document is not None
        else [getattr(model, name).label(name) for name in names]
    )
    statement = select(model.id.label("id"), table.row_name.label("row_name"), *columns)
    statement = statement.select_from(model)
    for other, condition in table.joins:
        statement = statement.join(other, condition)
    return statement


def _names(field: SealedField) -> list[str]:
    found = [field.name]
    for index in field.indexes:
        found += [index.name, index.kind_in]
    return [name for name in found if name]


def _anew(cipher: Cipher, table: SealedTable, row: AnyRow) -> tuple[dict[str, Any], str | None]:
    """The columns of a row that change, with all of it that opens under the keys in force; and the
    place of the first field that doesn't open."""
    written: dict[str, Any] = {}
    unreadable = None
    for field in table.fields:
        try:
            written |= _field_anew(cipher, table, row, field)
        except FieldDamaged:
            unreadable = unreadable or field.place
    if not written:
        return {}, unreadable
    if table.document is None:
        names = (name for field in table.fields for name in _written_names(field))
        whole = {f"v_{name}": written.get(name, getattr(row, name)) for name in names}
    else:
        whole = {"v_document": row.document | {n: _encoded(table, v) for n, v in written.items()}}
    return whole, unreadable


def _field_anew(
    cipher: Cipher, table: SealedTable, row: AnyRow, field: SealedField
) -> dict[str, bytes]:
    """What a field and its indexes would be, where that differs. Raises FieldDamaged, also for an
    index without the text that it is of."""
    sealed = stored_bytes(table, row, field.name)
    stored = {index: stored_bytes(table, row, index.name) for index in field.indexes}
    if sealed is None:
        if any(value is not None for value in stored.values()):
            raise FieldDamaged(field.place)
        return {}
    plain = cipher.unseal(field.place, row.row_name, sealed)
    written = {}
    if sealed[0] != cipher.in_force.encryption:
        written[field.name] = cipher.seal(field.place, row.row_name, plain)
    for index, value in stored.items():
        made = index_of(cipher, table, row, index, plain, cipher.in_force.index)
        if made != value:
            written[index.name] = made
    return written


def _written_names(field: SealedField) -> list[str]:
    return [field.name, *(index.name for index in field.indexes)]


def _change(table: SealedTable) -> Update:
    columns = table.model.__table__.c
    statement = update(table.model.__table__).where(columns.id == bindparam("row_id"))  # type: ignore[arg-type]
    if table.document is not None:
        column = columns[table.document.key]
        return statement.values({column: bindparam("v_document", type_=column.type)})
    names = [name for field in table.fields for name in _written_names(field)]
    return statement.values({columns[name]: bindparam(f"v_{name}") for name in names})


def _stored(table: SealedTable, row: AnyRow, name: str) -> Any:  # noqa: ANN401 - bytes, or text
    return row.document.get(name) if table.document is not None else getattr(row, name)


def _decoded(table: SealedTable, value: bytes | str) -> bytes:
    if isinstance(value, str):
        hexadecimal = table.written == "hex"
        return bytes.fromhex(value) if hexadecimal else b64decode(value, validate=True)
    return memoryview(value).tobytes()


def _encoded(table: SealedTable, value: bytes) -> str:
    return value.hex() if table.written == "hex" else b64encode(value).decode()


def _values(table: SealedTable, kind: str) -> list[Value]:
    """SQL for what a table's fields hold of a kind: sealed text, or blind indexes."""
    if kind == "encryption":
        names = [field.name for field in table.fields]
    else:
        names = [index.name for field in table.fields for index in field.indexes]
    if table.document is None:
        return [getattr(table.model, name) for name in names]
    document = type_coerce(table.document, JSON)
    return [document[name].as_string() for name in names]


def _is_under(table: SealedTable, kind: str, value: Value, number: int) -> ColumnElement[bool]:
    if kind == "index":
        return _index_under(value, number, table.written)
    if table.written == "bytes":
        begins = func.substr(value, 1, 1, type_=LargeBinary)
        return begins == bytes([number])
    begins = func.substr(value, 1, 2, type_=Text)
    if table.written == "hex":
        return begins == f"{number:02x}"
    return begins.in_(sorted({b64encode(bytes([number, x]))[:2].decode() for x in range(256)}))


def _index_under(value: Value, number: int, written: str) -> ColumnElement[bool]:
    """Key 1 writes 16 bytes, any other its number in front of them."""
    long, width = (17 if number > 1 else 16), (2 if written == "hex" else 1)
    right: ColumnElement[bool] = func.length(value) == long * width
    if number == 1:
        return right
    if written == "hex":
        return right & (func.substr(value, 1, 2, type_=Text) == f"{number:02x}")
    return right & (func.substr(value, 1, 1, type_=LargeBinary) == bytes([number]))
