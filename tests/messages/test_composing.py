"""Every letter can be composed, or says that it can't."""

from __future__ import annotations

import pytest

from tests.messages.composed_letters import compose_appointment_letter, compose_letter
from vipclub import wiring
from vipclub.messages.composing import FOLDER
from vipclub.messages.letter import UnknownTemplate


def test_each_letter_has_its_rules_and_each_rule_its_letter() -> None:
    declared = sorted(letter.template for letter in wiring.LETTERS)
    assert sorted(path.stem for path in FOLDER.glob("*.jinja")) == declared


def test_a_letter_with_a_calendar_file_says_what_stands_in_it() -> None:
    for letter in wiring.LETTERS:
        assert letter.calendar in {None, "REQUEST", "CANCEL"}
        assert letter.calendar is None or letter.entry is not None, letter.template


def test_an_unknown_letter_and_missing_values_are_told_apart_from_a_failed_send() -> None:
    with pytest.raises(UnknownTemplate):
        compose_appointment_letter("appointment-forgotten")
    with pytest.raises(KeyError):
        compose_letter("appointment-confirmed", {"ref": "A-1"})
