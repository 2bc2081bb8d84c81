"""A forgotten password: asked for by a name, set by a link, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR
from tests.databases import TEST_KEYS
from tests.statements import statements
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import (
    PasswordWasReset,
    ResetAsked,
    ResetFailed,
    ResetNoted,
    ResetTooSoon,
    SignedIn,
)
from vipclub.accounts.models import PasswordReset
from vipclub.accounts.refusals import PasswordTooWeak
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.wiring import REACTIONS

NEW = "another harbour in June"
LOGIN = "desk@club.example"


@pytest.fixture
def asked() -> list[ResetAsked]:
    """The facts of this test, with the secrets that only the mail has."""
    return []


@pytest.fixture
def db(url: str, asked: list[ResetAsked]) -> Iterator[Database]:
    listening = (*REACTIONS[ResetAsked], lambda session, fact: asked.append(fact))
    database = Database(url, keys=TEST_KEYS, reactions={**REACTIONS, ResetAsked: listening})
    yield database
    database.dispose()


def ask(db: Database, login: str = LOGIN, ip: str = "10.0.0.1") -> Any:
    return db.run(accounts.ask_reset, login=login, ip=ip)


def reset(db: Database, secret: str, password: str = NEW) -> Any:
    return db.run(accounts.reset_password, secret=secret, password=password, ip="10.0.0.1")


def sign_in(db: Database, password: str, ip: str = "10.0.0.1") -> Any:
    return db.run(accounts.sign_in, login=LOGIN, password=password, ip=ip)


def test_a_forgotten_password_is_set_anew(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    assert ask(db) == ResetNoted()
    assert reset(db, asked[0].secret) == PasswordWasReset()
    assert isinstance(sign_in(db, NEW), SignedIn)
    assert not isinstance(sign_in(db, PASSWORD), SignedIn)


@pytest.mark.promise("P36")
def test_all_sign_ins_end_and_nobody_is_signed_in(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    first, second = sign_in(db, PASSWORD), sign_in(db, PASSWORD, ip="10.0.0.2")
    ask(db)
    assert reset(db, asked[0].secret) == PasswordWasReset()
    with db.read() as session:
        for signed in (first, second):
            assert accounts.sign_in_of_session(session, signed.token) is None


def test_a_link_works_once_and_spends_the_others(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    ask(db)
    assert reset(db, asked[1].secret) == PasswordWasReset()
    assert reset(db, asked[1].secret, "a third harbour, July") == ResetFailed()
    assert reset(db, asked[0].secret, "a third harbour, July") == ResetFailed()
    assert isinstance(sign_in(db, NEW), SignedIn)


def test_asking_again_leaves_the_link_before_good(db: Database, asked: list[ResetAsked]) -> None:
    """Or a stranger who keeps asking would keep the owner out."""
    an_account(db, "desk")
    ask(db)
    ask(db, ip="66.0.0.1")
    assert reset(db, asked[0].secret) == PasswordWasReset()


def test_a_link_ends_within_the_hour(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    with time_machine.travel(clock.now() + timedelta(hours=1, seconds=1)):
        assert reset(db, asked[0].secret) == ResetFailed()
    assert reset(db, asked[0].secret) == PasswordWasReset()


def test_a_link_is_for_its_own_account_alone(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    an_account(db, "manager")
    ask(db)
    reset(db, asked[0].secret)
    other = db.run(accounts.sign_in, login="manager@club.example", password=PASSWORD, ip="10.0.0.1")
    assert isinstance(other, SignedIn)


def test_a_shut_account_is_not_opened_by_a_link(db: Database, asked: list[ResetAsked]) -> None:
    account = an_account(db, "desk")
    ask(db)
    db.run(accounts.disable_account, CLUB_ACTOR, account=account.public_ref)
    assert reset(db, asked[0].secret) == ResetFailed()
    ask(db)
    assert asked[1].account_id is None


def test_who_never_had_a_password_gets_none_by_this_way(
    db: Database, asked: list[ResetAsked]
) -> None:
    """The invitation's second proof would be passed by."""
    db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login=LOGIN,
        role="desk",
        display_name="Sun",
        language="en",
    )
    assert ask(db) == ResetNoted()
    assert asked[0].account_id is None


def test_a_secret_of_another_purpose_opens_nothing(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    token = sign_in(db, PASSWORD).token
    for secret in (token, "", "x", "x" * 5000, asked[0].secret.swapcase()):
        assert reset(db, secret) == ResetFailed()


def test_a_weak_password_spends_nothing(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    for weak in ("short", LOGIN, "aaaaaaaaaaaaaaaa"):
        with pytest.raises(PasswordTooWeak):
            reset(db, asked[0].secret, weak)
    assert reset(db, asked[0].secret) == PasswordWasReset()


def test_an_unknown_name_gets_the_same_answer_by_the_same_statements(db: Database) -> None:
    an_account(db, "desk")
    told = []
    for login in (LOGIN, "nobody@club.example", "not a name at all"):
        with statements() as counted:
            told.append((ask(db, login), [text.split(" WHERE ")[0] for text in counted]))
    assert told[0] == told[1] == told[2]
    assert told[0][0] == ResetNoted()
    assert len(told[0][1]) == 4


@pytest.mark.promise("P25")
def test_asking_too_often_is_told_and_the_same_for_nobody(db: Database) -> None:
    an_account(db, "desk")
    with time_machine.travel(clock.now(), tick=False) as time:
        for login in (LOGIN, "nobody@club.example"):
            assert [type(ask(db, login, f"10.0.0.{n}")) for n in range(3)] == [ResetNoted] * 3
            assert ask(db, login, "10.0.0.9") == ResetTooSoon(600)
        time.shift(timedelta(minutes=10))
        assert ask(db) == ResetNoted()


@pytest.mark.promise("P25")
def test_one_address_does_not_ask_for_everybody(db: Database) -> None:
    for number in range(20):
        assert ask(db, f"a{number}@club.example") == ResetNoted()
    assert isinstance(ask(db, "b@club.example"), ResetTooSoon)
    assert ask(db, "b@club.example", ip="10.0.0.2") == ResetNoted()


def test_the_tables_know_no_secret_and_no_name(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    secret = asked[0].secret
    assert secret not in repr(asked[0])
    with db.read() as session:
        rows = session.execute(select(PasswordReset.__table__)).mappings().all()
    kept = " ".join(str(dict(row)) for row in rows)
    assert secret not in kept
    assert LOGIN not in kept


def test_the_trail_names_the_account(db: Database, asked: list[ResetAsked]) -> None:
    account = an_account(db, "desk")
    ask(db)
    reset(db, asked[0].secret)
    with db.read() as session:
        row = session.execute(
            select(AuditRow).where(AuditRow.action == "account.reset_password")
        ).scalar_one()
    assert row.subject_ref == account.public_ref
    assert row.actor_kind == "anonymous"


def test_old_rows_are_forgotten(db: Database) -> None:
    ask(db)

    def age(session: Session) -> None:
        session.execute(update(PasswordReset).values(created_at=clock.now() - timedelta(days=31)))

    db.run(age)
    ask(db)
    assert db.run(accounts.forget_old_resets) == 1


@pytest.mark.race
@pytest.mark.only("postgresql")
def test_of_two_who_use_a_link_at_once_one_wins(db: Database, asked: list[ResetAsked]) -> None:
    an_account(db, "desk")
    ask(db)
    start, results = threading.Barrier(4), []

    def use(number: int) -> None:
        start.wait()
        results.append(reset(db, asked[0].secret, f"harbour number {number} in June"))

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(PasswordWasReset()) == 1
    assert results.count(ResetFailed()) == 3
