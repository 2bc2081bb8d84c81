"""The number of the reference data (`reference_data`): one row, and the triggers by which every
change of a watched table raises it, whoever makes the change.

On PostgreSQL it is raised once a transaction and at its COMMIT: everybody who changes anything
fights over that row, and a file of partners that is loaded would keep it for a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import DDL, FromClause, Table, event
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Internal
from vipclub.core.db import Base
from vipclub.core.reference_data import WATCHED
from vipclub.core.types import BigId

if TYPE_CHECKING:
    from alembic.operations import Operations

_VERBS = ("insert", "update", "delete")


class ReferenceVersion(Base):
    """The reference data as it stands has this number; each change raises it."""

    __tablename__ = "reference_version"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    version: Mapped[Internal[int]] = mapped_column(BigId)


def watch(table: FromClause, *, columns: Sequence[str] = ()) -> None:
    """Whoever changes a row of the table raises the version; with `columns`, of updates only those
    of these columns. The triggers come with the table from the models; a migration makes them by
    `watch_by_migration`."""
    assert isinstance(table, Table)
    table.info[WATCHED] = tuple(columns)
    for dialect in ("sqlite", "postgresql"):
        for statement in _triggers(table.name, dialect, columns):
            event.listen(
                table,
                "after_create",
                DDL(statement).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
            )


def watch_by_migration(op: Operations, table: str, *, columns: Sequence[str] = ()) -> None:
    """The triggers of a table; `op` is Alembic's. The version's own table comes before."""
    for statement in _triggers(table, op.get_bind().dialect.name, columns):
        op.execute(statement)


def begin_by_migration(op: Operations) -> None:
    """The one row of the version's table, and on PostgreSQL the function that raises it."""
    for statement in _first(op.get_bind().dialect.name):
        op.execute(statement)


def unwatch_by_migration(op: Operations, table: str) -> None:
    """Take the triggers away again."""
    if op.get_bind().dialect.name == "postgresql":
        for verb in _VERBS:
            op.execute(f"DROP TRIGGER {table}_{verb}_raises_version ON {table}")
        return
    for verb in _VERBS:
        op.execute(f"DROP TRIGGER {table}_{verb}_raises_version")


def end_by_migration(op: Operations) -> None:
    """What the version's table leaves behind: PostgreSQL keeps the function."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION raise_reference_version()")


def _first(dialect: str) -> list[str]:
    made = ["INSERT INTO reference_version (id, version) VALUES (1, 1)"]
    if dialect == "postgresql":
        made.append(
            "CREATE FUNCTION raise_reference_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "DECLARE here text := pg_current_xact_id()::text; BEGIN "
            "IF current_setting('vipclub.raised_in', true) IS DISTINCT FROM here THEN "
            "UPDATE reference_version SET version = version + 1; "
            "PERFORM set_config('vipclub.raised_in', here, true); "
            "END IF; RETURN NULL; END $$"
        )
    return made


def _triggers(table: str, dialect: str, columns: Sequence[str]) -> list[str]:
    made = []
    for verb in _VERBS:
        of = f" OF {', '.join(columns)}" if verb == "update" and columns else ""
        name = f"TRIGGER {table}_{verb}_raises_version AFTER {verb.upper()}{of} ON {table}"
        if dialect == "postgresql":
            made.append(
                f"CREATE CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION raise_reference_version()"
            )
        else:
            made.append(
                f"CREATE {name} BEGIN UPDATE reference_version SET version = version + 1; END"
            )
    return made


for _dialect in ("sqlite", "postgresql"):
    for _statement in _first(_dialect):
        event.listen(
            ReferenceVersion.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
