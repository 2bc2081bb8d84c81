"""`vipclub membership`: rating everybody, the trial run of a tier policy, loading one, and the key
of the cards' codes.

A command is a door: like a page it puts together what several parts know. A first rating brings the
shipped benefits and booking rules in, and a trial run tells the movements, which are the
memberships', with their cost, which is the benefits'. So this file alone of the part looks at later
parts, by their front doors; nothing of the part imports it.
"""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy.orm import Session

from vipclub import benefits, bookings
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.i18n import format_money
from vipclub.membership.card import card_public_keys
from vipclub.membership.policies_in_force import load_policy, policy_in_force
from vipclub.membership.policy_document import PolicyProblems, read_policy
from vipclub.membership.rating import rate_everyone
from vipclub.membership.refusals import PolicyNotAccepted
from vipclub.membership.simulation import Simulation
from vipclub.membership.simulation import simulate as simulate_policy

DAY = click.DateTime(formats=["%Y-%m-%d"])
CLUB = Actor.system("vipclub", "cli")
TIERS = ("none", "gold", "platinum", "diamond", "black")


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
    32 bytes in base 64. While the mac key changes there are several, a line each; the first signs
    now, and a reader takes a code that any of them signed."""
    with db.read() as session:
        for key in card_public_keys(session):
            click.echo(base64.b64encode(key).decode())


def start_with_shipped_rules(session: Session, actor: Actor) -> None:
    """Load the shipped tier policy, benefits and booking rules where no tier policy is yet."""
    if policy_in_force(session, day_of(None)) is None:
        load_policy(session, actor)
        benefits.load_catalogue(session, actor)
        bookings.load_policies(session, actor)


@membership.command()
@click.option("--as-of", type=DAY, help="The day to rate for (today when left out).")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def rate(db: Database, as_of: datetime | None, as_json: bool) -> None:
    """Rate everyone under the tier policy in force. A club without one starts with the rules that
    come with the product."""
    db.run(start_with_shipped_rules, CLUB)
    report = rate_everyone(db, CLUB, as_of=day_of(as_of), progress=tell)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
        return
    click.echo(f"{report.persons} persons rated as of {report.as_of} under {report.policy}.")
    for name, count in report.movements.items():
        click.echo(f"{name:>12} {count}")


@membership.command()
@click.argument("policy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=DAY, help="The day to rate for (today when left out).")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def simulate(db: Database, policy: Path, as_of: datetime | None, as_json: bool) -> None:
    """Try POLICY on everyone: who would move, and what it costs. Nothing is changed."""
    try:
        document = read_policy(policy.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise PolicyNotAccepted(problems="It must be UTF-8.") from None
    except PolicyProblems as error:
        raise PolicyNotAccepted(problems=" ".join(error.problems)) from None
    day = day_of(as_of)
    with db.read() as session:
        result = simulate_policy(session, document, day, progress=tell)
        catalogue = benefits.benefits(session)
        quantities = benefits.quantities_of(session, CLUB, day.year)
    before = benefits.cost_of(result.tiers_before(), catalogue, quantities)
    after = benefits.cost_of(result.tiers_after(), catalogue, quantities)
    if as_json:
        cost = {"before": before.to_json(), "after": after.to_json()}
        click.echo(json.dumps({**result.to_json(), "cost": cost}, ensure_ascii=False))
        return
    for line in _lines(result, before, after):
        click.echo(line)


def _lines(result: Simulation, before: benefits.YearCost, after: benefits.YearCost) -> list[str]:
    """The movement matrix, from the rows' tier to the columns', and a year's cost of benefits."""
    counts: dict[Any, int] = {(cell.before, cell.after): cell.persons for cell in result.cells}
    return [
        f"Policy {result.policy} as of {result.as_of}, {result.persons} persons",
        f"{'from / to':>12}" + "".join(f"{tier:>11}" for tier in TIERS),
        *(
            f"{row:>12}" + "".join(f"{counts.get((row, tier), 0):>11}" for tier in TIERS)
            for row in TIERS
        ),
        (
            f"Benefits a year, as usually used: {format_money('en', before.expected)} now, "
            f"{format_money('en', after.expected)} then"
        ),
        (
            f"Benefits a year, all used: {format_money('en', before.full)} now, "
            f"{format_money('en', after.full)} then"
        ),
    ]


def day_of(given: datetime | None) -> date:
    """The day of an option, today in the club's zone when it was left out."""
    return given.date() if given else clock.club_today()


def tell(persons: int) -> None:
    """Progress, to stderr."""
    if persons % 20_000 == 0:
        click.echo(f"{persons} persons rated", err=True)
