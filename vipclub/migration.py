"""Bringing a database to a migration, and telling how far it is (`vipclub db`)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from vipclub.core.db import Database
from vipclub.core.shipped import shipped

MIGRATIONS = shipped("migrations")


def config_for(url: str) -> Config:
    """Alembic's configuration for a database, without any file beside `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a migration, the newest by default. Raises Busy when it is away."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
    url = database.url.render_as_string(hide_password=False)
    command.upgrade(config_for(url), revision)


def heads() -> set[str]:
    """The newest migrations of the code: one."""
    return set(ScriptDirectory(str(MIGRATIONS)).get_heads())


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration of the code: its number and what it does."""

    revision: str
    says: str


def history() -> Sequence[Migration]:
    """All migrations of the code, the oldest first."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return [Migration(script.revision, script.doc) for script in scripts][::-1]


def standing(database: Database) -> str | None:
    """The migration that a database stands at; None for one without tables of the club."""
    with database.read() as session:
        return next(iter(current(session.connection())), None)


def downgrade(database: Database, revision: str) -> None:
    """Take back all migrations after this one, with what lies in the tables that they made."""
    url = database.url.render_as_string(hide_password=False)
    command.downgrade(config_for(url), revision)


def current(connection: Connection) -> set[str]:
    """The migrations that a database stands at."""
    return set(MigrationContext.configure(connection).get_current_heads())


def revise(says: str) -> None:
    """Write the migration between the newest one and the models, for a programmer to read."""
    number = len(list((MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    with tempfile.TemporaryDirectory() as folder:
        config = config_for(f"sqlite:///{folder}/empty.db")
        command.upgrade(config, "head")
        command.revision(config, says, autogenerate=True, rev_id=f"{number:04}")
