"""Opening and changing accounts, the table of permissions, tokens, invitations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.web.staff import CLUB, PASSWORD, an_account
from vipclub import accounts, people
from vipclub.accounts import GRANTS, ROLES, InvitationAccepted, InvitationFailed, Permission
from vipclub.accounts.models import ApiToken
from vipclub.accounts.refusals import (
    LoginTaken,
    LoginUnreadable,
    OwnAccount,
    PasswordTooWeak,
    WrongPassword,
)
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.core.types import new_ref


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    accounts.settle_passwords(memory_kib=8, passes=1)


def actor_of(account: Any) -> Actor:
    return Actor(
        kind=account.role,
        account_id=account.id,
        account_ref=account.public_ref,
        permissions=accounts.permissions_of(account.role),
    )


def test_every_permission_is_somebody_s() -> None:
    known = {*ROLES, *accounts.TOKEN_SCOPES}
    assert set(GRANTS) == set(Permission)
    assert all(holders and holders <= known for holders in GRANTS.values())


def test_nobody_both_grants_rights_and_reads_the_trail() -> None:
    for role in ROLES:
        mine = accounts.permissions_of(role)
        assert not {"account:change", "audit:view"} <= mine


def test_two_accounts_never_share_a_login(db: Database) -> None:
    an_account(db, "desk", login="+86 138 0013 8000")
    with pytest.raises(LoginTaken):
        an_account(db, "desk", login="13800138000")


@pytest.mark.parametrize("login", ["", "lin", "a@b@c", "12345", "a b@example.com", "x" * 400])
def test_a_login_is_a_mail_address_or_a_number(db: Database, login: str) -> None:
    with pytest.raises(LoginUnreadable):
        db.run(
            accounts.create_account,
            CLUB,
            login=login,
            role="desk",
            display_name="X",
            language="en",
        )


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "password1234", "x" * 300])
def test_weak_passwords_are_refused(db: Database, password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        db.run(
            accounts.create_account,
            CLUB,
            login="x@club.example",
            role="desk",
            display_name="X",
            language="en",
            password=password,
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
    db.run(accounts.change_role, CLUB, account=account.public_ref, role="manager")
    signed = db.run(
        accounts.sign_in, login="partner@club.example", password=PASSWORD, ip="10.0.0.1"
    )
    assert signed.visit.actor.scopes == frozenset()


def test_a_token_opens_until_it_is_revoked_or_its_days_are_over(db: Database) -> None:
    partner = new_ref("P")
    ref, secret = db.run(accounts.create_token, CLUB, scope="partner", partner_ref=partner)
    actor = accounts.actor_of_bearer(db, secret)
    assert actor is not None
    assert (actor.kind, actor.channel, actor.owner) == ("partner", "api", ref)
    assert actor.scopes == {("partner", partner)}
    with db.read() as session:
        row = session.execute(select(ApiToken)).scalar_one()
        assert secret not in repr(row.__dict__)
        assert row.last_used_at is not None
    with time_machine.travel(clock.now() + timedelta(days=366)):
        assert accounts.actor_of_bearer(db, secret) is None
    db.run(accounts.revoke_token, CLUB, token=ref.lower())
    assert accounts.actor_of_bearer(db, secret) is None
    db.run(accounts.revoke_token, CLUB, token=ref)
    with pytest.raises(NotFound):
        db.run(accounts.revoke_token, CLUB, token=new_ref("T"))


@pytest.mark.parametrize("bearer", ["", "vip_", "vip_00000000_" + "a" * 32, "x" * 5000, "\x00é"])
def test_no_other_text_opens(db: Database, bearer: str) -> None:
    assert accounts.actor_of_bearer(db, bearer) is None


def test_a_token_s_scope_says_for_whom_it_is(db: Database) -> None:
    for wrong in (
        {"scope": "member"},
        {"scope": "channel", "member_ref": new_ref("M")},
        {"scope": "partner", "partner_ref": new_ref("M")},
        {"scope": "everything"},
        {"scope": "channel", "days": 0},
    ):
        with pytest.raises(Malformed):
            db.run(accounts.create_token, CLUB, **wrong)


def a_person(db: Database, born: date = date(1980, 5, 4)) -> int:
    from tests.membership.people_rows import a_club, record

    refs = a_club(db, [record(value=600_000)])

    def give_birthday(session: Any) -> int:
        person = session.execute(
            select(people.Person).where(people.Person.public_ref == refs[0])
        ).scalar_one()
        person.birth_date = born
        return int(person.id)

    person_id: int = db.run(give_birthday)
    return person_id


def accept(db: Database, token: str, **changes: Any) -> Any:
    given = {
        "birth_date": date(1980, 5, 4),
        "login": "lin@example.com",
        "password": PASSWORD,
        "language": "zh-Hans",
    }
    return db.run(accounts.accept_invitation, token=token, **{**given, **changes})


def test_an_invitation_opens_the_member_s_account_once(db: Database) -> None:
    token = db.run(accounts.invite, CLUB, person_id=a_person(db))
    assert isinstance(accept(db, token), InvitationAccepted)
    assert accept(db, token, login="chen@example.com") == InvitationFailed()
    signed = db.run(accounts.sign_in, login="lin@example.com", password=PASSWORD, ip="10.0.0.1")
    assert signed.visit.role == "member"
    assert len(signed.visit.actor.refs("person")) == 1


def test_a_new_invitation_never_opens_a_second_account(db: Database) -> None:
    person_id = a_person(db)
    accept(db, db.run(accounts.invite, CLUB, person_id=person_id))
    again = db.run(accounts.invite, CLUB, person_id=person_id)
    assert accept(db, again, login="chen@example.com") == InvitationFailed()


def test_five_wrong_birth_dates_end_an_invitation(db: Database) -> None:
    token = db.run(accounts.invite, CLUB, person_id=a_person(db))
    for day in range(1, 6):
        assert accept(db, token, birth_date=date(1981, 1, day)) == InvitationFailed()
    assert accept(db, token) == InvitationFailed()


def test_an_invitation_ends_after_fourteen_days_and_by_the_next_one(db: Database) -> None:
    person_id = a_person(db)
    first = db.run(accounts.invite, CLUB, person_id=person_id)
    second = db.run(accounts.invite, CLUB, person_id=person_id)
    assert accept(db, first) == InvitationFailed()
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1)):
        assert accept(db, second) == InvitationFailed()


def test_what_can_be_mended_doesn_t_use_up_the_invitation(db: Database) -> None:
    an_account(db, "desk", login="taken@example.com")
    token = db.run(accounts.invite, CLUB, person_id=a_person(db))
    with pytest.raises(LoginTaken):
        accept(db, token, login="taken@example.com")
    with pytest.raises(PasswordTooWeak):
        accept(db, token, password="short")
    assert isinstance(accept(db, token), InvitationAccepted)
