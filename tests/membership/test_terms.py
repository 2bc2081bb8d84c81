"""When a membership runs, as the club's public questions and answers say it."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vipclub.membership import card, policy, terms
from vipclub.membership.policy import TermRule, TierPolicy, TierRule
from vipclub.membership.terms import Term, decide, effective_day, last_day

TIERS = tuple(TierRule(code, ()) for code in ("gold", "platinum", "diamond", "black"))
POLICY = TierPolicy("test", date(2008, 1, 1), "CNY", TIERS)
GOLD = Term(1, "gold", "active", date(2009, 7, 2), date(2010, 7, 1), date(2009, 7, 2))
DIAMOND = replace(GOLD, tier="diamond")
MID_TERM, LAST_DAY = date(2009, 12, 1), date(2010, 7, 1)


@pytest.mark.parametrize("module", [card, policy, terms])
def test_the_worked_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_a_membership_effective_on_8_february_2008_ends_on_7_february_2009() -> None:
    assert last_day(date(2008, 2, 8)) == date(2009, 2, 7)


def test_rated_on_1_july_2009_it_is_valid_from_2_july_2009_to_1_july_2010() -> None:
    start = effective_day(date(2009, 7, 1))
    assert (start, last_day(start)) == (date(2009, 7, 2), date(2010, 7, 1))


@given(st.dates(date(1990, 1, 1), date(2150, 1, 1)))
def test_the_next_term_follows_without_a_gap_and_a_year_has_365_or_366_days(day: date) -> None:
    end = last_day(day)
    assert 365 <= (end - day).days + 1 <= 366
    assert effective_day(end) == end + timedelta(days=1)


def test_who_meets_a_standard_is_invited_from_the_next_day() -> None:
    decision = decide([], "gold", POLICY, date(2009, 7, 1))
    assert decision.movement == "first"
    assert decision.opens
    assert (decision.opens.state, decision.opens.effective_day) == ("invited", date(2009, 7, 2))


def test_an_upgrade_comes_at_once_and_inside_the_running_term() -> None:
    decision = decide([GOLD], "black", POLICY, MID_TERM)
    assert (decision.movement, decision.retier, decision.opens) == (
        "upgrade",
        ((1, "black"),),
        None,
    )


@pytest.mark.promise("P20")
def test_a_downgrade_waits_for_the_end_of_the_membership_year() -> None:
    assert decide([DIAMOND], "gold", POLICY, MID_TERM).movement == "kept"
    decision = decide([DIAMOND], "gold", POLICY, LAST_DAY)
    assert decision.movement == "downgrade"
    assert decision.opens
    assert (decision.opens.tier, decision.opens.effective_day) == ("gold", date(2010, 7, 2))
    assert decision.close == ()  # the last day is still the diamond member's


def test_a_renewal_is_a_new_term_from_the_day_after_the_last_day() -> None:
    decision = decide([GOLD], "gold", POLICY, LAST_DAY)
    assert decision.movement == "renewal"
    assert decision.opens
    assert decision.opens.effective_day == GOLD.last_day + timedelta(days=1)
    assert decision.opens.state == "active"


def test_who_meets_nothing_keeps_the_last_day_and_lapses_the_day_after() -> None:
    assert decide([GOLD], None, POLICY, LAST_DAY).movement == "kept"
    decision = decide([GOLD], None, POLICY, LAST_DAY + timedelta(days=1))
    assert (decision.movement, decision.close) == ("lapse", ((1, "lapsed", "ended"),))


@pytest.mark.pain(42)
def test_a_rating_that_was_missed_renews_from_the_day_after_it_and_shows_the_gap() -> None:
    decision = decide([GOLD], "gold", POLICY, date(2010, 7, 5))
    assert decision.movement == "renewal"
    assert decision.opens
    assert decision.opens.effective_day == date(2010, 7, 6)
    assert decision.close == ((1, "closed", "ended"),)


def test_who_lapsed_and_meets_a_standard_again_is_invited_again() -> None:
    lapsed = replace(GOLD, state="lapsed")
    decision = decide([lapsed], "gold", POLICY, date(2011, 1, 1))
    assert decision.movement == "return"
    assert decision.opens
    assert decision.opens.state == "invited"


def test_who_declined_is_left_in_peace_until_that_term_would_have_ended() -> None:
    declined = replace(GOLD, state="declined")
    assert decide([declined], "black", POLICY, LAST_DAY).movement == "declined"
    assert decide([declined], "gold", POLICY, LAST_DAY + timedelta(days=1)).opens


def test_a_soft_landing_goes_one_tier_down_even_when_nothing_is_met() -> None:
    soft = replace(POLICY, term=TermRule(downgrade_to="one_down"))
    decision = decide([DIAMOND], None, soft, LAST_DAY)
    assert decision.opens
    assert decision.opens.tier == "platinum"


def test_grace_moves_the_last_day_once() -> None:
    graceful = replace(POLICY, term=TermRule(grace_days=30))
    decision = decide([DIAMOND], "gold", graceful, LAST_DAY)
    assert (decision.movement, decision.extend) == ("grace", (1, date(2010, 7, 31)))
    later = replace(DIAMOND, last_day=date(2010, 7, 31), in_grace=True)
    assert decide([later], "gold", graceful, date(2010, 7, 31)).movement == "downgrade"


def test_a_policy_may_lower_at_once() -> None:
    at_once = replace(POLICY, term=TermRule(downgrade="real_time"))
    assert decide([DIAMOND], "gold", at_once, MID_TERM).retier == ((1, "gold"),)
    assert decide([GOLD], None, at_once, MID_TERM).close == ((1, "lapsed", "below"),)


def test_two_memberships_of_one_person_become_one_and_the_older_lives_on() -> None:
    younger = Term(2, "gold", "active", date(2009, 9, 1), date(2010, 8, 31), date(2009, 9, 1))
    decision = decide([GOLD, younger], "gold", POLICY, MID_TERM)
    assert (decision.movement, decision.close) == ("merged", ((2, "closed", "merged"),))


def test_a_rating_as_of_an_earlier_day_leaves_a_later_term_alone() -> None:
    assert not decide([GOLD], "black", POLICY, date(2009, 1, 1)).changes


@pytest.mark.promise("P19")
@given(
    st.sampled_from(["gold", "platinum", "diamond", "black"]),
    st.sampled_from([None, "gold", "platinum", "diamond", "black"]),
    st.integers(-3, 400),
)
def test_a_term_never_overlaps_another_and_a_tier_never_falls_inside_it(
    tier: str, met: str | None, days: int
) -> None:
    term = replace(GOLD, tier=tier)
    as_of = GOLD.effective_day + timedelta(days=days)
    decision = decide([term], met, POLICY, as_of)
    if decision.opens:
        assert decision.opens.effective_day > term.last_day
    for _, new in decision.retier:
        assert POLICY.rank(new) > POLICY.rank(tier)
