"""What is wrong with booking rules is told with its place, in the reader's language."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vipclub.bookings.policies.document import named_document, read_policy, written_document
from vipclub.bookings.policies.mistakes import NOT_READ, Mistake
from vipclub.bookings.refusals import BookingPolicyNotAccepted
from vipclub.core.i18n import present, say


def test_a_policy_with_mistakes_is_refused_with_all_of_them() -> None:
    document = named_document("health-check") | {
        "closes": {"hours": 2, "days": 1},
        "opens": {"days": -1, "at": "25:00"},
        "colour": "red",
    }
    with pytest.raises(BookingPolicyNotAccepted) as refused:
        read_policy(document)
    assert len(refused.value.data["problems"]) == 4
    assert say("en", refused.value) == (
        "The booking policy can't be accepted. "
        "opens.days: must be 0 or more, not -1. "
        "opens.at: must be a time of day such as 16:00, not 25:00. "
        "closes: must say one of hours, days and working_days, and only one. "
        "colour: isn't part of a booking policy."
    )


MISTAKES = {
    "opens: must be a table with keys of its own.": {"opens": 14},
    "opens.days: must be a whole number, not 1.5.": {"opens": {"days": 1.5}},
    "opens.days: must be a whole number, not soon.": {"opens": {"days": "soon"}},
    "opens.days: must be a whole number, not [].": {"opens": {"days": []}},
    "opens.days: must be 365 or less, not 366.": {"opens": {"days": 366}},
    "reschedules: must be 1000000 or less, not ….": {"reschedules": 1 << 20_000},
    "reschedules: must be a whole number, not inf.": {"reschedules": float("inf")},
    "opens.at: must be a text in quotes.": {"opens": {"days": 1, "at": time(8)}},
    "promise.hours: must be more than 0, not 0.": {"promise": {"hours": 0}},
    "promise.hours: must be a number, not four.": {"promise": {"hours": "four"}},
    "promise.hours: must be a number, not {}.": {"promise": {"hours": {}}},
    "promise.working: must be true or false, not maybe.": {
        "promise": {"hours": 1, "working": "maybe"}
    },
    "on_holidays: must be true or false, not [].": {"on_holidays": []},
    "confirmation: must be one of these: instant, partner; not true.": {"confirmation": True},
    "who.tiers: must be a list in square brackets.": {"who": {"tiers": "gold"}},
    "who.tiers[2]: must be one of these: gold, platinum, diamond, black; not silver.": {
        "who": {"tiers": ["gold", "silver"]}
    },
    "strikes.missed: is missing.": {"strikes": {"within_months": 1, "suspend_months": 1}},
}


@pytest.mark.parametrize(("told", "written"), MISTAKES.items(), ids=MISTAKES)
def test_every_kind_of_mistake_has_its_place_and_our_sentence_in_each_language(
    told: str, written: dict[str, Any]
) -> None:
    with pytest.raises(BookingPolicyNotAccepted) as refused:
        read_policy(named_document("health-check") | written)
    [mistake] = refused.value.data["problems"]
    assert str(mistake) == told
    for language in ("zh-Hans", "zh-Hant"):
        said = mistake.said_in(language)
        assert said.startswith(f"{mistake.path}：")
        assert not re.search("[a-z]{3}", without_what_is_written(said, mistake))


def without_what_is_written(said: str, mistake: Mistake) -> str:
    """A sentence without the words of the document's own language."""
    keys = ("true", "false", "hours", "working_days", "days")
    for word in (mistake.path, *mistake.data.values(), *keys):
        said = said.replace(present("zh-Hans", word), "")
    return said


def test_rules_that_are_no_toml_are_refused_with_the_line() -> None:
    with pytest.raises(BookingPolicyNotAccepted) as refused:
        written_document("confirmation = 'instant'\nopens = = 3")
    assert say("en", refused.value) == (
        "The booking policy can't be accepted. "
        "This is not TOML: line 2 can't be read from column 9 on."
    )
    assert "TOML" in say("zh-Hant", refused.value)
    assert "read" not in say("zh-Hant", refused.value)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NESTED = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=3), PLAIN)
KEYS = st.sampled_from(["days", "hours", "at", "working_days", "working", "missed", "tiers", "sex"])


@settings(max_examples=100, deadline=None)
@given(
    written=st.dictionaries(
        st.sampled_from([*named_document("health-check"), "who", "strikes", "limits"]),
        NESTED | st.dictionaries(KEYS, NESTED, max_size=3),
    )
)
def test_no_mistake_is_without_a_sentence_of_its_own(written: dict[str, Any]) -> None:
    found: list[Mistake] = []
    try:
        read_policy(named_document("health-check") | written)
    except BookingPolicyNotAccepted as refused:
        found = refused.data["problems"]
    assert not [mistake for mistake in found if mistake.sentence == NOT_READ]
