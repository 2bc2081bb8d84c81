"""`vipclub verify`: whether all is true that must be true of a whole club, a line a check."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from vipclub.core.db import Database
from vipclub.core.invariants import Outcome
from vipclub.core.invariants import verify as look_at
from vipclub.wiring import INVARIANTS

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
SHOWN = 20
"""How many of the broken are printed for each check; `--json` names more."""


@click.command()
@click.argument("checks", nargs=-1, metavar="[CHECK]...", type=click.Choice(tuple(BY_NAME)))
@click.option("--list", "only_list", is_flag=True, help="Print what each check says.")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def verify(database: Database, checks: Sequence[str], only_list: bool, as_json: bool) -> None:
    """Look whether all that must be true of the club is: the CHECKs named, or all.

    Reads only, in one transaction, and locks nothing: safe while the club is open. Exit code 1
    when something is broken.
    """
    chosen = [BY_NAME[name] for name in dict.fromkeys(checks)] or INVARIANTS
    if only_list:
        for one in chosen:
            click.echo(f"{one.name:<{WIDE}}  {one.says}")
        return
    outcomes = []
    for outcome in look_at(database, chosen):
        outcomes.append(outcome)
        if not as_json:
            click.echo("\n".join(lines_of(outcome)))
    if as_json:
        click.echo(json.dumps(document_of(outcomes), ensure_ascii=False))
    broken = [outcome for outcome in outcomes if outcome.count]
    if broken:
        names = ", ".join(outcome.invariant.name for outcome in broken)
        raise click.ClickException(f"Broken: {names}.")


WIDE = max(len(name) for name in BY_NAME)


def lines_of(outcome: Outcome) -> list[str]:
    """For a terminal: the check, the rows it looked at, how many are broken, seconds; and which."""
    found = f"{outcome.rows:>10,} rows  {outcome.count:>6,} broken  {outcome.seconds:>7.2f} s"
    lines = [f"{outcome.invariant.name:<{WIDE}}  {found}"]
    lines += [f"  {one}" for one in outcome.broken[:SHOWN]]
    if outcome.count > SHOWN:
        lines.append(f"  and {outcome.count - min(SHOWN, len(outcome.broken)):,} more")
    return lines


def document_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """As `--json` says it."""
    return {
        "whole": not any(outcome.count for outcome in outcomes),
        "checks": [outcome.to_json() for outcome in outcomes],
    }
