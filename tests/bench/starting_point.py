"""A club's bookings as they were before a load, so that the next load meets the same club.

Each member has one unit to book with, and entries and the trail are never changed: so the bench
takes back in SQL what its own bookings wrote, past triggers and foreign keys. Only ever a copy.
"""

from __future__ import annotations

import psycopg

WRITTEN = ("ledger_entry", "audit", "outbox")
"""What a booking writes beside the appointment and its answer."""
HELD_BACK = """
WITH gone AS (
  DELETE FROM appointment WHERE id > %(appointment)s RETURNING slot_id, account_id
), seats AS (
  UPDATE slot SET taken = taken - n
  FROM (SELECT slot_id, count(*) AS n FROM gone GROUP BY slot_id) AS by_slot
  WHERE slot.id = by_slot.slot_id
)
UPDATE entitlement_account SET held = held - n
FROM (SELECT account_id, count(*) AS n FROM gone GROUP BY account_id) AS by_account
WHERE entitlement_account.id = by_account.account_id
"""


class StartingPoint:
    """Remembers where each table ends now; `again` goes back there."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._ends = {table: self._end_of(table) for table in ("appointment", *WRITTEN)}
        self._at = self._one("SELECT clock_timestamp()")

    def again(self) -> None:
        """As it was; the bench's own answers are forgotten too."""
        ask = self._connection
        with ask.transaction():
            ask.execute("SET LOCAL session_replication_role = replica")
            ask.execute(HELD_BACK, self._ends)
            for table in WRITTEN:
                ask.execute(f"DELETE FROM {table} WHERE id > %s", (self._ends[table],))  # type: ignore[call-overload]
            ask.execute("DELETE FROM idempotency WHERE created_at >= %s", (self._at,))

    def _end_of(self, table: str) -> object:
        return self._one(f"SELECT coalesce(max(id), 0) FROM {table}")

    def _one(self, question: str) -> object:
        row = self._connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row[0]
