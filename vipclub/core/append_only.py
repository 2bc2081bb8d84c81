"""Tables whose rows are never changed nor removed: the database itself refuses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Table, event


def statements(table: str, dialect: str) -> list[str]:
    """The triggers of an append-only table, for one dialect."""
    sentence = f"rows of {table} are never changed"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        (
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        ),
    ]


def protect(table: Table) -> None:
    """Give the table its triggers whenever it is created from the models; migrations find it by
    its `info`."""
    table.info["append_only"] = True
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            event.listen(
                table,
                "after_create",
                DDL(statement.replace("%", "%%")).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
            )


def protect_by_migration(op: Any, table: str) -> None:
    """The triggers of a table that a migration has just created; `op` is Alembic's."""
    for statement in statements(table, op.get_bind().dialect.name):
        op.execute(statement)


def forget_by_migration(op: Any, table: str) -> None:
    """What a dropped table leaves behind: PostgreSQL keeps the function."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION IF EXISTS {table}_is_append_only()")
