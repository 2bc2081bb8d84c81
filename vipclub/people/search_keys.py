"""What people are looked for by beside what was sent: the spellings of their names, and the last
four digits of their numbers.

They are written with each record (`feeds.source_records`), each own word (`contact`) and each
relative (`family`). A name's spellings hang on the name, not on who has it, so that nothing of
joining, separating and leaving touches them. What code of before wrote, a job fills in
(`renew_search_keys`), which also takes away the names that nobody has any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from vipclub.core import stopping
from vipclub.core.crypto import Cipher, FieldDamaged, cipher_of
from vipclub.core.db import Database
from vipclub.core.many_rows import write_missing
from vipclub.core.query_plans import by_index, renew_statistics
from vipclub.core.value_lists import among
from vipclub.people.models import (
    FamilyTie,
    NameSpelling,
    OwnDetails,
    Person,
    SourceRecord,
    Subsidiary,
)
from vipclub.people.normal_forms.names import name_key
from vipclub.people.normal_forms.spellings import RELATIVE, SPELLED, spellings
from vipclub.people.sealed_columns import MOBILE_END

SOME = 2_000
_COLUMNS = ("name_key", "kind", "spelled")
_spelling = NameSpelling.__table__
Row = tuple[str, str, str]
Name = tuple[str | None, str]
"""A name's key, and the name."""


def mobile_end_index(cipher: Cipher, mobile: str) -> bytes:
    """The blind index of a number's last four digits: to be written."""
    return cipher.blind_index(MOBILE_END.kind, MOBILE_END.of(mobile))


def write_spellings(session: Session, names: Iterable[Name], *, of_relatives: bool = False) -> None:
    """Have the names of records, or of relatives, found in all their spellings. One statement."""
    rows = _rows(names, of_relatives)
    write_missing(session, _spelling, _COLUMNS, list(rows))
    if rows:
        renew_statistics(session, (_spelling,))


def _rows(names: Iterable[Name], of_relatives: bool) -> set[Row]:
    return {
        (key, RELATIVE if of_relatives else kind, spelled)
        for key, name in set(names)
        if key
        for kind, spelled in spellings(name)
        if kind == SPELLED or not of_relatives
    }


def missing_spellings(
    session: Session, names: Iterable[Name], *, of_relatives: bool = False
) -> dict[str, str]:
    """Of these names, as for `write_spellings`, those of which a spelling isn't there: the key with
    one that is missing. One statement."""
    wanted = _rows(names, of_relatives)
    keys = sorted({key for key, *_ in wanted})
    there = session.execute(select(*_spelling.c).where(among(NameSpelling.name_key, keys)))
    return {key: spelled for key, _, spelled in sorted(wanted - {tuple(row) for row in there})}


def renew_search_keys(database: Database) -> dict[str, int]:
    """Take away the spellings of names that nobody has, and fill in what is missing for records,
    relatives and own words; tells how many of each. A transaction for some thousand rows; a second
    run changes nothing."""
    taken = sum(_walked(database, _take_away, ""))
    filled = sum(_walked(database, _fill_records, 0))
    filled += sum(_walked(database, _fill_ties, 0)) + sum(_walked(database, _fill_own, 0))
    return {"filled": filled, "taken": taken}


def _walked(
    database: Database,
    step: Callable[[Session, Any], tuple[Any, int]],
    after: Any,  # noqa: ANN401
) -> Iterator[int]:
    while after is not None:
        after, done = database.run(step, after)
        yield done
        stopping.here()


def _take_away(session: Session, after: str) -> tuple[str | None, int]:
    by_index(session)
    key = NameSpelling.name_key
    some = select(key).where(key > after).order_by(key).limit(SOME).subquery()
    last: str | None = session.scalar(select(func.max(some.c.name_key)))
    if last is None:
        return None, 0
    related = NameSpelling.kind == RELATIVE
    record = select(SourceRecord.id).where(SourceRecord.name_key == key).exists()
    tie = select(FamilyTie.id).where(FamilyTie.name_key == key).exists()
    gone: Any = session.execute(
        delete(NameSpelling)
        .where(key > after, key <= last, or_(~related & ~record, related & ~tie))
        .execution_options(synchronize_session=False)
    )
    return last, gone.rowcount


