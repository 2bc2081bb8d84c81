"""Taking a CHECK of the database away in a test's own database, to see what it holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from vipclub.core.db import Database


def without_check(db: Database, table: str, name: str, rule: str) -> None:
    """The rule `ck_TABLE_NAME` holds nothing any more; `rule` is its condition, as it is written in
    the schema."""
    constraint = f"ck_{table}_{name}"
    if db.dialect == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))
        return
    with db.engine.connect() as connection:
        raw: Any = connection.connection
        found = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
        sql = found.fetchone()[0]
        written = f"CONSTRAINT {constraint} CHECK ({rule})"
        assert written in sql
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = ?",
            (sql.replace(written, f"CONSTRAINT {constraint} CHECK (1)"), table),
        )
        raw.commit()
        raw.execute("PRAGMA writable_schema = RESET")
    db.dispose()
