"""A policy is tried in parts, and put in force by two people."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.membership.inserted_persons import persons_under_policy, source_record
from vipclub import membership
from vipclub.accounts import permissions_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.membership.drafts import KEPT
from vipclub.membership.models import TierPolicyDraft
from vipclub.membership.policy_document import read_policy, shipped
from vipclub.membership.policy_writing import policy_text
from vipclub.membership.refusals import SecondPersonNeeded, TrialNotReady, TrialOfSomebodyElse


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


def nine(db: Database) -> None:
    persons_under_policy(db, *[[source_record(value=300_000 + 150_000 * n)] for n in range(9)])


def counted(db: Database, ref: str) -> int:
    with db.read() as session:
        return membership.trial(session, XU, ref).found.persons


def test_each_trial_has_its_turn_and_who_has_counted_least_goes_first(db: Database) -> None:
    nine(db)
    old = draft(db)
    membership.continue_trials(db, seconds=0, chunk=2)
    new, newest = draft(db), draft(db)
    membership.continue_trials(db, seconds=0, chunk=2)
    assert [counted(db, ref) for ref in (old, new, newest)] == [4, 2, 2]
    membership.continue_trials(db, seconds=0, chunk=2, round_seconds=0)
    assert [counted(db, ref) for ref in (old, new, newest)] == [4, 2, 2], "no time for any"
    rounds = 0
    while membership.continue_trials(db, seconds=0, chunk=2).counted:
        rounds += 1
    assert rounds == 5
    assert [counted(db, ref) for ref in (old, new, newest)] == [9, 9, 9]


def test_a_trial_that_fails_stops_no_other(db: Database) -> None:
    nine(db)
    broken, well = draft(db), draft(db)
    with db.engine.begin() as connection:
        connection.execute(
            update(TierPolicyDraft)
            .where(TierPolicyDraft.public_ref == broken)
            .values(document="version = ")
        )
    told = membership.continue_trials(db)
    assert (told.counted, told.finished) == (1, 1)
    assert counted(db, well) == 9


def test_a_trial_is_discarded_by_whoever_began_it_and_then_not_counted(db: Database) -> None:
    nine(db)
    ref = draft(db)
    membership.continue_trials(db, seconds=0, chunk=2)
    with pytest.raises(TrialOfSomebodyElse):
        db.run(membership.discard_trial, QIAN, draft=ref)
    db.run(membership.discard_trial, XU, draft=ref)
    assert membership.continue_trials(db).counted == 0
    with pytest.raises(NotFound):
        counted(db, ref)
    with db.read() as session:
        record = session.execute(
            select(AuditRow).where(AuditRow.action == "tier_policy.discard")
        ).scalar_one()
        assert (record.actor_ref, record.subject_ref) == (XU.account_ref, ref)


def test_what_was_submitted_is_not_discarded(db: Database) -> None:
    nine(db)
    ref = draft(db)
    membership.continue_trials(db)
    db.run(membership.submit_policy, XU, draft=ref)
    with pytest.raises(TrialNotReady):
        db.run(membership.discard_trial, XU, draft=ref)


def test_a_trial_that_nobody_submits_is_forgotten_and_a_decision_never(db: Database) -> None:
    nine(db)
    with clock.replaying(clock.now() - KEPT - timedelta(days=1)):
        forgotten, returned = draft(db), draft(db)
        membership.continue_trials(db)
        db.run(membership.submit_policy, XU, draft=returned)
        db.run(membership.return_policy, QIAN, draft=returned, reason="no")
    fresh = draft(db)
    assert db.run(membership.forget_trials) == 1
    with db.read() as session:
        left = {row.ref for row in membership.policy_drafts(session, XU)}
    assert left == {returned, fresh}
    assert forgotten not in left


WORKER = """
import sys, time
from vipclub import logs, membership
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership import counting_trials
from tests.databases import TEST_KEYS

logs.configure("error")
clock.settle_zone("Asia/Shanghai")
db = Database(sys.argv[1], keys=TEST_KEYS)
read, counted = counting_trials.read_chunk, 0


def slowly(*asked):
    global counted
    part = read(*asked)
    counted += part.persons if part else 0
    time.sleep(0.05)
    return part


counting_trials.read_chunk = slowly
if sys.argv[2] == "unguarded":
    counting_trials.held = lambda *_given, **_named: __import__("contextlib").nullcontext()
print("ready", flush=True)
sys.stdin.readline()
until = time.monotonic() + 20
while time.monotonic() < until:
    told = membership.continue_trials(db, seconds=0.3, chunk=1)
    with db.read() as session:
        if not counting_trials._under_way(session):
            break
print(counted, flush=True)
"""


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.parametrize("guard", ["guarded", "unguarded"])
def test_two_workers_do_not_count_one_trial_twice(db: Database, url: str, guard: str) -> None:
    """Each person is counted by one of them; without the lease by both, and half of it in vain."""
    persons = 30
    persons_under_policy(db, *[[source_record(value=300_000)] for _ in range(persons)])
    ref = draft(db)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, url, guard],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    did = sum(int(worker.communicate(timeout=60)[0]) for worker in workers)
    assert counted(db, ref) == persons
    assert did == persons if guard == "guarded" else did > persons


def test_only_policy_owners_try_and_decide(db: Database) -> None:
    persons_under_policy(db, [source_record(value=600_000)])
    ref, stranger = draft(db), Actor(kind="admin", permissions=permissions_of("admin"))
    with pytest.raises(Forbidden):
        membership.continue_trial(db, stranger, draft=ref)
    for use_case in (
        membership.discard_trial,
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
