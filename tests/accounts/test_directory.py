"""Who has an account: for the administrator alone to see."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.statements import statements
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import ROLES, permissions_of
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden
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
            page = accounts.find_accounts(session, CLUB_ACTOR, text="somebody")
        with statements(exactly=3):
            found = accounts.account_view(session, CLUB_ACTOR, ref)
    assert [row.ref for row in page.items] == [ref]
    assert page.items[0].last_seen_at is not None
    assert (len(found.scopes), len(found.sign_ins), found.has_password) == (1, 1, True)
    assert "Somebody" not in repr(found)
