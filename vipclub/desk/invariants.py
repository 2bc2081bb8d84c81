"""What must be true of the desk's rows."""

from __future__ import annotations

from vipclub.desk.callbacks.invariants import INVARIANTS as OF_CALLBACKS

INVARIANTS = (*OF_CALLBACKS,)
