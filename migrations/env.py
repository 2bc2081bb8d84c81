"""Alembic's door: every part's tables, rendered so that a migration stands without the models.

Run by `vipclub db upgrade` and the tests through `vipclub.migration`; a new migration is written by
`make migration SAYS="..."` after the models have changed.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, types
from sqlalchemy.dialects import postgresql

from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Base, Database
from vipclub.parts import import_models

PG = postgresql.dialect()  # type: ignore[no-untyped-call]


def render_item(kind: str, thing: Any, autogen_context: Any) -> str | Literal[False]:
    """Our column types by their plain SQL types: a migration must outlive the classes."""
    if kind != "type" or not isinstance(thing, types.TypeDecorator):
        return False
    if not type(thing).__module__.startswith("vipclub."):
        return False
    plain = f"sa.{thing.impl!r}"
    if not isinstance(thing.load_dialect_impl(PG), postgresql.JSONB):
        return plain
    autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
    return f'{plain}.with_variant(postgresql.JSONB(), "postgresql")'


class AppendOnlyOp(ops.MigrateOperation):
    """The triggers of an append-only table come and go with it."""

    def __init__(self, table: str, verb: str, once: list[str], fixed: list[str]) -> None:
        self.table, self.verb, self.once, self.fixed = table, verb, once, fixed


@renderers.dispatch_for(AppendOnlyOp)
def render_append_only(autogen_context: Any, operation: AppendOnlyOp) -> str:
    autogen_context.imports.add("from vipclub.core import append_only")
    once = f", once={operation.once!r}, fixed={operation.fixed!r}" if operation.once else ""
    return f"append_only.{operation.verb}(op, {operation.table!r}{once})"


def add_triggers(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Beside each created or dropped append-only table, its triggers."""
    for side in (directives[0].upgrade_ops, directives[0].downgrade_ops):
        for operation in list(side.ops):
            if not getattr(operation, "info", {}).get("append_only"):
                continue
            made = isinstance(operation, ops.CreateTableOp)
            verb = "protect_by_migration" if made else "forget_by_migration"
            place = side.ops.index(operation) + 1
            once = operation.info.get("once", []) if made else []
            fixed = _others(operation, once) if once else []
            side.ops.insert(place, AppendOnlyOp(operation.table_name, verb, once, fixed))


def _others(operation: Any, once: list[str]) -> list[str]:
    columns = [thing for thing in operation.columns if hasattr(thing, "nullable")]
    return [column.name for column in columns if column.name not in once]


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """What the migrations look after: an object may say no by `info={"migrations": False}`."""
    return bool(getattr(thing, "info", {}).get("migrations", True))


def _check_at_once(connection: Connection) -> None:
    """Triggers that wait for the COMMIT, such as those that raise the number of the reference data,
    act after each statement."""
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def migrate() -> None:
    """Each migration in a transaction of its own; on SQLite tables are copied to be altered."""
    import_models()
    url = context.config.get_main_option("sqlalchemy.url") or ""
    database = Database(url, keys=FieldKeys.generate())
    on_sqlite = database.dialect == "sqlite"
    first = not ScriptDirectory.from_config(context.config).get_heads()
    try:
        with database.engine.connect() as connection:
            if on_sqlite:  # a copied table's rows must not be dropped with the old one
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute("PRAGMA foreign_keys=OFF")
            else:  # or a table whose rows a migration has changed can't be altered after it
                event.listen(connection, "begin", _check_at_once)
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=not first,
                render_item=render_item,
                include_object=include_object,
                process_revision_directives=add_triggers,
                compare_type=True,
                transactional_ddl=True,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            if on_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")
    finally:
        database.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; SQL scripts are not written.")
migrate()
