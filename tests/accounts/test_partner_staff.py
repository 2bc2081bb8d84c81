"""A partner's people invite and shut out each other, within their partner and never above."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import CLUB_ACTOR
from tests.web.signing_in import PASSWORD
from vipclub import accounts
from vipclub.accounts import InvitationAccepted, InvitationFailed, SignedIn, SignInFailed
from vipclub.accounts.refusals import (
    OwnAccount,
    PasswordTooWeak,
    StaffOfSeveral,
    TooManyInvitations,
)
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import new_ref

YUNLAN, MUHE = new_ref("P"), new_ref("P")


def somebody(db: Database, login: str, role: str, *partners: str) -> Actor:
    """An account that is open, as its sign-in gives it."""
    account: Any = db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login=login,
        role=role,
        display_name=login.split("@")[0],
        language="en",
        password=PASSWORD,
        scopes=[("partner", ref) for ref in partners],
    )
    return Actor(
        kind=role,
        account_id=account.id,
        account_ref=account.public_ref,
        permissions=accounts.permissions_of(role),
        scopes=frozenset(("partner", ref) for ref in partners),
    )


@pytest.fixture
def he(db: Database) -> Actor:
    """The clerk at Yunlan."""
    return somebody(db, "he@yunlan.example", "partner", YUNLAN)


def invite(db: Database, actor: Actor, login: str, partner: str = YUNLAN) -> Any:
    return db.run(
        accounts.invite_staff, actor, partner=partner, login=login, name="Ma Li", language="en"
    )


def accept(db: Database, secret: str, login: str, password: str = PASSWORD) -> Any:
    return db.run(accounts.accept_staff_invitation, token=secret, login=login, password=password)


def sign_in(db: Database, login: str) -> Any:
    return db.run(accounts.sign_in, login=login, password=PASSWORD, ip="127.0.0.1")


def states(db: Database, actor: Actor, partner: str = YUNLAN) -> dict[str, str]:
    with db.read() as session:
        rows = accounts.partner_staff(session, actor, partner=partner)
    return {row.name: row.state for row in rows}


def test_an_invited_colleague_sets_a_password_and_has_the_same_rights(
    db: Database, he: Actor
) -> None:
    invited = invite(db, he, "ma@yunlan.example")
    assert states(db, he) == {"he": "active", "Ma Li": "invited"}
    assert isinstance(sign_in(db, "ma@yunlan.example"), SignInFailed)
    assert isinstance(accept(db, invited.secret, "ma@yunlan.example"), InvitationAccepted)
    signed_in = sign_in(db, "ma@yunlan.example")
    assert isinstance(signed_in, SignedIn)
    assert signed_in.sign_in.role == "partner"
    assert signed_in.sign_in.actor.scopes == frozenset({("partner", YUNLAN)})
    assert states(db, he) == {"he": "active", "Ma Li": "active"}


def test_an_invitation_works_once_and_fourteen_days(db: Database, he: Actor) -> None:
    first = invite(db, he, "ma@yunlan.example")
    late = clock.now() + timedelta(days=14, seconds=1)
    with clock.replaying(late):
        assert isinstance(accept(db, first.secret, "ma@yunlan.example"), InvitationFailed)
    assert isinstance(accept(db, first.secret, "ma@yunlan.example"), InvitationAccepted)
    assert isinstance(accept(db, first.secret, "ma@yunlan.example"), InvitationFailed)


def test_the_second_proof_is_the_sign_in_name_and_five_wrong_ones_end_it(
    db: Database, he: Actor
) -> None:
    invited = invite(db, he, "ma@yunlan.example")
    for wrong in ("he@yunlan.example", "nobody", "", "a@b.example", "+8613800138000"):
        assert isinstance(accept(db, invited.secret, wrong), InvitationFailed)
    assert isinstance(accept(db, invited.secret, "ma@yunlan.example"), InvitationFailed)


def test_a_weak_password_may_be_mended(db: Database, he: Actor) -> None:
    invited = invite(db, he, "ma@yunlan.example")
    with pytest.raises(PasswordTooWeak):
        accept(db, invited.secret, "ma@yunlan.example", "short")
    assert isinstance(accept(db, invited.secret, "ma@yunlan.example"), InvitationAccepted)


def test_a_new_link_ends_the_earlier_one(db: Database, he: Actor) -> None:
    first = invite(db, he, "ma@yunlan.example")
    second = db.run(accounts.renew_staff_invitation, he, partner=YUNLAN, account=first.account)
    assert isinstance(accept(db, first.secret, "ma@yunlan.example"), InvitationFailed)
    assert isinstance(accept(db, second.secret, "ma@yunlan.example"), InvitationAccepted)
    with pytest.raises(NotFound):  # who has a password needs no link
        db.run(accounts.renew_staff_invitation, he, partner=YUNLAN, account=first.account)


@pytest.mark.promise("P36")
def test_who_is_shut_out_is_out_at_once(db: Database, he: Actor) -> None:
    ma = somebody(db, "ma@yunlan.example", "partner", YUNLAN)
    token = sign_in(db, "ma@yunlan.example").token
    db.run(accounts.disable_staff, he, partner=YUNLAN, account=ma.account_ref)
    with db.read() as session:
        assert accounts.sign_in_of_session(session, token) is None
    assert isinstance(sign_in(db, "ma@yunlan.example"), SignInFailed)
    assert states(db, he)["ma"] == "disabled"


def test_an_invitation_to_somebody_shut_out_opens_nothing(db: Database, he: Actor) -> None:
    invited = invite(db, he, "ma@yunlan.example")
    db.run(accounts.disable_staff, he, partner=YUNLAN, account=invited.account)
    assert isinstance(accept(db, invited.secret, "ma@yunlan.example"), InvitationFailed)


def test_nobody_shuts_out_the_own_account(db: Database, he: Actor) -> None:
    with pytest.raises(OwnAccount):
        db.run(accounts.disable_staff, he, partner=YUNLAN, account=he.account_ref)


def test_another_partner_s_people_are_not_found(db: Database, he: Actor) -> None:
    other = somebody(db, "lu@muhe.example", "partner", MUHE)
    for partner in (YUNLAN, MUHE):
        with pytest.raises(NotFound):
            db.run(accounts.disable_staff, he, partner=partner, account=other.account_ref)
    with pytest.raises(NotFound):
        invite(db, he, "x@muhe.example", partner=MUHE)
    with pytest.raises(NotFound):
        states(db, he, MUHE)
    assert states(db, other, MUHE) == {"lu": "active"}


def test_the_club_s_own_people_are_out_of_reach(db: Database, he: Actor) -> None:
    """A scope by mistake makes nobody a colleague: the role counts too."""
    admin = somebody(db, "zhao@club.example", "admin", YUNLAN)
    with pytest.raises(NotFound):
        db.run(accounts.disable_staff, he, partner=YUNLAN, account=admin.account_ref)
    assert "zhao" not in states(db, he)


def test_who_works_for_several_partners_is_for_the_club_to_shut_out(
    db: Database, he: Actor
) -> None:
    both = somebody(db, "wen@many.example", "partner", YUNLAN, MUHE)
    with pytest.raises(StaffOfSeveral):
        db.run(accounts.disable_staff, he, partner=YUNLAN, account=both.account_ref)


@pytest.mark.parametrize("role", ["member", "manager", "desk", "operations", "policy", "auditor"])
def test_other_roles_manage_no_partner_s_people(db: Database, role: str) -> None:
    actor = Actor(
        kind=role,
        account_id=1,
        permissions=accounts.permissions_of(role),
        scopes=frozenset({("partner", YUNLAN), ("all", "*")}),
    )
    with pytest.raises(Forbidden):
        invite(db, actor, "x@yunlan.example")
    with pytest.raises(Forbidden):
        states(db, actor)


def test_sign_in_names_are_not_for_trying_out(db: Database, he: Actor) -> None:
    for _ in range(2):
        assert invite(db, he, "he@yunlan.example") == accounts.StaffLoginTaken()
    for number in range(18):
        invite(db, he, f"ma{number}@yunlan.example")
    with pytest.raises(TooManyInvitations):
        invite(db, he, "he@yunlan.example")
