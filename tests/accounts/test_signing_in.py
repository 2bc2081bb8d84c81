"""Who signs in, who doesn't, and how soon one may try again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.web.staff import CLUB, PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import SignedIn, SignInFailed
from vipclub.accounts.models import Account, SignInAttempt, UserSession
from vipclub.core import clock
from vipclub.core.db import Database

LOGIN = "desk@club.example"


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    accounts.settle_passwords(memory_kib=8, passes=1)


def attempt(
    db: Database, login: str = LOGIN, password: str = PASSWORD, ip: str = "10.0.0.1"
) -> Any:
    return db.run(accounts.sign_in, login=login, password=password, ip=ip, user_agent="test")


def visit(db: Database, token: str) -> accounts.Visit | None:
    with db.read() as session:
        return accounts.visit_of_session(session, token)


def test_the_right_password_signs_in_with_the_role_s_rights(db: Database) -> None:
    an_account(db, "desk")
    outcome = attempt(db, login=" Desk@CLUB.example ")
    assert isinstance(outcome, SignedIn)
    actor = outcome.visit.actor
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
        CLUB,
        login="nopassword@club.example",
        role="desk",
        display_name="X",
        language="en",
    )
    wrong = attempt(db, password="not this one at all")
    unknown = attempt(db, login="nobody@club.example")
    nonsense = attempt(db, login="\x00' OR 1=1")
    without = attempt(db, login="nopassword@club.example")
    db.run(accounts.disable_account, CLUB, account=account.public_ref)
    disabled = attempt(db)
    assert {wrong, unknown, nonsense, without, disabled} == {SignInFailed("wrong")}


def test_an_unknown_name_costs_a_comparison_too(db: Database) -> None:
    calls: list[str | None] = []
    keeper = accounts.passwords.passwords()
    checked = keeper.check
    keeper.check = lambda stored, password: (calls.append(stored), checked(stored, password))[1]  # type: ignore[method-assign]
    attempt(db, login="nobody@club.example")
    assert calls == [None]


def test_a_failed_try_is_remembered_and_named_in_the_audit_trail(db: Database) -> None:
    an_account(db, "desk")
    attempt(db, password="not this one at all")
    with db.read() as session:
        assert session.scalars(select(SignInAttempt.succeeded)).all() == [False]
        from vipclub.core.audit import AuditRow

        actions = session.scalars(select(AuditRow.action)).all()
    assert "account.sign_in_failed" in actions


def test_after_five_failures_one_waits_and_the_wait_grows(db: Database) -> None:
    an_account(db, "desk")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(5):
            assert attempt(db, password="wrong") == SignInFailed("wrong")
        held = attempt(db)
        assert held == SignInFailed("throttled", 15)
        traveller.shift(timedelta(seconds=16))
        assert attempt(db, password="wrong") == SignInFailed("wrong")
        assert attempt(db).wait_seconds == 30
        traveller.shift(timedelta(seconds=31))
        assert isinstance(attempt(db), SignedIn)
        assert isinstance(attempt(db), SignedIn), "a success takes the earlier failures away"


def test_strangers_can_t_keep_somebody_out(db: Database) -> None:
    """A throttle, not a lock: where one signed in before, others' failures don't count."""
    an_account(db, "desk")
    assert isinstance(attempt(db, ip="10.0.0.1"), SignedIn)
    for number in range(30):
        attempt(db, password="guess", ip=f"203.0.113.{number}")
    assert attempt(db, ip="198.51.100.9").reason == "throttled"
    assert isinstance(attempt(db, ip="10.0.0.1"), SignedIn)


def test_one_address_can_t_try_names_without_end(db: Database) -> None:
    for number in range(100):
        attempt(db, login=f"n{number}@club.example", password="guess")
    assert attempt(db, login="another@club.example").reason == "throttled"


def test_old_tries_are_forgotten(db: Database) -> None:
    with time_machine.travel(clock.now() - timedelta(days=2)):
        attempt(db, login="nobody@club.example")
    assert db.run(accounts.forget_old_attempts) == 1


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [
        ("desk", timedelta(minutes=30), timedelta(hours=12)),
        ("member", timedelta(days=30), timedelta(days=90)),
    ],
)
def test_a_sign_in_ends_by_idling_and_by_age(
    db: Database, role: str, idle: timedelta, absolute: timedelta
) -> None:
    an_account(db, role)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = attempt(db, login=f"{role}@club.example").token
        traveller.shift(idle - timedelta(seconds=1))
        assert visit(db, token) is not None
        traveller.shift(timedelta(seconds=1))
        assert visit(db, token) is None, "too long without a request"
        token = attempt(db, login=f"{role}@club.example").token
        steps = int(absolute / (idle * 0.9))
        for _ in range(steps):
            traveller.shift(idle * 0.9)
            alive = visit(db, token)
            assert alive is not None
            db.run(accounts.stamp_session, session_id=alive.session_id)
        traveller.shift(idle * 0.9)
        assert visit(db, token) is None, "too long in all"


def test_last_seen_is_stamped_once_a_minute(db: Database) -> None:
    an_account(db, "desk")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        signed = attempt(db)
        assert not visit(db, signed.token).stale  # type: ignore[union-attr]
        traveller.shift(61)
        assert visit(db, signed.token).stale  # type: ignore[union-attr]
        db.run(accounts.stamp_session, session_id=signed.visit.session_id)
        assert not visit(db, signed.token).stale  # type: ignore[union-attr]


def ended(db: Database, what: str, account: Account, signed: SignedIn) -> None:
    ref = account.public_ref
    if what == "sign-out":
        db.run(accounts.sign_out, signed.visit.actor, session_id=signed.visit.session_id)
    elif what == "disabled":
        db.run(accounts.disable_account, CLUB, account=ref)
    elif what == "role change":
        db.run(accounts.change_role, CLUB, account=ref, role="operations")
    else:
        db.run(
            accounts.change_password,
            signed.visit.actor,
            present=PASSWORD,
            new="another quiet harbour",
        )


@pytest.mark.parametrize("what", ["sign-out", "disabled", "role change", "password change"])
def test_a_sign_in_ends_at_once(db: Database, what: str) -> None:
    account = an_account(db, "desk")
    signed = attempt(db)
    ended(db, what, account, signed)
    assert visit(db, signed.token) is None


def test_changing_the_password_keeps_the_present_sign_in_if_asked(db: Database) -> None:
    an_account(db, "desk")
    here, elsewhere = attempt(db), attempt(db)
    db.run(
        accounts.change_password,
        here.visit.actor,
        present=PASSWORD,
        new="another quiet harbour",
        session_id=here.visit.session_id,
    )
    assert visit(db, here.token) is not None
    assert visit(db, elsewhere.token) is None
    assert attempt(db).reason == "wrong"


def test_the_database_knows_neither_login_nor_password_nor_cookie(db: Database) -> None:
    an_account(db, "desk")
    token = attempt(db).token
    with db.read() as session:
        account = session.execute(select(Account)).scalar_one()
        row = session.execute(select(UserSession)).scalar_one()
        stored = repr((account.login, account.login_index, account.password_hash, row.token_hash))
    assert "desk@club" not in stored
    assert PASSWORD not in stored
    assert token not in stored
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")


def test_a_scope_counts_between_its_dates_only(db: Database) -> None:
    from vipclub.accounts.models import AccountScope

    account = an_account(db, "manager", scopes=[("portfolio", "LIFE/0042")])
    now = clock.now()

    def give(session: Any) -> None:
        for ref, start, end in (
            ("LIFE/past", None, now - timedelta(days=1)),
            ("LIFE/coming", now + timedelta(days=1), None),
            ("LIFE/present", now - timedelta(days=1), now + timedelta(days=1)),
        ):
            session.add(
                AccountScope(
                    account_id=account.id, kind="portfolio", ref=ref, valid_from=start, valid_to=end
                )
            )

    db.run(give)
    signed = attempt(db, login="manager@club.example")
    assert signed.visit.actor.refs("portfolio") == {"LIFE/0042", "LIFE/present"}
