"""What somebody with all rights on the database can do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from vipclub.core.db import Database

TABLES = ("audit", "audit_seal", "audit_sealed")
"""The trail and its seals."""


def change_past_triggers(db: Database, *statements: str, **values: Any) -> None:
    """What somebody with all rights on the database can do: triggers don't stop them."""
    with db.engine.begin() as connection:
        if db.dialect == "postgresql":
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            triggers = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            )
            for (name,) in triggers.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement), values)
