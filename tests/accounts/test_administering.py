"""The administrator gives roles and scopes, and takes them away: never to the own account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import CLUB_ACTOR
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts.refusals import (
    OwnAccount,
    RoleUnfit,
    ScopeUnfit,
    WrongPassword,
)
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import new_ref


def actor_of(account: Any) -> Actor:
    return Actor(
        kind=account.role,
        account_id=account.id,
        account_ref=account.public_ref,
        permissions=accounts.permissions_of(account.role),
    )


def test_only_administrators_change_accounts_and_never_their_own(db: Database) -> None:
    desk, admin = an_account(db, "desk"), an_account(db, "admin")
    with pytest.raises(Forbidden):
        db.run(accounts.change_role, actor_of(desk), account=admin.public_ref, role="desk")
    with pytest.raises(OwnAccount):
        db.run(accounts.change_role, actor_of(admin), account=admin.public_ref, role="auditor")
    db.run(accounts.change_role, actor_of(admin), account=desk.public_ref, role="operations")
    with pytest.raises(NotFound):
        db.run(accounts.disable_account, actor_of(admin), account=new_ref("U"))
    with pytest.raises(WrongPassword):
        db.run(accounts.change_password, actor_of(desk), present="x", new="another quiet harbour")


def test_another_role_leaves_no_scope_of_the_old_one(db: Database) -> None:
    account = an_account(db, "partner", scopes=[("partner", new_ref("P"))])
    db.run(accounts.change_role, CLUB_ACTOR, account=account.public_ref, role="manager")
    signed = db.run(
        accounts.sign_in, login="partner@club.example", password=PASSWORD, ip="10.0.0.1"
    )
    assert signed.sign_in.actor.scopes == frozenset()


@pytest.mark.parametrize(("role", "other"), [("desk", "member"), ("member", "desk")])
def test_members_and_staff_have_accounts_of_their_own(db: Database, role: str, other: str) -> None:
    ref = an_account(db, role).public_ref
    with pytest.raises(RoleUnfit):
        db.run(accounts.change_role, CLUB_ACTOR, account=ref, role=other)


def test_the_same_role_again_ends_no_sign_in(db: Database) -> None:
    ref = an_account(db, "partner", scopes=[("partner", new_ref("P"))]).public_ref
    db.run(accounts.sign_in, login="partner@club.example", password=PASSWORD, ip="10.0.0.1")
    db.run(accounts.change_role, CLUB_ACTOR, account=ref, role="partner")
    with db.read() as session:
        found = accounts.account_view(session, CLUB_ACTOR, ref)
    assert (len(found.scopes), len(found.sign_ins)) == (1, 1)


@pytest.mark.parametrize(
    ("role", "kind"),
    [("desk", "partner"), ("partner", "portfolio"), ("manager", "all"), ("auditor", "person")],
)
def test_no_scope_reaches_beyond_the_role(db: Database, role: str, kind: str) -> None:
    ref = an_account(db, role).public_ref
    with pytest.raises(ScopeUnfit):
        db.run(accounts.grant_scope, CLUB_ACTOR, account=ref, kind=kind, ref="*")
