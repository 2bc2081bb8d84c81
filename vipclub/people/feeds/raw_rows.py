"""What the file said about a row that was set aside, sealed, until somebody settles it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from vipclub.core.crypto import Cipher
from vipclub.people.feeds.reading.row_validation import COLUMNS, FileRow
from vipclub.people.feeds.steps import SET_ASIDE
from vipclub.people.normal_forms.amounts import amount_of

SEALED = ("id_number", "mobile", "email", "address")
EXTRA, UNFIT = "+", "!"
"""Under which names cells beyond the header are kept, and the columns whose cells hold no value."""
CONSENT = "consent_group_sharing"
"""Present and empty is a no, absent is the company's default: the empty cell is kept too."""
SEALED_AS = "set_aside_row.content"
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row of `DeliveryRow`, not yet a record: `content` by column, the confidential fields
    sealed."""

    line: int
    customer_no: str
    op: str
    content: dict[str, Any] = field(repr=False)


def sealed_row(cipher: Cipher, delivery_id: int, ref: str, row: FileRow) -> dict[str, Any]:
    """The columns of a `SetAsideRow` for a row that is set aside: what the file said is sealed."""
    cells = {
        column: text[:LONGEST]
        for column, text in row.values.items()
        if (text or column == CONSENT) and column not in row.wrong
    }
    if row.wrong:
        cells[UNFIT] = ",".join(row.wrong)
    if row.extra:
        cells[EXTRA] = " | ".join(row.extra)[:LONGEST]
    return {
        "delivery_id": delivery_id,
        "line": row.line,
        "content": cipher.seal(
            SEALED_AS, f"{ref}/{row.line}", json.dumps(cells, ensure_ascii=False)
        ),
        "state": SET_ASIDE.target,
    }


def opened_values(cipher: Cipher, ref: str, line: int, content: bytes) -> dict[str, str]:
    """What the file said, by column, from the sealed `content` of a `SetAsideRow`."""
    found: dict[str, str] = json.loads(cipher.unseal(SEALED_AS, f"{ref}/{line}", content))
    return found


def from_staged(cipher: Cipher, code: str, staged: StagedRow) -> FileRow:
    """A row that was staged already, as its file said it: for one that is set aside after all."""
    content = staged.content
    currency = content.get("currency", "CNY")
    cells: dict[str, str] = {"customer_no": staged.customer_no, "op": staged.op}
    for column in COLUMNS:
        value = content.get(column)
        if value is None:
            continue
        if column in SEALED:
            row_name = f"{code}/{staged.customer_no}"
            value = cipher.unseal(f"source_record.{column}", row_name, bytes.fromhex(value))
        cells[column] = value
    for column, minor in (("value", "value_minor"), ("annual_contribution", "contribution_minor")):
        if minor in content:
            cells[column] = amount_of(content[minor], currency)
    if "shares" in content:
        cells["consent_group_sharing"] = "Y" if content["shares"] else "N"
    return FileRow(staged.line, cells)
