"""What the letters about accounts and persons say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.messages.composed_letters import LANGUAGES, START, assert_worded_well, compose_letter
from vipclub import wiring
from vipclub.messages import LETTERS
from vipclub.messages.composing import compose_item

DATA: dict[str, dict[str, Any]] = {
    "password-reset": {"expires_at": (START + timedelta(hours=1)).isoformat()},
    "staff-invitation": {"expires_at": (START + timedelta(days=14)).isoformat()},
    "contact-code": {"expires_at": (START + timedelta(minutes=10)).isoformat()},
    "mail-trial": {"at": START.isoformat()},
    "password-changed": {"at": START.isoformat()},
    "contact-details-changed": {"at": START.isoformat(), "what": ["mobile", "email"]},
    "contacts-changed": {"at": START.isoformat(), "change": "add"},
    "delegation-ended": {"at": START.isoformat()},
    "thread-answered": {"member": ""},
    "thread-written": {"member": "M-00000-00000-0"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [letter.template for letter in LETTERS])
def test_letters_about_accounts_and_persons_are_said_in_three_languages(
    template: str, language: str
) -> None:
    assert_worded_well(template, DATA[template], language)


def test_a_reset_leads_to_its_page_and_a_warning_leads_nowhere() -> None:
    reset = compose_letter("password-reset", DATA["password-reset"])
    assert "https://club.example/reset/s3cret-s3cret" in reset.text
    for template in ("password-changed", "contact-details-changed", "contacts-changed"):
        assert "https://" not in compose_letter(template, DATA[template]).text
        assert "<a " not in compose_letter(template, DATA[template]).html
    item = compose_item("password-changed", DATA["password-changed"], language="en", at=START)
    assert item.href == "/me"
    told = compose_letter("contact-details-changed", DATA["contact-details-changed"])
    assert "mobile number, e-mail address" in told.text


def test_a_letter_that_opens_a_door_is_never_composed_without_its_key() -> None:
    doors = [letter for letter in wiring.LETTERS if letter.until == "expires_at"]
    assert {letter.template for letter in doors} == {
        "contact-code",
        "invitation",
        "password-reset",
        "staff-invitation",
    }
    data = {"tier": {"zh-Hans": "金卡", "zh-Hant": "金卡", "en": "Gold"}, **DATA["password-reset"]}
    for letter in doors:
        assert not letter.kept
        with pytest.raises(ValueError, match="without its secret"):
            compose_item(letter.template, data, language="en", at=START)
