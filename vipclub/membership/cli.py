"""Commands of the memberships: loading a policy.

`membership rate` and `simulate` need the benefits too: they stand at the door, in
`vipclub/trial_run.py`.
"""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import IO

import click

from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.membership.card import card_public_key
from vipclub.membership.policies_in_force import load_policy

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def membership() -> None:
    """Tiers and memberships."""


@membership.command("load-policy")
@click.argument("policy", type=click.File(encoding="utf-8"))
@click.pass_obj
def load(db: Database, policy: IO[str]) -> None:
    """Load POLICY, a TOML document, as a new version."""
    version = db.run(load_policy, Actor.system("vipclub", "cli"), text=policy.read())
    click.echo(f"Loaded tier policy {version}.")


@membership.command("card-key")
@click.pass_obj
def card_key(db: Database) -> None:
    """Print the public key by which a partner's reader checks the code of a card offline: Ed25519,
    32 bytes in base 64."""
    with db.read() as session:
        click.echo(base64.b64encode(card_public_key(session)).decode())


def day_of(given: datetime | None) -> date:
    """The day of an option, today in the club's zone when it was left out."""
    return given.date() if given else clock.club_today()


def tell(persons: int) -> None:
    """Progress, to stderr."""
    if persons % 20_000 == 0:
        click.echo(f"{persons} persons rated", err=True)
