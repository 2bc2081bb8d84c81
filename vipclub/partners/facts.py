"""What happened at the partners that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TimesClosed:
    """Times that were open are closed, in one act. `kind` is day, hours or week; `slot_ids` by
    time; `days` are the offerings (by id) and local days that closed whole. Whoever has an
    appointment in one of the slots must be offered another."""

    kind: str
    partner: str
    slot_ids: tuple[int, ...]
    days: tuple[tuple[int, date], ...]
    first_day: date
    last_day: date
    reason: str | None
    by: str
    at: datetime
