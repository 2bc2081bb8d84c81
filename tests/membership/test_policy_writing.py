"""A policy is written as it is read."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from vipclub.membership import Condition, TermRule, TierPolicy, TierRule
from vipclub.membership.policy_document import read_policy, shipped
from vipclub.membership.policy_writing import policy_text, whole_units, with_figures

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
