"""How PostgreSQL finds the rows of a chunk: by their indexes, whatever it knows of its tables.

A job works in chunks of some thousand rows. What a statement of it reads must not grow with the
club, so that it is told to look rows up (`by_index`); and what the server knows of tables' sizes is
kept true while a job fills them (`renew_statistics`). Its own housekeeping looks once a minute, and
may be off: until then a table that was empty counts as empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import FromClause, text
from sqlalchemy.orm import Session

_OUTGROWN = text(
    "SELECT oid::regclass::text FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[]))"
    " AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 64"
    " ORDER BY oid"
)

_LOOK_UP = "; ".join(
    f"SET LOCAL {setting}"
    for setting in (
        "enable_seqscan = off",
        "enable_bitmapscan = off",
        "enable_hashjoin = off",
        "enable_mergejoin = off",
        "max_parallel_workers_per_gather = 0",
    )
)


def by_index(session: Session) -> None:
    """To the end of the transaction rows are looked up by indexes where there are any, in their
    order, instead of reading whole tables or all that lies beyond a chunk's beginning: for
    statements over a chunk. Nothing on SQLite, which does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(_LOOK_UP)


def renew_statistics(session: Session, tables: Sequence[FromClause]) -> None:
    """Have PostgreSQL look again at those of the tables that have more than doubled since it looked
    last: a statement of a moment, and a second's work when one has. Nothing on SQLite, which takes
    an index where there is one."""
    if session.get_bind().dialect.name != "postgresql":
        return
    names = [str(table.description) for table in tables]
    outgrown = session.execute(_OUTGROWN, {"tables": names}).scalars().all()
    if outgrown:
        session.execute(text(f"ANALYZE (SKIP_LOCKED) {', '.join(outgrown)}"))
