"""`vipclub audit`: checking the audit trail."""

from __future__ import annotations

import json

import click

from vipclub.core import audit_sealing
from vipclub.core.db import Database


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option("--since", metavar="HASH", help="A head noted earlier, which must still be there.")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def verify(database: Database, since: str | None, as_json: bool) -> None:
    """Check the audit trail; name the first broken record."""
    with database.read() as session:
        found = audit_sealing.verify(session, since=since)
    if as_json:
        click.echo(json.dumps(found.to_json()))
    elif found.broken is None:
        click.echo(f"{found.rows} records under {found.seals} seals are intact.")
        click.echo(f"{found.unsealed} newer records are signed and not sealed yet.")
        if found.head:
            click.echo(f"head {found.head}")
    if found.broken is not None:
        raise click.ClickException(f"The audit trail is broken at {found.broken}.")
