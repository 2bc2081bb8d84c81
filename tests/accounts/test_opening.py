"""An account is opened with a sign-in name of its own and a password that is hard to guess."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.web.signing_in import an_account
from vipclub import accounts
from vipclub.accounts.refusals import (
    LoginTaken,
    LoginUnreadable,
    PasswordTooWeak,
)
from vipclub.core.db import Database


def test_two_accounts_never_share_a_login(db: Database) -> None:
    an_account(db, "desk", login="+86 138 0013 8000")
    with pytest.raises(LoginTaken):
        an_account(db, "desk", login="13800138000")


@pytest.mark.parametrize("login", ["", "lin", "a@b@c", "12345", "a b@example.com", "x" * 400])
def test_a_login_is_a_mail_address_or_a_number(db: Database, login: str) -> None:
    with pytest.raises(LoginUnreadable):
        db.run(
            accounts.create_account,
            CLUB_ACTOR,
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
            CLUB_ACTOR,
            login="x@club.example",
            role="desk",
            display_name="X",
            language="en",
            password=password,
        )
