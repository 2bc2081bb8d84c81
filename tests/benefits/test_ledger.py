"""The ledger: a hold, its release or its use, and never below zero."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.benefits.rated_members import (
    BLACK,
    GOLD,
    account_id_of,
    entitlement_of,
    granted_held_used,
    rated_members,
)
from tests.cast import CLUB_ACTOR
from tests.statements import statements
from vipclub.benefits import (
    LedgerConflict,
    NoEntitlement,
    adjust,
    adjust_entitlement,
    benefit_by_code,
    consume,
    drifting,
    entitlements_of,
    expire,
    hold,
    ledger_of,
    release,
    reverse,
)
from vipclub.benefits.refusals import UnlimitedBenefit
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed
from vipclub.core.i18n import Language, say

VISIT = ("appointment", "A-7K2Q9-XM4TR-C")


def post(db: Database, act: object, account: int, **more: object) -> None:
    db.run(act, account_id=account, subject=VISIT, actor=CLUB_ACTOR, at=clock.now(), **more)  # type: ignore[arg-type]


def test_a_booking_holds_and_a_visit_uses_what_was_held(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    assert granted_held_used(db, account) == (1, 0, 0)
    post(db, hold, account)
    assert granted_held_used(db, account) == (1, 1, 0)
    post(db, consume, account)
    assert granted_held_used(db, account) == (1, 0, 1)


def test_a_cancelled_booking_gives_back_what_it_held(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    post(db, hold, account)
    post(db, release, account)
    assert granted_held_used(db, account) == (1, 0, 0)
    with pytest.raises(LedgerConflict):
        post(db, release, account)


def test_the_refusal_says_what_is_left_and_when_new_ones_come(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    post(db, hold, account)
    with pytest.raises(NoEntitlement) as caught:
        post(db, hold, account)
    assert (caught.value.data["remaining"], caught.value.data["year"]) == (0, 2026)
    assert caught.value.status == 422
    sentence = say(Language.EN, caught.value)
    assert sentence == (
        "Health check: 0 left for 2026, which is not enough. New ones come on Fri 1 Jan 2027."
    )
    assert "身體檢查" in say(Language.HANT, caught.value)
    assert granted_held_used(db, account) == (1, 1, 0)


def test_an_undone_visit_is_held_again_and_a_mistake_is_free_again(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    post(db, hold, account)
    post(db, consume, account)
    post(db, reverse, account)
    assert granted_held_used(db, account) == (1, 1, 0)
    post(db, consume, account)
    post(db, reverse, account, to_held=False)
    assert granted_held_used(db, account) == (1, 0, 0)
    with pytest.raises(LedgerConflict):
        post(db, reverse, account)


@pytest.mark.pain(40)
def test_what_is_held_is_not_taken_away_by_an_adjustment(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    post(db, hold, account)
    with pytest.raises(NoEntitlement):
        post(db, adjust, account, by=-1, reason="correction")
    with pytest.raises(NoEntitlement):
        post(db, expire, account, quantity=1)
    post(db, adjust, account, by=2, reason="goodwill")
    assert granted_held_used(db, account) == (3, 1, 0)


def test_an_unlimited_benefit_is_never_refused_and_its_sums_hold(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin, "emergency-overseas")
    for _ in range(3):
        post(db, hold, account)
    post(db, consume, account)
    post(db, release, account)
    assert granted_held_used(db, account) == (2, 1, 1)
    post(db, reverse, account, to_held=False)
    found = entitlement_of(db, lin, "emergency-overseas")
    assert found
    assert (found.unit, found.remaining, found.usable) == ("unlimited", 0, True)
    with db.read() as session:
        assert drifting(session) == []


@pytest.mark.promise("P8")
def test_every_change_is_an_entry_and_the_account_is_their_sum(db: Database) -> None:
    (lin,) = rated_members(db, BLACK)
    account = account_id_of(db, lin)
    for act in (hold, hold, consume, release):
        post(db, act, account)
    with db.read() as session:
        lines = ledger_of(session, CLUB_ACTOR, member=lin, benefit="health-check")
        assert [(x.kind, x.remaining) for x in lines] == [
            ("grant", 4),
            ("hold", 3),
            ("hold", 2),
            ("consume", 2),
            ("release", 3),
        ]
        assert drifting(session) == []


@pytest.mark.promise("P8")
def test_an_account_that_was_changed_behind_the_ledgers_back_is_found(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    statement = text("UPDATE entitlement_account SET granted = 5 WHERE id = :id")
    db.run(lambda session: session.execute(statement, {"id": account}))
    with db.read() as session:
        (drift,) = drifting(session)
    assert (drift.account_id, drift.account, drift.entries) == (account, (5, 0, 0), (1, 0, 0))


@pytest.mark.promise("P8")
def test_the_database_itself_keeps_an_account_from_going_below_zero(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    for change in ("held = 2", "used = -1", "held = -1", "granted = -1"):
        statement = text(f"UPDATE entitlement_account SET {change} WHERE id = {account}")
        with pytest.raises(IntegrityError):
            db.run(lambda session, s=statement: session.execute(s))


@pytest.mark.promise("P9")
def test_the_database_itself_keeps_entries_from_being_edited(db: Database) -> None:
    rated_members(db, GOLD)
    for statement in ("UPDATE ledger_entry SET granted = 9", "DELETE FROM ledger_entry"):
        with pytest.raises(DBAPIError, match="never changed"):
            db.run(lambda session, s=statement: session.execute(text(s)))


def test_an_allowance_is_changed_by_hand_with_a_reason_and_the_right(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    change = {"member": lin, "benefit": "health-check", "year": 2026, "by": 1}
    db.run(adjust_entitlement, CLUB_ACTOR, **change, reason="The clinic closed early.")
    assert granted_held_used(db, account_id_of(db, lin)) == (2, 0, 0)
    with pytest.raises(Malformed):
        db.run(adjust_entitlement, CLUB_ACTOR, **change, reason=" ")
    with pytest.raises(Forbidden):
        db.run(adjust_entitlement, Actor.anonymous(), **change, reason="Please")
    with pytest.raises(UnlimitedBenefit):
        db.run(
            adjust_entitlement,
            CLUB_ACTOR,
            **{**change, "benefit": "emergency-overseas"},
            reason="More",
        )


def test_each_change_of_the_ledger_is_two_statements(db: Database) -> None:
    (lin,) = rated_members(db, BLACK)
    account = account_id_of(db, lin)
    for act in (hold, consume, reverse, release):
        with statements(exactly=2):
            post(db, act, account)


def test_what_a_member_has_left_is_at_most_three_statements(db: Database) -> None:
    (lin,) = rated_members(db, BLACK)
    with db.read() as session:
        benefit_by_code(
            session, "health-check"
        )  # a sign-in brings the number of what is kept along
        with statements(at_most=3):
            entitlements_of(session, CLUB_ACTOR, member=lin)
