"""The tier policy: its document, and what it says of a person."""

from __future__ import annotations

from datetime import date

import pytest

from vipclub.membership.card import new_card_no, parse_card_no
from vipclub.membership.policy import Record, evaluate, measures_of
from vipclub.membership.policy_document import PolicyProblems, read_policy, shipped

POLICY = read_policy(shipped("2026"))
DAY = date(2026, 7, 1)


def tier_of(*records: Record) -> str | None:
    return evaluate(measures_of(records, POLICY, DAY), POLICY).tier


def life(value: int, contribution: int = 0, since: date | None = None) -> Record:
    return Record("LIFE", "CNY", value * 100, contribution * 100, since)


@pytest.mark.parametrize(
    ("value", "tier"),
    [
        (499_999, None),
        (500_000, "gold"),
        (1_999_999, "gold"),
        (2_000_000, "platinum"),
        (6_000_000, "diamond"),
        (30_000_000, "black"),
    ],
)
def test_the_value_over_the_group_decides_the_tier(value: int, tier: str | None) -> None:
    assert tier_of(life(value)) == tier


def test_values_of_several_subsidiaries_add_up() -> None:
    assert tier_of(life(300_000), Record("BANK", "CNY", 20_000_000, 0)) == "gold"


@pytest.mark.promise("P13")
def test_foreign_money_counts_at_the_rate_of_the_policy() -> None:
    assert tier_of(Record("OVERSEAS", "USD", 7_000_000, 0)) == "gold"  # USD 70,000
    assert tier_of(Record("OVERSEAS", "JPY", 7_000_000, 0)) is None  # JPY 7,000,000


def test_a_currency_without_a_rate_counts_nothing_and_is_named() -> None:
    measures = measures_of([Record("OVERSEAS", "XAU", 10**12, 0)], POLICY, DAY)
    assert measures.value == 0
    assert measures.unconverted == ("XAU",)


def test_a_yearly_contribution_counts_after_a_year() -> None:
    assert tier_of(life(0, 60_000, date(2025, 7, 2))) is None
    assert tier_of(life(0, 60_000, date(2025, 7, 1))) == "gold"


def test_three_subsidiaries_and_less_value_are_gold_too() -> None:
    parts = [Record(code, "CNY", 10_000_000, 0) for code in ("LIFE", "BANK", "TRUST")]
    assert tier_of(*parts) == "gold"
    assert tier_of(*parts[:2]) is None


def test_the_explanation_names_the_condition_met_and_what_is_missing() -> None:
    result = evaluate(measures_of([life(600_000)], POLICY, DAY), POLICY)
    assert result.met == [{"measure": "value", "have": 60_000_000, "at_least": 50_000_000}]
    assert result.next_tier == "platinum"
    assert result.missing[0] == [{"measure": "value", "have": 60_000_000, "at_least": 200_000_000}]


def test_a_grade_given_by_a_subsidiary_can_be_asked_for() -> None:
    policy = read_policy(
        """
        version = "x"
        in_force_from = 2026-01-01
        [[tier]]
        code = "gold"
        any_of = [[{ measure = "vip_grade", subsidiary = "BANK", one_of = ["private"] }]]
        """
    )
    private = Record("BANK", "CNY", 0, 0, None, "private")
    elsewhere = Record("FUND", "CNY", 0, 0, None, "private")
    assert evaluate(measures_of([private], policy, DAY), policy).tier == "gold"
    assert evaluate(measures_of([elsewhere], policy, DAY), policy).tier is None


def test_a_weight_halves_a_subsidiarys_value_over_the_group() -> None:
    text = shipped("2026").replace("[weights]", '[weights]\nLIFE = "0.5"')
    policy = read_policy(text)
    assert evaluate(measures_of([life(900_000)], policy, DAY), policy).tier is None


def test_every_mistake_of_a_document_is_told_in_a_sentence() -> None:
    with pytest.raises(PolicyProblems) as caught:
        read_policy(
            """
            version = ""
            in_force_from = "soon"
            surprise = 1
            [term]
            downgrade = "never"
            grace_days = -1
            [exchange_rates]
            USD = "much"
            [[tier]]
            code = "black"
            any_of = [[]]
            [[tier]]
            code = "gold"
            any_of = [[{ measure = "value" }, { measure = "charm", at_least = 1 }]]
            """
        )
    problems = caught.value.problems
    assert len(problems) == 10
    assert all(problem.endswith(".") for problem in problems)
    assert any("lowest to the highest" in problem for problem in problems)
    assert any("everybody" in problem for problem in problems)


def test_a_document_that_is_no_toml_is_told_so() -> None:
    with pytest.raises(PolicyProblems, match="not TOML"):
        read_policy("tiers: gold")


def test_a_card_number_shows_a_slip_of_one_digit_or_of_two_neighbours() -> None:
    card = new_card_no()
    assert parse_card_no(card) == card
    for place in range(2, 16):
        other = str((int(card[place]) + 1) % 10)
        assert parse_card_no(card[:place] + other + card[place + 1 :]) is None
