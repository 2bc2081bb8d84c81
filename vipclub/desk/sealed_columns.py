"""What is sealed of the desk's notes."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.desk.models import Note

SEALED = (
    SealedTable(
        model=Note,
        row_name=Note.public_ref,
        fields=(SealedField("body", "note.body"),),
    ),
)
