"""`vipclub token`: tokens of the API. `vipclub account permissions`: who may do what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from vipclub import accounts
from vipclub.accounts.permissions import GRANTS, HOLDERS, ROLES, SEES_ALL, TOKEN_SCOPES
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


SEES = {
    "all": "everybody's",
    "person": "those of the one person it stands for",
    "portfolio": "those of the members of its portfolio",
    "partner": "those of its partner, and what is booked there",
    "none": "nobody's: it works with rules and accounts",
}
"""Kind of scope -> whose affairs are seen by it. `none` is a role without any."""


@click.group()
def account() -> None:
    """Accounts, and what their roles may do."""


@account.command("permissions")
@click.argument("role", required=False, metavar="[ROLE]", type=click.Choice(HOLDERS))
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def print_permissions(role: str | None, as_json: bool) -> None:
    """Who may do what: the permissions of ROLE (or a token's scope), or of all; and whose affairs
    each may do it to."""
    chosen = HOLDERS if role is None else (role,)
    if as_json:
        click.echo(json.dumps(document_of(chosen)))
        return
    click.echo("\n".join(lines_of(chosen)))


def sees(holder: str) -> str:
    """The kind of scope by which a role or a token's scope sees rows, or `none`.

    >>> sees("desk"), sees("manager"), sees("policy")
    ('all', 'portfolio', 'none')
    """
    return "all" if holder in SEES_ALL else accounts.SCOPE_OF_ROLE.get(holder, "none")


def granted(holders: Sequence[str]) -> dict[str, list[str]]:
    """Permission -> those of the holders who have it, in their order."""
    rows = {str(p): [one for one in holders if one in having] for p, having in GRANTS.items()}
    return {permission: having for permission, having in rows.items() if having}


def document_of(holders: Sequence[str]) -> dict[str, Any]:
    """As `--json` says it."""
    return {
        "permissions": [
            {"permission": permission, "roles": having}
            for permission, having in granted(holders).items()
        ],
        "roles": [
            {
                "name": one,
                "role": one in ROLES,
                "token_scope": one in TOKEN_SCOPES,
                "sees": sees(one),
            }
            for one in holders
        ],
    }


def lines_of(holders: Sequence[str]) -> Iterator[str]:
    """For a terminal: a column for each of several holders, a list for one alone."""
    rows = granted(holders)
    wide = max(map(len, rows))
    if len(holders) == 1:
        yield from rows
    else:
        yield f"{'':<{wide}}  {' '.join(holders)}"
        for permission, having in rows.items():
            marks = (f"{'x' if one in having else '.':^{len(one)}}" for one in holders)
            yield f"{permission:<{wide}}  {' '.join(marks)}".rstrip()
    yield ""
    for one in holders:
        kinds = ["role"] if one in ROLES else []
        kinds += ["token scope"] if one in TOKEN_SCOPES else []
        yield f"{one} ({' and '.join(kinds)}), affairs in sight: {SEES[sees(one)]}"
