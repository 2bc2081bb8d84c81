"""Whether requests should come to this process: the database answers, at this version's schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from vipclub import migration
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.telemetry.bounded import Bounded, TookTooLong

AWAY, ANSWERS, UNKNOWN, AT_HEAD, BEHIND = "away", "answers", "unknown", "at the head", "behind"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The database is away or answers; the schema is unknown, behind (or ahead) or at the head."""

    database: str
    migrations: str

    @property
    def ready(self) -> bool:
        return self.migrations == AT_HEAD


@cache
def _newest() -> frozenset[str]:
    """The code's own migrations don't change while it runs; to read them takes a while."""
    return frozenset(migration.heads())


class ReadinessCheck:
    """Asks the database of one process, within a bounded time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = Bounded(self._look)

    def now(self) -> Readiness:
        """Never raises, and never takes much longer than two seconds."""
        try:
            return self._asked.ask()
        except (TookTooLong, SQLAlchemyError, Refused, OSError):
            return Readiness(AWAY, UNKNOWN)

    def _look(self) -> Readiness:
        with self._database.read() as session:
            session.execute(text("SELECT 1"))
            there = migration.current(session.connection())
        return Readiness(ANSWERS, AT_HEAD if there == _newest() else BEHIND)
