"""Blind indexes that can be compared with each other, while the key of blind indexes changes and
some records are under the new one and some still under the old: those are computed anew, in memory,
from what is sealed beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, cipher_of
from vipclub.people.models import SourceRecord, Subsidiary

SOME = 500


def indexes_under(
    session: Session, records: Sequence[int], number: int
) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    """Of these records the id with the index of the document and of the mobile number, as they are
    under one key, whatever key they were written with."""
    cipher = cipher_of(session)
    for row in _sealed(session, records):
        kind, document, mobile = _opened(cipher, row)
        yield (
            row.id,
            cipher.index_under(number, kind, document) if kind and document else None,
            cipher.index_under(number, "mobile", mobile) if mobile else None,
        )


def indexes_to_find(session: Session, records: Sequence[int]) -> tuple[set[bytes], set[bytes]]:
    """Under every key in use, the indexes of these records' documents and mobile numbers."""
    cipher = cipher_of(session)
    documents: set[bytes] = set()
    mobiles: set[bytes] = set()
    for row in _sealed(session, records):
        kind, document, mobile = _opened(cipher, row)
        if kind and document:
            documents |= set(cipher.blind_indexes(kind, document))
        if mobile:
            mobiles |= set(cipher.blind_indexes("mobile", mobile))
    return documents, mobiles


def _sealed(session: Session, records: Sequence[int]) -> Iterator[Any]:
    columns = (
        SourceRecord.id,
        SourceRecord.customer_no,
        SourceRecord.id_type,
        SourceRecord.id_number,
        SourceRecord.mobile,
        Subsidiary.code,
    )
    statement = select(*columns).join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
    for start in range(0, len(records), SOME):
        some = records[start : start + SOME]
        yield from session.execute(statement.where(SourceRecord.id.in_(some))).all()


def _opened(cipher: Cipher, row: Any) -> tuple[str | None, str | None, str | None]:  # noqa: ANN401
    name = f"{row.code}/{row.customer_no}"
    document = row.id_number and cipher.unseal("source_record.id_number", name, row.id_number)
    mobile = row.mobile and cipher.unseal("source_record.mobile", name, row.mobile)
    return row.id_type, document, mobile
