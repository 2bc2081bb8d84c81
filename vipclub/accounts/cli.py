"""`vipclub token`: tokens of the API. `vipclub account`: who may do what; and for emergencies, each
on record with the operator's name, accounts made, listed, shut and opened without a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from vipclub import accounts
from vipclub.accounts.member_invitations import VALID_FOR
from vipclub.accounts.models import LANGUAGES, STATES
from vipclub.accounts.permissions import GRANTS, HOLDERS, ROLES, SEES_ALL, TOKEN_SCOPES
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import NotFound

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


def words(at_most: int) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """What checks an option that is said in words: one line, not empty, not too long."""

    def in_one_line(_: click.Context, __: click.Parameter, typed: str | None) -> str | None:
        said = None if typed is None else " ".join(typed.split())
        if said is not None and not 1 <= len(said) <= at_most:
            raise click.BadParameter(f"Please say it in 1 to {at_most} characters.")
        return said

    return in_one_line


OPERATOR = click.option(
    "--operator",
    required=True,
    metavar="NAME",
    callback=words(40),
    help="Who does this, for the audit trail.",
)
REASON = click.option(
    "--reason", required=True, callback=words(300), help="Why, for the audit trail."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


def by(operator: str) -> Actor:
    """The club itself, by the hand of somebody at its terminal."""
    return Actor.system(f"vipclub account by {operator}", channel="cli")


@account.command("create")
@OPERATOR
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--login", metavar="NAME", help="Staff's sign-in name: e-mail address or phone.")
@click.option("--name", callback=words(120), help="What staff are called.")
@click.option("--partner", metavar="REF", help="The partner that a partner's clerk works for.")
@click.option("--portfolio", metavar="COMPANY/NUMBER", help="A relationship manager's members.")
@click.option("--person", metavar="REF", help="The member who is invited.")
@click.option(
    "--language",
    default="zh-Hans",
    show_default=True,
    type=click.Choice(LANGUAGES),
    help="In which staff read the pages first.",
)
@AS_JSON
@click.pass_obj
def create_account(
    database: Database,
    operator: str,
    role: str,
    login: str | None,
    name: str | None,
    language: str,
    as_json: bool,
    partner: str | None,
    portfolio: str | None,
    person: str | None,
) -> None:
    """Make an account and print the link, this once, by which its owner sets the password."""
    scope = scope_given(role, {"partner": partner, "portfolio": portfolio, "person": person})
    if role == "member":
        if login or name:
            raise click.UsageError("A member says the sign-in name when opening the account.")
        ref, secret = database.run(accounts.invite_member, by(operator), member=scope or "")
        print_link(ref, "invitation", secret, "date of birth", as_json)
        return
    if not login or not name:
        raise click.UsageError(f"--login NAME and --name are needed for --role {role}.")
    invited = database.run(
        accounts.recruit,
        by(operator),
        login=login,
        name=name,
        role=role,
        language=language,
        scope=scope,
    )
    print_link(invited.account, "join", invited.secret, "sign-in name", as_json)


def scope_given(role: str, whose: dict[str, str | None]) -> str | None:
    """Whose affairs, from the one option that goes with the role. Raises UsageError for another,
    and where it is missing."""
    fit = accounts.SCOPE_OF_ROLE.get(role)
    for kind, ref in whose.items():
        if ref is not None and kind != fit:
            raise click.UsageError(f"--{kind} doesn't go with --role {role}.")
    if fit and not whose[fit]:
        raise click.UsageError(f"--{fit} is needed for --role {role}.")
    return whose[fit] if fit else None


def print_link(ref: str, door: str, secret: str, proof: str, as_json: bool) -> None:
    """For whom it is, and the link itself, at the address that the settings name."""
    base: str = click.get_current_context().obj.settings.base_url
    link, days = f"{base}/{door}/{secret}", VALID_FOR.days
    if as_json:
        click.echo(json.dumps({"for": ref, "link": link, "days": days}))
        return
    click.echo(f"{ref}: the link works once, for {days} days, together with the {proof}.")
    click.echo(link)


@account.command("invite")
@click.argument("whose", metavar="ACCOUNT")
@OPERATOR
@AS_JSON
@click.pass_obj
def renew_link(database: Database, whose: str, operator: str, as_json: bool) -> None:
    """A new link for staff without a password: earlier ones stop working.

    ACCOUNT is a reference or a sign-in name."""
    ref = meant(database, operator, whose)
    try:
        invited = database.run(accounts.renew_invitation, by(operator), account=ref)
    except NotFound:
        raise click.ClickException(
            f"{ref} has a password already, is disabled, or is a member's: there is no link for it."
        ) from None
    print_link(ref, "join", invited.secret, "sign-in name", as_json)


@account.command("list")
@OPERATOR
@click.option("--role", type=click.Choice(ROLES), help="Only those of a role.")
@click.option("--state", type=click.Choice(STATES), help="Only those in a state.")
@AS_JSON
@click.pass_obj
def list_accounts(
    database: Database, operator: str, role: str | None, state: str | None, as_json: bool
) -> None:
    """List accounts, the newest first: never a name, never a secret."""
    rows = database.run(accounts.read_register, by(operator), role=role or "", state=state or "")
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=lambda at: at.isoformat()))
        return
    for row in rows:
        seen = f"seen {row.last_seen_at:%Y-%m-%d %H:%M}Z" if row.last_seen_at else "never seen"
        click.echo(f"{row.ref}  {row.role:10} {row.state:8}  {seen:22}  {way_in(row)}".rstrip())


def way_in(row: accounts.RegisteredAccount) -> str:
    """Whether the owner can still set a first password; nothing where there is one."""
    if row.has_password:
        return ""
    if row.invited_until is None:
        return "no password, no open invitation"
    return f"invited until {row.invited_until:%Y-%m-%d %H:%M}Z"


@account.command("disable")
@click.argument("whose", metavar="ACCOUNT")
@REASON
@OPERATOR
@AS_JSON
@click.pass_obj
def disable(database: Database, whose: str, reason: str, operator: str, as_json: bool) -> None:
    """Nobody signs in to ACCOUNT any more, and whoever is signed in is out at once.

    ACCOUNT is a reference or a sign-in name."""
    ref = meant(database, operator, whose)
    done = database.run(accounts.disable_account, by(operator), account=ref, reason=reason)
    print_state(ref, "disabled", done, as_json)


@account.command("enable")
@click.argument("whose", metavar="ACCOUNT")
@REASON
@OPERATOR
@AS_JSON
@click.pass_obj
def enable(database: Database, whose: str, reason: str, operator: str, as_json: bool) -> None:
    """ACCOUNT, which was disabled, may be signed in to again.

    ACCOUNT is a reference or a sign-in name."""
    ref = meant(database, operator, whose)
    done = database.run(accounts.enable_account, by(operator), account=ref, reason=reason)
    print_state(ref, "active", done, as_json)


def meant(database: Database, operator: str, typed: str) -> str:
    """The reference of the account that was typed."""
    with database.read() as session:
        return accounts.account_meant(session, by(operator), typed)


def print_state(ref: str, state: str, changed: bool, as_json: bool) -> None:
    """How the account stands now, and whether that is new."""
    if as_json:
        click.echo(json.dumps({"account": ref, "state": state, "changed": changed}))
    else:
        click.echo(f"{ref} is {state}{'' if changed else ' already: nothing was changed'}.")


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
