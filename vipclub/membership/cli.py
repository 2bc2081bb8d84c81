"""Commands of the memberships: rating everybody, loading a policy.

`membership simulate` needs the benefits' costs too: it stands at the door, in
`vipclub/trial_run.py`.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import IO

import click

from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.membership.policies_in_force import load_policy
from vipclub.membership.queries import CLUB_ZONE
from vipclub.membership.rating import rate_everyone

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def membership() -> None:
    """Tiers and memberships."""


@membership.command()
@click.option("--as-of", type=DAY, help="The day to rate for (today when left out).")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def rate(db: Database, as_of: datetime | None, as_json: bool) -> None:
    """Rate everyone under the tier policy in force."""
    report = rate_everyone(db, Actor.system("vipclub", "cli"), as_of=day_of(as_of), progress=tell)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
        return
    click.echo(f"{report.persons} persons rated as of {report.as_of} under {report.policy}.")
    for name, count in report.movements.items():
        click.echo(f"{name:>12} {count}")


@membership.command("load-policy")
@click.argument("policy", type=click.File(encoding="utf-8"))
@click.pass_obj
def load(db: Database, policy: IO[str]) -> None:
    """Load POLICY, a TOML document, as a new version."""
    version = db.run(load_policy, Actor.system("vipclub", "cli"), text=policy.read())
    click.echo(f"Loaded tier policy {version}.")


def day_of(given: datetime | None) -> date:
    """The day of an option, today in the club's zone when it was left out."""
    return given.date() if given else clock.today(CLUB_ZONE)


def tell(persons: int) -> None:
    """Progress, to stderr."""
    if persons % 20_000 == 0:
        click.echo(f"{persons} persons rated", err=True)
