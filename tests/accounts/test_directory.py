"""Who has an account, and who is given one: for the administrator alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.membership.people_rows import a_club, record
from tests.statements import statements
from tests.web.staff import CLUB, PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import ROLES, permissions_of
from vipclub.accounts.refusals import HasAccount, RoleUnfit, ScopeUnfit
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed
from vipclub.core.types import new_ref

NOT_ADMINS = [role for role in ROLES if role != "admin"]


def one_of(role: str) -> Actor:
    return Actor(kind=role, account_ref=f"U-{role}", permissions=permissions_of(role))


@pytest.mark.parametrize("role", NOT_ADMINS)
def test_only_an_administrator_sees_or_changes_accounts(db: Database, role: str) -> None:
    actor, ref = one_of(role), an_account(db, "desk").public_ref
    new = {"login": "x@club.example", "name": "X", "role": "desk", "language": "en"}
    for use_case, given in (
        (accounts.end_sign_ins, {"account": ref}),
        (accounts.renew_invitation, {"account": ref}),
        (accounts.recruit, new),
        (accounts.invite_member, {"member": new_ref("M")}),
    ):
        with pytest.raises(Forbidden):
            db.run(use_case, actor, **given)  # type: ignore[operator]
    with db.read() as session:
        with pytest.raises(Forbidden):
            accounts.find_accounts(session, actor)
        with pytest.raises(Forbidden):
            accounts.account_view(session, actor, ref)


def test_a_list_and_an_account_ask_few_statements(db: Database) -> None:
    ref = an_account(db, "partner", scopes=[("partner", new_ref("P"))]).public_ref
    db.run(accounts.sign_in, login="partner@club.example", password=PASSWORD, ip="10.0.0.1")
    with db.read() as session:
        with statements(exactly=1):
            page = accounts.find_accounts(session, CLUB, text="somebody")
        with statements(exactly=3):
            found = accounts.account_view(session, CLUB, ref)
    assert [row.ref for row in page.items] == [ref]
    assert page.items[0].last_seen_at is not None
    assert (len(found.scopes), len(found.sign_ins), found.has_password) == (1, 1, True)
    assert "Somebody" not in repr(found)


@pytest.mark.parametrize(("role", "other"), [("desk", "member"), ("member", "desk")])
def test_members_and_staff_have_accounts_of_their_own(db: Database, role: str, other: str) -> None:
    ref = an_account(db, role).public_ref
    with pytest.raises(RoleUnfit):
        db.run(accounts.change_role, CLUB, account=ref, role=other)


def test_the_same_role_again_ends_no_sign_in(db: Database) -> None:
    ref = an_account(db, "partner", scopes=[("partner", new_ref("P"))]).public_ref
    db.run(accounts.sign_in, login="partner@club.example", password=PASSWORD, ip="10.0.0.1")
    db.run(accounts.change_role, CLUB, account=ref, role="partner")
    with db.read() as session:
        found = accounts.account_view(session, CLUB, ref)
    assert (len(found.scopes), len(found.sign_ins)) == (1, 1)


@pytest.mark.parametrize(
    ("role", "kind"),
    [("desk", "partner"), ("partner", "portfolio"), ("manager", "all"), ("auditor", "person")],
)
def test_no_scope_reaches_beyond_the_role(db: Database, role: str, kind: str) -> None:
    ref = an_account(db, role).public_ref
    with pytest.raises(ScopeUnfit):
        db.run(accounts.grant_scope, CLUB, account=ref, kind=kind, ref="*")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"role": "member"}, RoleUnfit),
        ({"role": "king"}, Malformed),
        ({"role": "partner"}, Malformed),
    ],
)
def test_a_colleague_comes_with_a_role_and_what_it_is_for(
    db: Database, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    form = {"login": "x@club.example", "name": "X", "role": "desk", "language": "en"}
    with pytest.raises(refusal):
        db.run(accounts.recruit, CLUB, **{**form, **changed})


def test_who_has_an_account_is_not_invited_again(db: Database) -> None:
    (lin,) = a_club(db, [record(value=600_000)])
    _ref, _secret = db.run(accounts.invite_member, CLUB, member=lin)
    with db.read() as session:
        person_id = session.connection().exec_driver_sql("SELECT id FROM person").scalar_one()
    db.run(
        accounts.create_account,
        CLUB,
        login="lin@home.example",
        role="member",
        display_name="Lin",
        language="en",
        person_id=person_id,
    )
    with pytest.raises(HasAccount):
        db.run(accounts.invite_member, CLUB, member=lin)
