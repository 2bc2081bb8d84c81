"""A policy is tried in parts, and put in force by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.membership.inserted_persons import persons_under_policy, source_record
from vipclub import membership
from vipclub.accounts import permissions_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden
from vipclub.membership.models import TierPolicyDraft
from vipclub.membership.policy_document import read_policy, shipped
from vipclub.membership.policy_writing import policy_text
from vipclub.membership.refusals import SecondPersonNeeded, TrialNotReady


def owner(name: str) -> Actor:
    return Actor(kind="policy", account_ref=f"U-{name}", permissions=permissions_of("policy"))


XU, QIAN = owner("xu"), owner("qian")


def draft(db: Database, actor: Actor = XU) -> str:
    day = clock.club_today() + timedelta(days=40)
    policy = replace(read_policy(shipped("2026")), version="next", in_force_from=day)
    made: str = db.run(
        membership.draft_policy,
        actor,
        text=policy_text(policy),
        as_of=clock.club_today(),
    )
    return made


def test_a_trial_in_parts_equals_one_at_once(db: Database) -> None:
    persons_under_policy(db, *[[source_record(value=300_000 + 150_000 * n)] for n in range(9)])
    in_parts, at_once = draft(db), draft(db)
    calls = 1
    while not membership.continue_trial(db, XU, draft=in_parts, seconds=0, chunk=2):
        calls += 1
    assert calls >= 5
    assert membership.continue_trial(db, XU, draft=at_once)
    with db.read() as session:
        one, other = (membership.trial(session, XU, ref).found for ref in (in_parts, at_once))
    assert one == other
    assert one.persons == 9


def test_only_policy_owners_try_and_decide(db: Database) -> None:
    persons_under_policy(db, [source_record(value=600_000)])
    ref, stranger = draft(db), Actor(kind="admin", permissions=permissions_of("admin"))
    with pytest.raises(Forbidden):
        membership.continue_trial(db, stranger, draft=ref)
    for use_case in (
        membership.submit_policy,
        membership.withdraw_policy,
        membership.approve_policy,
    ):
        with pytest.raises(Forbidden):
            db.run(use_case, stranger, draft=ref)


@pytest.mark.promise("P19")
def test_who_submits_never_approves(db: Database) -> None:
    persons_under_policy(db, [source_record(value=600_000)])
    ref = draft(db)
    with pytest.raises(TrialNotReady):  # nobody is counted yet
        db.run(membership.submit_policy, XU, draft=ref)
    membership.continue_trial(db, XU, draft=ref)
    db.run(membership.submit_policy, XU, draft=ref)
    for use_case, more in (
        (membership.approve_policy, {}),
        (membership.return_policy, {"reason": "no"}),
    ):
        with pytest.raises(SecondPersonNeeded):
            db.run(use_case, XU, draft=ref, **more)  # type: ignore[operator]
    with pytest.raises(IntegrityError):  # the net below
        with db.engine.begin() as connection:
            connection.execute(
                update(TierPolicyDraft).values(decided_by=XU.owner, state="approved")
            )
    assert db.run(membership.approve_policy, QIAN, draft=ref) == "next"
    with pytest.raises(TrialNotReady):
        db.run(membership.approve_policy, QIAN, draft=ref)
    with db.read() as session:
        assert [v.version for v in membership.policy_versions(session, XU)] == ["next", "2026.1"]
