"""`vipclub demo`: fill an empty database as `make demo` does, without serving."""

from __future__ import annotations

from typing import Any

import click

from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_


class NotInProduction(Refused):
    """The demo's passwords are known to everybody."""

    code = "not_in_production"
    sentence = N_("The demo never runs in production: VIPCLUB_ENV=development is needed.")


@click.command()
@click.option("--people", default=2000, show_default=True, type=click.IntRange(10, 5_000_000))
@click.option("--seed", default=2026, show_default=True)
@click.option("--database", "url", help="A database URL, in place of VIPCLUB_DATABASE_URL.")
@click.pass_context
def demo(context: click.Context, people: int, seed: int, url: str | None) -> None:
    """Fill an empty database with a believable club, and write demo.json."""
    from vipclub.database import open_database
    from vipclub.demo.fill_database import fill

    lazy: Any = context.obj
    settings = lazy.settings
    if settings.production:
        raise NotInProduction()
    if url:
        settings = settings.model_copy(update={"database_url": url})
    database: Database = open_database(settings)
    try:
        path = fill(
            database,
            settings,
            persons=people,
            seed=seed,
            say=lambda line: click.echo(line, err=True),
        )
    finally:
        database.dispose()
    click.echo(str(path))
