"""The migrations make exactly what the models say, on both databases, and can be taken back."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from tests.databases import TEST_KEYS, Servers
from vipclub import migration
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import Base, Database
from vipclub.parts import import_models

A_DAY = (
    "INSERT INTO calendar_day (region, day, working, name) VALUES ('CN', '2031-01-01', false, 'x')"
)
TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def empty(backend: str, servers: Servers) -> Iterator[Database]:
    """A database without any table."""
    url = servers.empty(backend)
    database = Database(url, keys=TEST_KEYS)
    yield database
    database.dispose()
    servers.drop(url)


def drift(db: Database) -> list[str]:
    """What the models say and the database doesn't, or the other way round."""
    import_models()
    with db.engine.connect() as connection, warnings.catch_warnings():
        # an index of an expression isn't read from SQLite; PostgreSQL's is compared
        warnings.filterwarnings("ignore", ".*expression-based index")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


def triggers(db: Database) -> set[tuple[str, str]]:
    with db.read() as session:
        return {(row[0], row[1]) for row in session.execute(text(TRIGGERS[db.dialect]))}


def test_there_is_one_newest_migration() -> None:
    assert len(migration.heads()) == 1


@pytest.mark.promise("P37", "P39")
def test_the_migrations_make_what_the_models_say(db: Database, empty: Database) -> None:
    assert drift(db) == []
    import_models()
    Base.metadata.create_all(empty.engine)
    assert triggers(db) == triggers(empty)
    assert {table: _checks(db, table) for table in Base.metadata.tables} == {
        table: _checks(empty, table) for table in Base.metadata.tables
    }


def _checks(db: Database, table: str) -> dict[str, str]:
    found = inspect(db.engine).get_check_constraints(table)
    return {str(check["name"]): check["sqltext"] for check in found}


def test_a_table_that_differs_is_found(db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit ADD COLUMN mood VARCHAR(10)"))
    assert "mood" in "".join(drift(db))


FILLS = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None
def upgrade():
    op.execute("UPDATE calendar_day SET name = 'new'")
    op.execute("ALTER TABLE calendar_day ADD COLUMN more VARCHAR(10)")
"""


def test_rows_that_every_process_keeps_are_changed_and_then_their_table(
    empty: Database, tmp_path: Path
) -> None:
    """What raises the number of the reference data must not keep a migration from going on."""
    migration.upgrade(empty)
    empty.run(lambda session: session.execute(text(A_DAY)))
    empty.dispose()
    shutil.copytree(migration.MIGRATIONS, tmp_path / "migrations")
    (newest,) = migration.heads()
    further = tmp_path / "migrations" / "versions" / "9999_fills.py"
    further.write_text(FILLS.format(newest=newest))
    config = migration.config_for(empty.url.render_as_string(hide_password=False))
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    command.upgrade(config, "head")
    with empty.read() as session:
        assert session.scalar(text("SELECT name FROM calendar_day")) == "new"
        assert session.scalar(text("SELECT version FROM reference_version")) >= 3


@pytest.mark.promise("P37")
def test_down_and_up_again_with_rows_in_it(empty: Database) -> None:
    url = empty.url.render_as_string(hide_password=False)
    for _ in range(2):
        migration.upgrade(empty)
        empty.run(audit.write, Actor.system("test"), "test.noted", subject=("test", "1"))
        with empty.read() as session:
            assert session.scalar(text("SELECT count(*) FROM audit")) == 1
        empty.dispose()
        command.downgrade(migration.config_for(url), "base")
        assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
        empty.dispose()
