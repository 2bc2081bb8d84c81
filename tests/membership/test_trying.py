"""A policy is written as it is read, tried in parts, and put in force by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.membership.inserted_persons import persons_under_policy, source_record
from vipclub import membership
from vipclub.accounts import permissions_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden
from vipclub.membership import Condition, TermRule, TierPolicy, TierRule
from vipclub.membership.models import TierPolicyDraft
from vipclub.membership.policy_document import line_of, read_policy, shipped
from vipclub.membership.policy_writing import policy_text, whole_units, with_figures
from vipclub.membership.refusals import SecondPersonNeeded, TrialNotReady

AMOUNT = st.builds(
    Condition,
    measure=st.sampled_from(["value", "annual_contribution"]),
    at_least=st.integers(1, 10**9).map(lambda whole: whole * 100),
    subsidiary=st.sampled_from([None, "LIFE", 'a "quiet" \\ word']),
)
COUNT = st.builds(
    Condition,
    measure=st.sampled_from(["tenure_years", "holdings"]),
    at_least=st.integers(1, 50),
    subsidiary=st.sampled_from([None, "BANK"]),
)
GRADE = st.builds(
    Condition,
    measure=st.just("vip_grade"),
    one_of=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3).map(tuple),
)
RULES = st.lists(
    st.lists(st.one_of(AMOUNT, COUNT, GRADE), min_size=1, max_size=3).map(tuple),
    min_size=1,
    max_size=3,
).map(tuple)
DECIMALS = st.integers(1, 10**6).map(lambda n: Fraction(n, 1000))
POLICIES = st.builds(
    TierPolicy,
    version=st.from_regex(r"[A-Za-z0-9_.\-]{1,40}", fullmatch=True),
    in_force_from=st.dates(date(2000, 1, 1), date(2200, 1, 1)),
    currency=st.just("CNY"),
    tiers=st.tuples(
        st.builds(TierRule, st.just("gold"), RULES), st.builds(TierRule, st.just("black"), RULES)
    ),
    term=st.builds(
        TermRule,
        years=st.integers(1, 10),
        fixed_last_day=st.sampled_from([None, (12, 31), (2, 28)]),
        downgrade=st.sampled_from(["membership_anniversary", "tier_anniversary", "real_time"]),
        downgrade_to=st.sampled_from(["balance_based", "one_down"]),
        grace_days=st.integers(0, 366),
    ),
    rates=st.dictionaries(st.sampled_from(["USD", "JPY", "HKD"]), DECIMALS),
    weights=st.dictionaries(st.sampled_from(["LIFE", "BANK"]), DECIMALS),
)


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


@given(POLICIES)
@settings(max_examples=120, deadline=None)
def test_a_policy_that_is_written_is_read_the_same(policy: TierPolicy) -> None:
    assert read_policy(policy_text(policy)) == policy


def test_the_shipped_policy_comes_back_from_its_words_and_figures() -> None:
    policy = read_policy(shipped("2026"))
    assert read_policy(policy_text(policy)) == policy
    changed = with_figures(policy, {(0, 0, 0): 700_000, (9, 9, 9): 1})
    assert whole_units(changed.tiers[0].any_of[0][0], "CNY") == 700_000
    assert with_figures(changed, {(0, 0, 0): 500_000}) == policy


def test_a_mistake_s_line_is_found_in_its_own_section() -> None:
    text = shipped("2026")
    lines = text.splitlines()
    for place, words in (
        (("term", "years"), "years ="),
        (("exchange_rates", "GBP"), "GBP ="),
        (("platinum", "any_of"), "any_of ="),
        (("weights",), "[weights]"),
    ):
        number = line_of(text, place)
        assert number is not None
        assert words in lines[number - 1]
    assert lines[(line_of(text, ("platinum", "any_of")) or 0) - 2] == 'code = "platinum"'
    assert line_of(text, ("nowhere", "at_all")) is None


def test_a_trial_in_parts_equals_one_at_once(db: Database) -> None:
    persons_under_policy(db, *[[source_record(value=300_000 + 150_000 * n)] for n in range(9)])
    in_parts, at_once = draft(db), draft(db)
    calls = 1
    while not membership.go_on(db, XU, draft=in_parts, seconds=0, chunk=2):
        calls += 1
    assert calls >= 5
    assert membership.go_on(db, XU, draft=at_once)
    with db.read() as session:
        one, other = (membership.trial(session, XU, ref).found for ref in (in_parts, at_once))
    assert one == other
    assert one.persons == 9


def test_only_policy_owners_try_and_decide(db: Database) -> None:
    persons_under_policy(db, [source_record(value=600_000)])
    ref, stranger = draft(db), Actor(kind="admin", permissions=permissions_of("admin"))
    with pytest.raises(Forbidden):
        membership.go_on(db, stranger, draft=ref)
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
    membership.go_on(db, XU, draft=ref)
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
