"""A member's invitation opens one account, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts, people
from vipclub.accounts import InvitationAccepted, InvitationFailed
from vipclub.accounts.refusals import (
    HasAccount,
    LoginTaken,
    PasswordTooWeak,
)
from vipclub.core import clock
from vipclub.core.db import Database


def a_person(db: Database, born: date = date(1980, 5, 4)) -> int:
    from tests.membership.inserted_persons import persons_under_policy, source_record

    refs = persons_under_policy(db, [source_record(value=600_000)])

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
    token = db.run(accounts.invite, CLUB_ACTOR, person_id=a_person(db))
    assert isinstance(accept(db, token), InvitationAccepted)
    assert accept(db, token, login="chen@example.com") == InvitationFailed()
    signed = db.run(accounts.sign_in, login="lin@example.com", password=PASSWORD, ip="10.0.0.1")
    assert signed.sign_in.role == "member"
    assert len(signed.sign_in.actor.refs("person")) == 1


def test_a_new_invitation_never_opens_a_second_account(db: Database) -> None:
    person_id = a_person(db)
    accept(db, db.run(accounts.invite, CLUB_ACTOR, person_id=person_id))
    again = db.run(accounts.invite, CLUB_ACTOR, person_id=person_id)
    assert accept(db, again, login="chen@example.com") == InvitationFailed()


def test_five_wrong_birth_dates_end_an_invitation(db: Database) -> None:
    token = db.run(accounts.invite, CLUB_ACTOR, person_id=a_person(db))
    for day in range(1, 6):
        assert accept(db, token, birth_date=date(1981, 1, day)) == InvitationFailed()
    assert accept(db, token) == InvitationFailed()


def test_an_invitation_ends_after_fourteen_days_and_by_the_next_one(db: Database) -> None:
    person_id = a_person(db)
    first = db.run(accounts.invite, CLUB_ACTOR, person_id=person_id)
    second = db.run(accounts.invite, CLUB_ACTOR, person_id=person_id)
    assert accept(db, first) == InvitationFailed()
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1)):
        assert accept(db, second) == InvitationFailed()


def test_what_can_be_mended_doesn_t_use_up_the_invitation(db: Database) -> None:
    an_account(db, "desk", login="taken@example.com")
    token = db.run(accounts.invite, CLUB_ACTOR, person_id=a_person(db))
    with pytest.raises(LoginTaken):
        accept(db, token, login="taken@example.com")
    with pytest.raises(PasswordTooWeak):
        accept(db, token, password="short")
    assert isinstance(accept(db, token), InvitationAccepted)


def test_who_has_an_account_is_not_invited_again(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=600_000)])
    _ref, _secret = db.run(accounts.invite_member, CLUB_ACTOR, member=lin)
    with db.read() as session:
        person_id = session.connection().exec_driver_sql("SELECT id FROM person").scalar_one()
    db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login="lin@home.example",
        role="member",
        display_name="Lin",
        language="en",
        person_id=person_id,
    )
    with pytest.raises(HasAccount):
        db.run(accounts.invite_member, CLUB_ACTOR, member=lin)
