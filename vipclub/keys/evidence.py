"""What a club's data says of its keys: asked before the register is first written, so that wrong
keys are never recorded as right."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.crypto import Cipher, FieldDamaged, FieldKeys
from vipclub.core.rows import AnyRow
from vipclub.core.sealed_columns import SealedTable
from vipclub.core.sealing_anew import index_of, sample_rows, stored_bytes

SAMPLES = 5
Key = tuple[str, int]


def keys_that_do_not_open(
    session: Session, keys: FieldKeys, tables: Sequence[SealedTable]
) -> list[Key]:
    """Keys by kind and number with which rows were written, of which not one opens with what the
    settings hold. A single row that doesn't is damage, and no other key."""
    cipher = Cipher(keys)
    told: dict[Key, list[bool]] = {}
    for table in tables:
        for newest in (True, False):
            for row in sample_rows(session, table, newest=newest, some=SAMPLES):
                _look(cipher, table, row, told)
    for number, fits in _signed(session, cipher):
        told.setdefault(("mac", number), []).append(fits)
    return sorted(key for key, fits in told.items() if not any(fits))


def _look(cipher: Cipher, table: SealedTable, row: AnyRow, told: dict[Key, list[bool]]) -> None:
    for field in table.fields:
        try:
            sealed = stored_bytes(table, row, field.name)
            stored = {index: stored_bytes(table, row, index.name) for index in field.indexes}
        except FieldDamaged:  # not even bytes: which key wrote it can't be told
            continue
        if not sealed:
            continue
        fits = told.setdefault(("encryption", sealed[0]), [])
        try:
            plain = cipher.unseal(field.place, row.row_name, sealed)
        except FieldDamaged:
            fits.append(False)
            continue
        fits.append(True)
        for index, value in stored.items():
            if value is None:
                continue
            number = value[0] if len(value) == 17 else 1
            told.setdefault(("index", number), []).append(
                number in cipher.keys.index
                and value == index_of(cipher, table, row, index, plain, number)
            )


def _signed(session: Session, cipher: Cipher) -> list[tuple[int, bool]]:
    """Of the newest records of the trail, whether any MAC key of ours signed them: they tell of the
    newest one."""
    columns = (audit.AuditRow.mac, *(getattr(audit.AuditRow, name) for name in audit.COVERED))
    rows = session.execute(select(*columns).order_by(audit.AuditRow.id.desc()).limit(SAMPLES))
    newest = max(cipher.keys.mac)
    return [
        (newest, any(compare_digest(digest, bytes(row.mac)) for digest in digests))
        for row in rows
        if (digests := [audit.row_mac(cipher, row._asdict(), number=n) for n in cipher.keys.mac])
    ]
