"""What is sealed of the desk's notes and callbacks."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.desk.callbacks.models import Callback
from vipclub.desk.models import Note

SEALED = (
    SealedTable(
        model=Note,
        row_name=Note.public_ref,
        fields=(SealedField("body", "note.body"),),
    ),
    SealedTable(
        model=Callback,
        row_name=Callback.public_ref,
        fields=(
            SealedField("caller", "callback.caller"),
            SealedField("phone", "callback.phone"),
            SealedField("words", "callback.words"),
        ),
    ),
)
