"""Letters about booking tickets: in three languages, with the page where the time is chosen."""

from __future__ import annotations

import pytest

from tests.messages.composed_letters import LANGUAGES, START, assert_worded_well, compose_letter
from vipclub import bookings

TICKET_LETTERS = sorted(one.template for one in bookings.LETTERS if one.face != "appointment")
DATA = {
    "ref": "G-00000-00000-0",
    "code": "health-check",
    "service": {"zh-Hans": "健康体检", "zh-Hant": "健康檢查", "en": "Health check"},
    "until": START.isoformat(),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TICKET_LETTERS)
def test_they_are_said_in_three_languages(template: str, language: str) -> None:
    assert_worded_well(template, DATA, language)


def test_a_ticket_leads_to_its_own_booking_and_one_that_ended_to_any() -> None:
    given = compose_letter("ticket-given", DATA)
    assert "https://club.example/book/health-check?ticket=G-00000-00000-0" in given.text
    for template in ("ticket-withdrawn", "ticket-expired"):
        assert "ticket=" not in compose_letter(template, DATA).text
