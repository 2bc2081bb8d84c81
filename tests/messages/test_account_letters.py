"""Owners are told when a way in or a way to be reached was changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.messages.delivery import a_recipient, deliver_letters
from tests.messages.mail_server import MailServer
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts, messages, people
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.people import Person


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    accounts.settle_passwords(memory_kib=8, passes=1)


def a_member(
    db: Database, email: str | None = "chan@example.org", login: str = "sign-in@example.org"
) -> tuple[int, str, Actor]:
    """A person with an account: the id, the reference, and who acts."""
    person = a_recipient(db, email=email)
    with db.read() as session:
        ref = session.scalar(select(Person.public_ref).where(Person.id == person))
    assert ref is not None
    account = db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login=login,
        role="member",
        display_name="Chan Tai Man",
        language="en",
        password=PASSWORD,
        scopes=[("person", ref)],
        person_id=person,
    )
    actor = Actor(
        kind="member",
        account_id=account.id,
        account_ref=account.public_ref,
        permissions=accounts.permissions_of("member"),
        scopes=frozenset({("person", ref)}),
    )
    return person, ref, actor


def test_a_new_address_is_told_to_the_old_one_too(db: Database, mail_server: MailServer) -> None:
    person, ref, her = a_member(db)
    db.run(people.change_contact_details, her, member=ref, email="new@example.org")
    deliver_letters(db, mail_server)
    assert sorted(mail_server.recipients) == ["chan@example.org", "new@example.org"]
    with db.read() as session:
        assert messages.unread(session, person) == 1


def test_a_new_number_is_told_to_the_address_there_is(
    db: Database, mail_server: MailServer
) -> None:
    _, ref, her = a_member(db)
    db.run(people.change_contact_details, her, member=ref, mobile="+85291234567")
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["chan@example.org"]
    body = mail_server.mails[0].get_body(("plain",))
    assert body is not None
    assert "this was changed: mobile number." in body.get_content()
    assert "91234567" not in body.get_content()


def test_another_language_warns_nobody(db: Database, mail_server: MailServer) -> None:
    _, ref, her = a_member(db)
    db.run(people.change_contact_details, her, member=ref, language="zh-Hant")
    deliver_letters(db, mail_server)
    assert mail_server.mails == []


def test_a_changed_password_is_told_to_its_owner(db: Database, mail_server: MailServer) -> None:
    person, _, her = a_member(db)
    db.run(accounts.change_password, her, present=PASSWORD, new="another harbour in June")
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["sign-in@example.org"]
    with db.read() as session:
        assert messages.unread(session, person) == 1


def test_a_link_to_a_new_password_goes_to_the_sign_in_name_and_into_no_inbox(
    db: Database, mail_server: MailServer
) -> None:
    """Not to what a company says is the person's address: that may be a stranger's."""
    person, _, _ = a_member(db)
    db.run(accounts.ask_reset, login="sign-in@example.org", ip="10.0.0.1")
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["sign-in@example.org"]
    with db.read() as session:
        assert messages.unread(session, person) == 0


def test_or_to_the_persons_address_when_the_sign_in_name_is_a_number(
    db: Database, mail_server: MailServer
) -> None:
    a_member(db, login="+8613800138000")
    db.run(accounts.ask_reset, login="+8613800138000", ip="10.0.0.1")
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["chan@example.org"]


def test_a_name_that_is_nobodys_leaves_no_message_behind(
    db: Database, mail_server: MailServer
) -> None:
    db.run(accounts.ask_reset, login="nobody@example.org", ip="10.0.0.1")
    assert deliver_letters(db, mail_server).done == 1
    assert mail_server.mails == []
    with db.read() as session:
        assert session.execute(select(messages.Message.id)).all() == []


def test_staff_who_sign_in_by_an_address_are_written_to_in_their_language(
    db: Database, mail_server: MailServer
) -> None:
    an_account(db, "desk", language="zh-Hant")
    db.run(accounts.ask_reset, login="desk@club.example", ip="10.0.0.1")
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["desk@club.example"]
    assert mail_server.mails[0]["Subject"] == "設定新密碼"


def test_a_link_used_before_its_letter_went_out_is_not_sent(
    db: Database, mail_server: MailServer
) -> None:
    an_account(db, "desk")
    account = db.run(accounts.ask_reset, login="desk@club.example", ip="10.0.0.1")
    assert account == accounts.ResetNoted()

    def spend(session: object) -> None:
        from sqlalchemy import update

        from vipclub.accounts.models import PasswordReset
        from vipclub.core import clock

        session.execute(update(PasswordReset).values(used_at=clock.now()))  # type: ignore[attr-defined]

    db.run(spend)
    deliver_letters(db, mail_server)
    assert mail_server.mails == []
