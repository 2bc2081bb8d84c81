"""Who signs in, who doesn't, and how soon one may try again."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from tests.accounts.sign_ins import try_to_sign_in
from tests.cast import CLUB_ACTOR
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import SignedIn, SignInFailed
from vipclub.accounts.models import Account, SignInAttempt, UserSession
from vipclub.core import clock
from vipclub.core.db import Database


def test_the_right_password_signs_in_with_the_role_s_rights(db: Database) -> None:
    an_account(db, "desk")
    outcome = try_to_sign_in(db, login=" Desk@CLUB.example ")
    assert isinstance(outcome, SignedIn)
    actor = outcome.sign_in.actor
    assert actor.kind == "desk"
    assert actor.has("member:find")
    assert not actor.has("audit:view")
    assert actor.sees_all
    assert actor.owner.startswith("U-")


def test_whatever_is_wrong_the_answer_is_the_same(db: Database) -> None:
    account = an_account(db, "desk")
    an_account(db, "admin")
    db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login="nopassword@club.example",
        role="desk",
        display_name="X",
        language="en",
    )
    wrong = try_to_sign_in(db, password="not this one at all")
    unknown = try_to_sign_in(db, login="nobody@club.example")
    nonsense = try_to_sign_in(db, login="\x00' OR 1=1")
    without = try_to_sign_in(db, login="nopassword@club.example")
    db.run(accounts.disable_account, CLUB_ACTOR, account=account.public_ref)
    disabled = try_to_sign_in(db)
    assert {wrong, unknown, nonsense, without, disabled} == {SignInFailed("wrong")}


def test_an_unknown_name_costs_a_comparison_too(db: Database) -> None:
    calls: list[str | None] = []
    keeper = accounts.passwords.passwords()
    checked = keeper.check
    keeper.check = lambda stored, password: (calls.append(stored), checked(stored, password))[1]  # type: ignore[method-assign]
    try_to_sign_in(db, login="nobody@club.example")
    assert calls == [None]


def test_a_failed_try_is_remembered_and_named_in_the_audit_trail(db: Database) -> None:
    an_account(db, "desk")
    try_to_sign_in(db, password="not this one at all")
    with db.read() as session:
        assert session.scalars(select(SignInAttempt.succeeded)).all() == [False]
        from vipclub.core.audit import AuditRow

        actions = session.scalars(select(AuditRow.action)).all()
    assert "account.sign_in_failed" in actions


def test_after_five_failures_one_waits_and_the_wait_grows(db: Database) -> None:
    an_account(db, "desk")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(5):
            assert try_to_sign_in(db, password="wrong") == SignInFailed("wrong")
        held = try_to_sign_in(db)
        assert held == SignInFailed("throttled", 15)
        traveller.shift(timedelta(seconds=16))
        assert try_to_sign_in(db, password="wrong") == SignInFailed("wrong")
        assert try_to_sign_in(db).wait_seconds == 30
        traveller.shift(timedelta(seconds=31))
        assert isinstance(try_to_sign_in(db), SignedIn)
        assert isinstance(try_to_sign_in(db), SignedIn), "a success takes the earlier failures away"


def test_strangers_can_t_keep_somebody_out(db: Database) -> None:
    """A throttle, not a lock: where one signed in before, others' failures don't count."""
    an_account(db, "desk")
    assert isinstance(try_to_sign_in(db, ip="10.0.0.1"), SignedIn)
    for number in range(30):
        try_to_sign_in(db, password="guess", ip=f"203.0.113.{number}")
    assert try_to_sign_in(db, ip="198.51.100.9").reason == "throttled"
    assert isinstance(try_to_sign_in(db, ip="10.0.0.1"), SignedIn)


def test_one_address_can_t_try_names_without_end(db: Database) -> None:
    for number in range(100):
        try_to_sign_in(db, login=f"n{number}@club.example", password="guess")
    assert try_to_sign_in(db, login="another@club.example").reason == "throttled"


def test_old_tries_are_forgotten(db: Database) -> None:
    with time_machine.travel(clock.now() - timedelta(days=2)):
        try_to_sign_in(db, login="nobody@club.example")
    assert db.run(accounts.forget_old_attempts) == 1


def test_the_database_knows_neither_login_nor_password_nor_cookie(db: Database) -> None:
    an_account(db, "desk")
    token = try_to_sign_in(db).token
    with db.read() as session:
        account = session.execute(select(Account)).scalar_one()
        row = session.execute(select(UserSession)).scalar_one()
        stored = repr((account.login, account.login_index, account.password_hash, row.token_hash))
    assert "desk@club" not in stored
    assert PASSWORD not in stored
    assert token not in stored
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")
