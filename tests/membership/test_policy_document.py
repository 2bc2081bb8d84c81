"""A policy's document says in which line a mistake is."""

from __future__ import annotations

from vipclub.membership.policy_document import line_of, shipped


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
