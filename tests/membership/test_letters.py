"""What the letters about a membership say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.messages.composed_letters import LANGUAGES, START, assert_worded_well, compose_letter
from vipclub.core.types import Localized
from vipclub.membership import LETTERS, WelcomeLetter
from vipclub.messages.composing import compose_item

WELCOME = WelcomeLetter(
    tier=Localized("金卡", "金卡", "Gold"),
    card="8012 3456 7890 1230",
    valid_from=date(2026, 12, 1),
    valid_to=date(2027, 11, 30),
    benefits=(Localized("健康体检", "身體檢查", "Health check"),),
)
DATA: dict[str, dict[str, Any]] = {
    "invitation": {
        "tier": WELCOME.tier.to_json(),
        "expires_at": (START + timedelta(days=9)).isoformat(),
    },
    "welcome": WELCOME.to_json(),
    "membership-ends-soon": {"tier": WELCOME.tier.to_json(), "last_day": "2027-11-30"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [letter.template for letter in LETTERS])
def test_letters_about_a_membership_are_said_in_three_languages(
    template: str, language: str
) -> None:
    assert_worded_well(template, DATA[template], language)


def test_an_invitation_has_its_link_and_its_last_day() -> None:
    told = compose_letter("invitation", DATA["invitation"])
    for body in (told.text, told.html):
        assert "https://club.example/invitation/s3cret-s3cret" in body
        assert "until Sat 12 Dec 2026 08:30 (China time)" in body
        assert "Gold" in body


def test_a_welcome_tells_tier_card_and_what_is_there_to_use() -> None:
    told = compose_letter("welcome", DATA["welcome"])
    for said in ("Gold", "8012 3456 7890 1230", "Tue 1 Dec 2026 to Tue 30 Nov 2027"):
        assert said in told.text
        assert said in told.html
    item = compose_item("welcome", DATA["welcome"], language="en", at=START)
    assert "· Health check" in item.text
    assert item.href == "/"
