"""Sealing a table's rows anew with the keys in force, some at a time, and counting what is left.

What a row was written with is seen by itself: a key's number stands in front of what it sealed, and
in front of a blind index under every key but the first. So nothing has to be remembered: whoever
is killed in the middle goes on with what is left, and a row that a process wrote with the key
before is found too. A row is locked while it is sealed, and one that somebody else holds is left
for the next round, so that nobody waits for anybody in a circle.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
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

SOME = 500
Value: TypeAlias = SQLColumnExpression[Any]
log = structlog.get_logger("vipclub.keys")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a step did: rows sealed anew, rows that open with no key, and the last id that it came
    to; None when there was nothing more."""

    sealed: int
    damaged: int
    last_id: int | None


def seal_some(session: Session, table: SealedTable, *, after: int = 0, some: int = SOME) -> Batch:
    """Seal the next rows after an id that need it: two statements."""
    cipher = cipher_of(session)
    needs = or_(*(needs_anew(table, kind, cipher.in_force.of(kind)) for kind in kinds_of(table)))
    rows = session.execute(
        _rows(table)
        .where(table.model.id > after, needs)  # type: ignore[attr-defined]
        .order_by(table.model.id)  # type: ignore[attr-defined]
        .limit(some)
        .with_for_update(of=table.model, key_share=True, skip_locked=True)
    ).all()
    if not rows:
        return Batch(0, 0, None)
    changes, damaged = [], 0
    for row in rows:
        try:
            changes.append({"row_id": row.id, **_anew(cipher, table, row)})
        except FieldDamaged as error:
            damaged += 1
            log.error("row_opens_with_no_key", table=table.name, id=row.id, place=str(error))
    if changes:
        session.connection().execute(_change(table), changes)
    return Batch(len(changes), damaged, rows[-1].id)


def kinds_of(table: SealedTable) -> tuple[str, ...]:
    """Which keys a table's rows are written with."""
    indexed = any(field.index for field in table.fields)
    return ("encryption", "index") if indexed else ("encryption",)


def count_rows(session: Session, table: SealedTable, kind: str, number: int) -> tuple[int, int]:
    """How many rows need a key of this kind, and how many of them are not under this one."""
    filled = or_(*(value.is_not(None) for value in _values(table, kind)))
    row = session.execute(
        select(func.count(), func.count().filter(needs_anew(table, kind, number)))
        .select_from(table.model)
        .where(filled)
    ).one()
    return row[0], row[1]


def count_under(session: Session, table: SealedTable, kind: str, number: int) -> int:
    """How many rows still need the key with this number."""
    under = or_(*(_is_under(table, kind, value, number) for value in _values(table, kind)))
    statement = select(func.count()).select_from(table.model).where(under)
    return session.execute(statement).scalar_one()


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
    """A field or an index of a row as the cipher knows it."""
    value = _stored(table, row, name)
    return None if value is None else _decoded(table, value)


def index_of(
    cipher: Cipher, table: SealedTable, row: AnyRow, index: BlindIndex, plain: str, number: int
) -> bytes:
    """The blind index of a field under a key."""
    kind = index.kind or _stored(table, row, index.kind_in)
    return cipher.index_under(number, kind, plain.lower() if index.folded else plain)


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
    index = field.index
    found = [field.name, index.name if index else "", index.kind_in if index else ""]
    return [name for name in found if name]


def _anew(cipher: Cipher, table: SealedTable, row: AnyRow) -> dict[str, Any]:
    """The columns of a row with all that it seals under the keys in force."""
    written: dict[str, Any] = {}
    for field in table.fields:
        sealed = stored_bytes(table, row, field.name)
        if sealed is None:
            continue
        plain = cipher.unseal(field.place, row.row_name, sealed)
        if sealed[0] != cipher.in_force.encryption:
            written[field.name] = cipher.seal(field.place, row.row_name, plain)
        if field.index:
            number = cipher.in_force.index
            written[field.index.name] = index_of(cipher, table, row, field.index, plain, number)
    if table.document is None:
        names = (name for field in table.fields for name in (field.name, _index_name(field)))
        return {f"v_{name}": written.get(name, getattr(row, name)) for name in names if name}
    return {"v_document": row.document | {n: _encoded(table, v) for n, v in written.items()}}


def _index_name(field: SealedField) -> str:
    return field.index.name if field.index else ""


def _change(table: SealedTable) -> Update:
    columns = table.model.__table__.c
    statement = update(table.model.__table__).where(columns.id == bindparam("row_id"))  # type: ignore[arg-type]
    if table.document is not None:
        column = columns[table.document.key]
        return statement.values({column: bindparam("v_document", type_=column.type)})
    names = [name for field in table.fields for name in (field.name, _index_name(field)) if name]
    return statement.values({columns[name]: bindparam(f"v_{name}") for name in names})


def _stored(table: SealedTable, row: AnyRow, name: str) -> Any:  # noqa: ANN401 - bytes, or text
    return row.document.get(name) if table.document is not None else getattr(row, name)


def _decoded(table: SealedTable, value: bytes | str) -> bytes:
    if isinstance(value, str):
        return bytes.fromhex(value) if table.written == "hex" else b64decode(value)
    return bytes(value)


def _encoded(table: SealedTable, value: bytes) -> str:
    return value.hex() if table.written == "hex" else b64encode(value).decode()


def _values(table: SealedTable, kind: str) -> list[Value]:
    """SQL for what a table's fields hold of a kind: sealed text, or blind indexes."""
    if kind == "encryption":
        names = [field.name for field in table.fields]
    else:
        names = [field.index.name for field in table.fields if field.index]
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
