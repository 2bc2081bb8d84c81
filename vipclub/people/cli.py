"""`vipclub people`: records are linked, and who every record is is exported."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import click

from vipclub.core.db import Database
from vipclub.people.exporting import export_rows
from vipclub.people.feeds.cli import AS_JSON, FILE, OPERATOR
from vipclub.people.linking import link_records


@click.group()
def people() -> None:
    """Who is one person."""


@people.command("link")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), help="Has no effect yet.")
@AS_JSON
@click.pass_obj
def link(db: Database, engine: str | None, as_json: bool) -> None:
    """Link all records by their strong keys."""
    report = link_records(db, OPERATOR)
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    click.echo(
        f"{report.records} records, {report.persons} persons, {report.matched} matched, "
        f"{report.possible} possible, {report.seconds:.1f} s"
    )


@people.command("export")
@click.argument("file", type=FILE)
@click.pass_obj
def export(db: Database, file: Path) -> None:
    """Write subsidiary, customer number and person of every source record."""
    with db.read() as session, file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("subsidiary", "customer_no", "person"))
        writer.writerows(export_rows(session, OPERATOR))