_of_records = (
    select(
        SourceRecord.id,
        SourceRecord.name_key,
        SourceRecord.full_name,
        SourceRecord.mobile,
        SourceRecord.mobile_end_index,
        (Subsidiary.code + "/" + SourceRecord.customer_no).label("row_name"),
    )
    .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
    .order_by(SourceRecord.id)
    .limit(SOME)
)
_of_own_words = (
    select(
        OwnDetails.id,
        OwnDetails.mobile,
        OwnDetails.mobile_end_index,
        Person.public_ref.label("row_name"),
    )
    .join(Person, Person.id == OwnDetails.person_id)
    .order_by(OwnDetails.id)
    .limit(SOME)
)


def _fill_records(session: Session, after: int) -> tuple[int | None, int]:
    by_index(session)
    rows = session.execute(_of_records.where(SourceRecord.id > after)).all()
    if not rows:
        return None, 0
    names = [(row.name_key, row.full_name) for row in rows]
    missing = missing_spellings(session, names)
    if missing:
        write_spellings(session, [name for name in names if name[0] in missing])
    return rows[-1].id, len(missing) + _fill_ends(session, SourceRecord, rows)


def _fill_ties(session: Session, after: int) -> tuple[int | None, int]:
    rows = session.execute(
        select(FamilyTie.id, FamilyTie.name_key, Person.full_name)
        .join(Person, Person.id == FamilyTie.relative_id)
        .where(FamilyTie.id > after)
        .order_by(FamilyTie.id)
        .limit(SOME)
    ).all()
    if not rows:
        return None, 0
    changes = [
        {"row_id": row.id, "key": name_key(row.full_name)}
        for row in rows
        if row.name_key != name_key(row.full_name)
    ]
    if changes:
        tie: Any = FamilyTie.__table__
        statement = update(tie).where(tie.c.id == bindparam("row_id"))
        session.connection().execute(statement.values(name_key=bindparam("key")), changes)
    names = [(name_key(row.full_name), row.full_name) for row in rows]
    missing = missing_spellings(session, names, of_relatives=True)
    write_spellings(session, names if missing else (), of_relatives=True)
    return rows[-1].id, max(len(changes), len(missing))


def _fill_own(session: Session, after: int) -> tuple[int | None, int]:
    rows = session.execute(_of_own_words.where(OwnDetails.id > after)).all()
    return (rows[-1].id, _fill_ends(session, OwnDetails, rows)) if rows else (None, 0)


def _fill_ends(
    session: Session, model: type[SourceRecord] | type[OwnDetails], rows: Sequence[Any]
) -> int:
    """The last four digits of numbers that lack them, or have another's."""
    cipher, place = cipher_of(session), f"{model.__tablename__}.mobile"
    changes = []
    for row in rows:
        if not _has_end(cipher, place, row):
            plain = row.mobile and cipher.unseal(place, row.row_name, row.mobile)
            end = plain and mobile_end_index(cipher, plain)
            changes.append({"row_id": row.id, "end": end, "was": row.mobile})
    if changes:
        table: Any = model.__table__
        same = table.c.mobile.is_not_distinct_from(bindparam("was"))
        statement = update(table).where(table.c.id == bindparam("row_id"), same)
        session.connection().execute(statement.values(mobile_end_index=bindparam("end")), changes)
    return len(changes)


def _has_end(cipher: Cipher, place: str, row: Any) -> bool:  # noqa: ANN401
    """Whether the last digits beside a number are its own. A number that opens with no key is
    another invariant's."""
    if row.mobile is None:
        return row.mobile_end_index is None
    try:
        plain = cipher.unseal(place, row.row_name, row.mobile)
    except FieldDamaged:
        return True
    kept = row.mobile_end_index and bytes(row.mobile_end_index)
    return kept in cipher.blind_indexes(MOBILE_END.kind, MOBILE_END.of(plain))


def without_keys(session: Session, records: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
    """Of some records, chosen by a condition over `SourceRecord`, those whose name or number isn't
    found in every way, and what is missing. Two statements."""
    rows = session.execute(_of_records.limit(None).where(records)).all()
    missing = missing_spellings(session, [(row.name_key, row.full_name) for row in rows])
    cipher = cipher_of(session)
    for row in rows:
        if row.name_key in missing:
            yield row.row_name, f"its name isn't found as {missing[row.name_key]}"
        if not _has_end(cipher, "source_record.mobile", row):
            yield row.row_name, "its number isn't found by its last four digits"
