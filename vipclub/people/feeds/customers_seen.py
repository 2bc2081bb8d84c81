"""Which customers a file has named so far: beyond some megabytes on disk, so that a file of any
length is judged in the same memory. The numbers are not in it, only their fingerprints under a key
that ends with it, and the disk's part is a file that no folder names."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from secrets import token_bytes
from types import TracebackType

from vipclub.core.errors import StorageFull

KILOBYTES = 48_000
TABLE = """CREATE TABLE seen (number BLOB PRIMARY KEY, line INTEGER NOT NULL, said BLOB NOT NULL,
    twice INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"""


class CustomersSeen:
    """The line where each customer's number came first, and what the row said. Close it."""

    def __init__(self) -> None:
        self._key = token_bytes(16)
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            f"PRAGMA cache_size=-{KILOBYTES}",
            TABLE,
            "BEGIN",
        ):
            self._kept.execute(statement)

    def __enter__(self) -> CustomersSeen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._kept.close()

    def first(self, number: str, line: int, said: bytes) -> tuple[int, bytes] | None:
        """The line and the words of an earlier row about this customer; None for the first, which
        is kept. Raises StorageFull."""
        known = self._known(number)
        changed = self._do(
            "INSERT INTO seen VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING", known, line, said
        )
        if changed.rowcount:
            return None
        earlier: tuple[int, bytes] = self._do(
            "SELECT line, said FROM seen WHERE number = ?", known
        ).fetchone()
        return earlier

    def contradicted(self, number: str) -> bool:
        """Note that a later row says something else; whether it is the first that does."""
        known = self._known(number)
        return (
            self._do("UPDATE seen SET twice = 1 WHERE number = ? AND twice = 0", known).rowcount > 0
        )

    def _known(self, number: str) -> bytes:
        return blake2b(number.encode(), key=self._key, digest_size=16).digest()

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._kept.execute(statement, values)
        except sqlite3.OperationalError as error:  # the folder for files that pass has no room
            raise StorageFull(retry_after=60) from error
