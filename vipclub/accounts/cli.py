"""`vipclub token`: tokens of the API."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from vipclub import accounts
from vipclub.core.actor import Actor
from vipclub.core.db import Database

ACTOR = Actor.system("vipclub token", channel="cli")


@click.group()
def token() -> None:
    """Tokens of the API."""


@token.command("create")
@click.option("--scope", required=True, type=click.Choice(accounts.TOKEN_SCOPES))
@click.option("--member", metavar="REF", help="The member that a member's token is for.")
@click.option("--partner", metavar="REF", help="The partner that a partner's token is for.")
@click.option("--days", default=365, show_default=True, help="How long it works.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def create(
    database: Database,
    scope: str,
    member: str | None,
    partner: str | None,
    days: int,
    as_json: bool,
) -> None:
    """Make a token and print it, this once."""
    if (scope == "member") != (member is not None):
        raise click.UsageError("--member REF belongs to --scope member.")
    if (scope == "partner") != (partner is not None):
        raise click.UsageError("--partner REF belongs to --scope partner.")
    ref, secret = database.run(
        accounts.create_token,
        ACTOR,
        scope=scope,
        member_ref=member,
        partner_ref=partner,
        days=days,
    )
    if as_json:
        report: dict[str, Any] = {"id": ref, "token": secret, "scope": scope, "days": days}
        click.echo(json.dumps(report | {"member": member, "partner": partner}))
    else:
        click.echo(secret)


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def list_(database: Database, as_json: bool) -> None:
    """List tokens, never their secrets."""
    with database.read() as session:
        rows = accounts.list_tokens(session, ACTOR)
    if as_json:
        named = [
            {"id": row.ref, **{k: v for k, v in asdict(row).items() if k != "ref"}} for row in rows
        ]
        click.echo(json.dumps(named, default=lambda moment: moment.isoformat()))
        return
    for row in rows:
        state = "revoked" if row.revoked_at else f"until {row.expires_at:%Y-%m-%d}"
        whose = row.member or row.partner or ""
        click.echo(f"{row.ref}  {row.scope:8} {whose:16} {state}")


@token.command("revoke")
@click.argument("ref", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def revoke(database: Database, ref: str, as_json: bool) -> None:
    """Make a token useless, at once."""
    database.run(accounts.revoke_token, ACTOR, token=ref)
    click.echo(json.dumps({"id": ref, "revoked": True}) if as_json else f"{ref} is revoked.")
