"""Tables whose rows are never changed nor removed: the database itself refuses. What is sealed in
one may be sealed anew with a younger key: it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import DDL, Table, event

if TYPE_CHECKING:
    from alembic.operations import Operations


def statements(
    table: str,
    dialect: str,
    *,
    once: Sequence[str] = (),
    fixed: Sequence[str] = (),
    sealed: str = "",
) -> list[str]:
    """The triggers of an append-only table, for one dialect. The columns `once` may be filled
    once, while they are empty; the column `sealed` may be sealed anew with a younger key, whose
    number stands in front; `fixed` names all others, and is needed only then."""
    sentence = f"rows of {table} are never changed"
    if dialect == "sqlite":
        return _on_sqlite(table, sentence, once, fixed, sealed)
    guard = ""
    if once or sealed:
        same = [f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in fixed]
        filled = [
            f"(OLD.{name} IS NULL OR NEW.{name} IS NOT DISTINCT FROM OLD.{name})" for name in once
        ]
        younger = [f"get_byte(NEW.{sealed}, 0) > get_byte(OLD.{sealed}, 0)"] if sealed else []
        allowed = " AND ".join([*same, *filled, *younger])
        guard = f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; "
    return [
        (
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {guard}RAISE EXCEPTION '{sentence}'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        ),
    ]


def _on_sqlite(
    table: str, sentence: str, once: Sequence[str], fixed: Sequence[str], sealed: str
) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    when = ""
    if once or sealed:
        changed = [f"NEW.{name} IS NOT OLD.{name}" for name in fixed]
        filled = [f"(OLD.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in once]
        first = "substr({}." + sealed + ", 1, 1)"
        older = [f"{first.format('NEW')} <= {first.format('OLD')}"] if sealed else []
        when = f"WHEN {' OR '.join([*changed, *filled, *older])} "
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}{refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def protect(table: Table, *, once: Sequence[str] = (), sealed: str = "") -> None:
    """Give the table its triggers whenever it is created from the models; migrations find it by
    its `info`. The columns `once` start empty and may be filled, once; the column `sealed` may be
    sealed anew with a younger key."""
    table.info["append_only"] = True
    if once:
        table.info["once"] = list(once)
    fixed = [column.name for column in table.columns if column.name not in (*once, sealed)]
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect, once=once, fixed=fixed, sealed=sealed):
            event.listen(
                table,
                "after_create",
                DDL(statement.replace("%", "%%")).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
            )


def protect_by_migration(
    op: Operations,
    table: str,
    *,
    once: Sequence[str] = (),
    fixed: Sequence[str] = (),
    sealed: str = "",
) -> None:
    """The triggers of a table that a migration has just created; `op` is Alembic's."""
    dialect = op.get_bind().dialect.name
    for statement in statements(table, dialect, once=once, fixed=fixed, sealed=sealed):
        op.execute(statement)


def unprotect_by_migration(op: Operations, table: str) -> None:
    """Take the triggers of a table away that stays: others follow."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_append_only()")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def forget_by_migration(op: Operations, table: str) -> None:
    """What a dropped table leaves behind: PostgreSQL keeps the function."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION IF EXISTS {table}_is_append_only()")
