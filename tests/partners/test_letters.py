"""What the letters to a partner's people say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.messages.composed_letters import LANGUAGES, START, assert_worded_well
from vipclub.partners import LETTERS

DATA: dict[str, dict[str, Any]] = {
    "webhook-off": {
        "ref": "W-00000-00000-0",
        "address": "https://partner.example/club",
        "reason": "failing",
        "at": START.isoformat(),
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [letter.template for letter in LETTERS])
def test_letters_to_a_partners_people_are_said_in_three_languages(
    template: str, language: str
) -> None:
    assert_worded_well(template, DATA[template], language)
