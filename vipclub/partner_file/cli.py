"""`vipclub partner`: companies that serve members, from one file and to one file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partner_file.exporting import as_toml
from vipclub.partner_file.loading import FileNotAccepted, Loaded, load, preview
from vipclub.settlement import OfferingTerms, PartnerTerms, partner_terms

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
MOST = 4_000_000
"""Bytes of a file: some thousands of offerings."""


@click.group()
def partner() -> None:
    """Partners with their sites, services, prices, hours, rules and staff."""


def one_line(typed: str | None) -> str | None:
    """An operator's name as the audit trail keeps it. Raises BadParameter."""
    name = None if typed is None else " ".join(typed.split())
    if name is not None and not 1 <= len(name) <= 40:
        raise click.BadParameter("Please say it in 1 to 40 characters.")
    return name


def by(operator: str | None) -> Actor:
    """The club itself, by the hand of somebody at its terminal where the name is said."""
    name = f"vipclub partner by {operator}" if operator else "vipclub partner"
    return Actor.system(name, channel="cli")


@partner.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Don't ask before writing.")
@click.option(
    "--operator",
    metavar="NAME",
    callback=lambda _context, _option, typed: one_line(typed),
    help="Who does this, for the audit trail.",
)
@AS_JSON
@click.pass_obj
def load_command(
    database: Database, file: Path, dry_run: bool, yes: bool, operator: str | None, as_json: bool
) -> None:
    """Bring the club to what FILE (TOML) says of partners: all of it, or nothing.

    The file is checked as a whole first, and every fault is told with its place. What it leaves out
    is left as it is; the same file again changes nothing.
    """
    content = file.read_bytes()
    if len(content) > MOST:
        raise click.ClickException(f"{file}: too large, {MOST:,} bytes at most.")
    actor = by(operator)
    try:
        with database.read() as session:
            shown = preview(session, actor, content=content)
        done = shown
        if shown.steps and not dry_run:
            if not as_json:
                click.echo("\n".join(lines_of(shown)))
            if not yes and not as_json and sys.stdin.isatty():
                click.confirm("Write these changes?", abort=True)
            done = database.run(load, actor, content=content, shown=shown)
    except FileNotAccepted as refusal:
        tell_faults(file, refusal, as_json)
        sys.exit(1)
    report(done, dry_run, as_json)


def tell_faults(file: Path, refusal: FileNotAccepted, as_json: bool) -> None:
    """Every fault, a line each, and that nothing was written."""
    if as_json:
        faults = [{"place": f.place, "line": f.line, "says": f.says} for f in refusal.faults]
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False))
        return
    for fault in refusal.faults:
        click.echo(f"{file.name}: {fault}", err=True)
    click.echo(f"Nothing was written: {len(refusal.faults)} to mend.", err=True)


def lines_of(loaded: Loaded) -> list[str]:
    """What changes, partner by partner."""
    lines: list[str] = []
    of = ""
    for step in loaded.steps:
        if step.of != of:
            lines.append(f"{step.of or 'staff'}:")
            of = step.of
        lines.append(f"  {step.says}")
    return lines


def report(done: Loaded, dry_run: bool, as_json: bool) -> None:
    """What was done, what was left alone, and the links of new staff."""
    base: str = click.get_current_context().obj.settings.base_url
    links = [(place, who.account, f"{base}/join/{who.secret}") for place, who in done.links]
    if as_json:
        document: dict[str, Any] = {
            "dry_run": dry_run,
            "changes": [{"partner": s.of, "place": s.place, "says": s.says} for s in done.steps],
            "left": list(done.left),
            "links": [{"place": at, "for": ref, "link": link} for at, ref, link in links],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    if dry_run and done.steps:
        click.echo("\n".join(lines_of(done)))
    for line in done.left:
        click.echo(f"left as it is: {line}")
    for place, ref, link in links:
        click.echo(f"{place}, {ref}: the link works once, for 14 days, with the sign-in name.")
        click.echo(link)
    if not done.steps:
        click.echo("Nothing changes.")
        return
    count = len(done.steps)
    changes = "1 change" if count == 1 else f"{count:,} changes"
    if dry_run:
        click.echo(f"{changes}; nothing was written.")
    else:
        click.echo(f"{changes} {'is' if count == 1 else 'are'} written.")


@partner.command("list")
@AS_JSON
@click.pass_obj
def list_command(database: Database, as_json: bool) -> None:
    """List partners with their sites and services."""
    with database.read() as session:
        terms = partner_terms(session, by(None))
    if as_json:
        click.echo(json.dumps([document_of(one) for one in terms], ensure_ascii=False))
        return
    for one in terms:
        click.echo(f"{one.ref}  {one.key or '-'}  {one.name.en}")
        for site in one.sites:
            click.echo(f"  {site.ref}  {site.key or '-'}  {site.name.en}, {site.city_code}")
            for offering in site.offerings:
                click.echo(f"    {offering.ref}  {offering.key or '-'}  {in_words(offering)}")


def in_words(offering: OfferingTerms) -> str:
    """An offering on one line: what it is, and what is missing until it can be booked and paid."""
    price = offering.price
    parts = [
        offering.name.en,
        offering.service,
        f"{offering.minutes} minutes",
        f"{price.amount} {price.currency} in minor units" if price else "no price",
    ]
    parts += [] if offering.hours else ["no hours"]
    parts += [] if offering.active else ["closed"]
    parts += [f"policy {offering.policy}"] if offering.policy else []
    return ", ".join(parts)


def document_of(terms: PartnerTerms) -> dict[str, Any]:
    """As `--json` says it."""
    return {
        "partner": terms.ref,
        "key": terms.key,
        "name": terms.name.to_json(),
        "sites": [
            {
                "site": site.ref,
                "key": site.key,
                "name": site.name.to_json(),
                "city_code": site.city_code,
                "offerings": [
                    {
                        "offering": one.ref,
                        "key": one.key,
                        "service": one.service,
                        "name": one.name.to_json(),
                        "minutes": one.minutes,
                        "active": one.active,
                        "priced": one.price is not None,
                        "hours": bool(one.hours),
                        "policy": one.policy,
                    }
                    for one in site.offerings
                ],
            }
            for site in terms.sites
        ],
    }


@partner.command("export")
@click.pass_obj
def export(database: Database) -> None:
    """Print what stands as a file that changes nothing when it is loaded. Staff are not in it."""
    with database.read() as session:
        terms = partner_terms(session, by(None))
    click.echo(as_toml(terms), nl=False)
