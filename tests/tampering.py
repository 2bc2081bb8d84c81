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


def change_past_all_rules(db: Database, *statements: str, **values: Any) -> None:
    """What a fault below the database's own rules can do, or a restore gone wrong: no CHECK, no
    foreign key and no trigger stops it."""
    if db.dialect == "postgresql":
        with db.engine.begin() as connection:
            rules = connection.execute(
                text(
                    "SELECT conrelid::regclass, conname FROM pg_constraint "
                    "WHERE contype IN ('c', 'x') AND connamespace = 'public'::regnamespace "
                    "AND conrelid <> 0"
                )
            )
            for table, name in rules.all():
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
        return
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for setting in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
            raw.execute(f"PRAGMA {setting}")  # outside any transaction
    change_past_triggers(db, *statements, **values)
