"""Letters of the desk, about callbacks, referrals and accesses in an emergency: in three languages,
saying that something is there and nothing of whom."""

from __future__ import annotations

import pytest

from tests.messages.composed_letters import LANGUAGES, START, assert_worded_well, compose_letter
from vipclub import desk

DATA = {
    "ref": "X-00000-00000-0",
    "at": START.isoformat(),
    "due": START.isoformat(),
    "about": next(iter(desk.ABOUT)),
    "subject": "insurance",
    "state": "won",
}
"""What any of them tells."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [letter.template for letter in desk.LETTERS])
def test_they_are_said_in_three_languages(template: str, language: str) -> None:
    assert_worded_well(template, DATA, language)


def test_who_leads_is_led_to_the_list_and_the_auditor_to_the_trail() -> None:
    first = compose_letter("emergency-access", DATA)
    assert "https://club.example/desk/access" in first.text
    later = compose_letter("emergency-access-overdue", DATA)
    assert "X-00000-00000-0" in later.text
    assert "https://" not in later.text
