"""`vipclub db`: the database's schema, and the bytes of what was deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from vipclub import migration
from vipclub.core.db import Database
from vipclub.keys import record_keys
from vipclub.migration import Migration
from vipclub.scrubbing import scrub

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
YES = click.option("--yes", is_flag=True, help="Don't ask.")


@click.group()
def db() -> None:
    """The database's schema, and the bytes of what was deleted."""


@db.command("upgrade")
@click.pass_obj
def upgrade_command(database: Database) -> None:
    """Bring the database to the newest migration."""
    migration.upgrade(database)
    record_keys(database, click.get_current_context().obj.settings)
    click.echo(f"The database is at {', '.join(sorted(migration.heads()))}.")


@db.command("current")
@AS_JSON
@click.pass_obj
def current_command(database: Database, as_json: bool) -> None:
    """Which migration the database stands at, and what is missing to the newest."""
    at, ours = migration.standing(database), migration.history()
    missing = newer_than(at, ours)
    if as_json:
        document = {"at": at, "newest": ours[-1].revision, "missing": revisions(missing)}
        click.echo(json.dumps(document))
    elif at is None:
        click.echo("The database has no tables of the club yet: `vipclub db upgrade` makes them.")
    elif at not in revisions(ours):
        raise click.ClickException(
            f"The database is at {at}, which is newer than this version of vipclub knows."
        )
    elif missing:
        click.echo(f"The database is at {at}; `vipclub db upgrade` brings {listed(missing)}.")
    else:
        click.echo(f"The database is at {at}, the newest.")


@db.command("history")
@AS_JSON
@click.pass_obj
def history_command(database: Database, as_json: bool) -> None:
    """All migrations, the oldest first; those that the database has are marked."""
    at, ours = migration.standing(database), migration.history()
    missing = revisions(newer_than(at, ours))
    items = [
        {"revision": one.revision, "says": one.says, "applied": one.revision not in missing}
        for one in ours
    ]
    if as_json:
        click.echo(json.dumps({"at": at, "items": items}))
        return
    for item in items:
        click.echo(f"{'*' if item['applied'] else ' '} {item['revision']}  {item['says']}")


@db.command("downgrade")
@click.argument("revision")
@YES
@click.pass_obj
def downgrade_command(database: Database, revision: str, yes: bool) -> None:
    """Take back the migrations after REVISION, the newest first.

    Tables and columns that they made go with all that is in them: take a backup before.
    """
    at, ours = migration.standing(database), migration.history()
    if revision not in revisions(ours):
        known = ", ".join(revisions(ours))
        raise click.BadParameter(f"{revision} is no migration: {known}.", param_hint="REVISION")
    if at not in revisions(ours):
        raise click.ClickException(f"The database is at {at or 'nothing'}: nothing to take back.")
    back = [one for one in newer_than(revision, ours) if one.revision <= at]
    if not back:
        raise click.ClickException(f"The database is at {at}, and not beyond {revision}.")
    question = f"Take back {listed(back)}, with all that is in the tables and columns they made?"
    if not yes:
        click.confirm(question, abort=True)
    migration.downgrade(database, revision)
    click.echo(f"The database is at {revision}.")


@db.command("scrub")
@YES
@AS_JSON
@click.pass_obj
def scrub_command(database: Database, yes: bool, as_json: bool) -> None:
    """Remove the bytes that deleted rows left in the database's files.

    Whoever wants one of the tables with people's identities waits while it is written anew.
    Older bytes stay in backups, and on PostgreSQL in its log, until these end by themselves.
    """
    if not yes:
        click.confirm("Write the tables anew? Whoever wants one of them waits", abort=True)
    written = scrub(database)
    if as_json:
        items = [{"table": one.name, "before": one.before, "after": one.after} for one in written]
        click.echo(json.dumps({"items": items}))
        return
    for one in written:
        click.echo(f"{one.name}: {one.before:,} bytes, now {one.after:,}")


def newer_than(revision: str | None, ours: Sequence[Migration]) -> list[Migration]:
    """The migrations after this one: all for a database that has none."""
    known = revisions(ours)
    if revision is not None and revision not in known:
        return []
    return list(ours[known.index(revision) + 1 :] if revision else ours)


def revisions(some: Sequence[Migration]) -> list[str]:
    return [one.revision for one in some]


def listed(some: Sequence[Migration]) -> str:
    """For a sentence."""
    return ", ".join(f"{one.revision} ({one.says})" for one in some)
