"""What is sealed of the desk's notes and callbacks, and of what it opened in an emergency."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.desk.callbacks.models import Callback
from vipclub.desk.models import BreakGlass, Note

SEALED = (
    SealedTable(
        model=Note,
        row_name=Note.public_ref,
        fields=(SealedField("body", "note.body"),),
    ),
    SealedTable(
        model=BreakGlass,
        row_name=BreakGlass.public_ref,
        fields=(
            SealedField("reason", "break_glass.reason"),
            SealedField("verdict", "break_glass.verdict"),
        ),
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
