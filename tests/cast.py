"""The cast everyone knows, as a sign-in gives them: relationship manager Wu, desk agent Sun,
operator Gao, members and clerks. Lin, her husband Chen, and clerk He come with `small_club`."""

from __future__ import annotations

from vipclub import accounts
from vipclub.core.actor import Actor

CLUB_ACTOR = Actor.system("tests")
"""The club itself, which may do everything."""


def wu(*portfolio: str) -> Actor:
    """The relationship manager, with a portfolio such as "LIFE/0001"."""
    return Actor(
        kind="manager",
        account_ref="U-wu",
        permissions=accounts.permissions_of("manager"),
        scopes=frozenset(("portfolio", ref) for ref in portfolio),
    )


def sun() -> Actor:
    """The desk agent."""
    return Actor(
        kind="desk",
        account_ref="U-sun",
        permissions=accounts.permissions_of("desk"),
        scopes=frozenset({("all", "*")}),
    )


def member_actor(ref: str) -> Actor:
    """A member as a sign-in gives one."""
    return Actor(
        kind="member",
        account_ref=f"U-{ref}",
        permissions=accounts.permissions_of("member"),
        scopes=frozenset({("person", ref)}),
    )


def partner_actor(ref: str) -> Actor:
    """A partner's front desk."""
    return Actor(
        kind="partner",
        account_ref=f"U-{ref}",
        permissions=accounts.permissions_of("partner"),
        scopes=frozenset({("partner", ref)}),
    )


def gao() -> Actor:
    """The operator."""
    return Actor(
        kind="operations",
        account_ref="U-gao",
        permissions=accounts.permissions_of("operations"),
        scopes=frozenset({("all", "*")}),
    )
