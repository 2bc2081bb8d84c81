"""Why a backup is not taken or not restored: each a sentence for the operator's terminal."""

from __future__ import annotations


class CannotBackUp(RuntimeError):
    """No backup was written; nothing is left of what was begun."""


class CannotRestore(RuntimeError):
    """Nothing was restored."""
