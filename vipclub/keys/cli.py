"""`vipclub keys`: a new value for the settings, and how a key is changed, in two steps."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

import click

from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.key_register import SECRET, registered
from vipclub.core.unreadable_rows import in_words
from vipclub.keys.fitting import has_register
from vipclub.keys.progress import Standing, standings
from vipclub.keys.recording import record_keys
from vipclub.keys.rotating import (
    ALL_KINDS,
    KeyRefused,
    look_again,
    put_in_force,
    retire,
    take_the_secret,
)
from vipclub.settings import Settings

KIND = click.option("--kind", required=True, type=click.Choice(ALL_KINDS))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")


def _one_line(_context: click.Context, _option: click.Parameter, typed: str) -> str:
    name = " ".join(typed.split())
    if not 1 <= len(name) <= 40:
        raise click.BadParameter("Please say it in 1 to 40 characters.")
    return name


OPERATOR = click.option(
    "--operator",
    required=True,
    metavar="NAME",
    callback=_one_line,
    help="Who does this, for the audit trail.",
)


def _settings() -> Settings:
    found: Settings = click.get_current_context().obj.settings
    return found


def _by(operator: str) -> Actor:
    return Actor.system(f"vipclub keys by {operator}", channel="cli")


@click.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """Print a new value for VIPCLUB_FIELD_KEYS; or change a key, in two steps.

    First `add` prints the settings with a key more, with which every process is started again, one
    after the other. Then `rotate` has all of them write with it, the job seal-anew seals what is
    there, `status` tells how far it is, and `retire` gives the old key up.
    """
    if context.invoked_subcommand is None:
        click.echo(FieldKeys.generate().dump())


@keys.command()
@KIND
@click.pass_obj
def add(database: Database, kind: str) -> None:
    """Print the new value of VIPCLUB_FIELD_KEYS (or VIPCLUB_SECRET_KEY), with one key more.

    Nothing is written with it yet. It holds all keys: keep it as you keep the one before.
    """
    settings = _settings()
    if kind == SECRET:
        click.echo(",".join((secrets.token_urlsafe(48), *settings.secrets)))
        return
    held = settings.keys
    with database.read() as session:  # a number is never given again
        known = registered(session) if has_register(session) else []
    number = max([*held.of(kind), *(key.number for key in known if key.kind == kind)]) + 1
    if number > 255:
        raise KeyRefused("A key's number is at most 255.")
    more = {**held.of(kind), number: secrets.token_bytes(32)}
    click.echo(replace(held, **{kind: more}).dump())


@keys.command()
@KIND
@click.option("--number", type=int, help="Which, when several are held.")
@click.option("--lost", is_flag=True, help="With --kind secret: the club's own is lost.")
@OPERATOR
@click.pass_obj
def rotate(database: Database, kind: str, number: int | None, lost: bool, operator: str) -> None:
    """Have all processes write with the new key, from within a minute on.

    Refused while one that runs doesn't hold it.
    """
    settings = _settings()
    if lost:
        if kind != SECRET:
            raise click.UsageError("--lost goes with --kind secret.")
        given = database.run(take_the_secret, _by(operator), settings)
        click.echo(f"The secret key {given} is in force. Everybody signs in again.")
        return
    record_keys(database, settings)
    given = database.run(put_in_force, _by(operator), settings, kind=kind, number=number)
    click.echo(f"The {kind} key {given} is in force; every process writes with it in a minute.")


@keys.command("retire")
@KIND
@click.option("--number", type=int, required=True)
@click.option("--end-sign-ins", is_flag=True, help="With --kind secret: before they end.")
@click.option(
    "--unreadable",
    type=click.IntRange(min=0),
    default=0,
    metavar="NUMBER",
    help="So many rows open with no key, and are never read again.",
)
@OPERATOR
@click.pass_obj
def retire_command(
    database: Database, kind: str, number: int, end_sign_ins: bool, unreadable: int, operator: str
) -> None:
    """Give up an older key that nothing needs any more; then it may leave the settings.

    A damaged row doesn't keep it: `keys status` names such rows, and --unreadable says their
    number.
    """
    try:
        database.run(
            retire,
            _by(operator),
            kind=kind,
            number=number,
            end_sign_ins=end_sign_ins,
            unreadable=unreadable,
        )
    except KeyRefused:
        database.run(look_again, kind=kind)
        raise
    click.echo(f"The {kind} key {number} is retired: take it out of the settings.")


@keys.command()
@AS_JSON
@click.pass_obj
def status(database: Database, as_json: bool) -> None:
    """Tell each key of the club: its state, and how many rows are not under the one in force."""
    with database.read() as session:
        items = [document_of(one) for one in standings(session)]
    if as_json:
        click.echo(json.dumps({"items": items}))
        return
    for item in items:
        done = ""
        if item["left"] is not None:
            done = f"  {item['left']:,} of {item['rows']:,} rows left, {item['per_cent']} % done"
        if item["unreadable"]:
            count = sum(len(ids) for ids in item["unreadable"].values())
            done += f"; {count:,} cannot be read: {in_words(item['unreadable'])}"
        number = f"{item['kind']} {item['number']}"
        click.echo(f"{number:<14} {item['check']}  {item['state']:<8}{done}".rstrip())


def document_of(one: Standing) -> dict[str, Any]:
    """As `--json` says it."""
    key = one.key
    return {
        "kind": key.kind,
        "number": key.number,
        "check": key.check_value,
        "state": key.state,
        "held_at": key.held_at.isoformat(),
        "in_force_at": key.in_force_at.isoformat() if key.in_force_at else None,
        "rows": one.rows,
        "left": one.left,
        "per_cent": one.per_cent,
        "unreadable": {name: list(ids) for name, ids in one.unreadable.items()},
    }
