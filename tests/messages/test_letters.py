"""What each letter says beyond when, where and what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import opencc
import pytest
from icalendar import Calendar, Event

from tests.messages.conftest import START
from tests.messages.test_composing import HEALTH, LANGUAGES, composed
from vipclub.core.types import Localized
from vipclub.messages import WelcomeLetter, reasons
from vipclub.messages.channels.mail import MailContent
from vipclub.messages.composing import Recipient, compose, compose_item
from vipclub.messages.rules import RULES

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
    "password-reset": {"expires_at": (START + timedelta(hours=1)).isoformat()},
    "password-changed": {"at": START.isoformat()},
    "contact-details-changed": {"at": START.isoformat(), "what": ["mobile", "email"]},
    "webhook-off": {
        "ref": "W-00000-00000-0",
        "address": "https://partner.example/club",
        "reason": "failing",
        "at": START.isoformat(),
    },
}


def written(template: str, language: str = "en") -> MailContent:
    return compose(
        template,
        DATA[template],
        recipient=Recipient("Chan Tai Man", "Chan", "F", language, "chan@example.org"),
        at=START,
        sender="no-reply@club.example",
        base_url="https://club.example",
        secret="s3cret-s3cret",
    )


def event_of(told: MailContent) -> tuple[str, Event]:
    assert told.calendar is not None
    (event,) = Calendar.from_ical(told.calendar[1]).walk("VEVENT")
    assert isinstance(event, Event)
    return told.calendar[0], event


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(DATA))
def test_letters_about_other_things_are_said_in_three_languages(
    template: str, language: str
) -> None:
    told = written(template, language)
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", told.text + told.html + told.subject)
    assert not HEALTH.search(told.subject)
    assert "Chan" not in told.subject
    if language == "zh-Hant":
        converted = opencc.OpenCC("s2t").convert(told.text)
        assert converted.translate(str.maketrans("爲臺", "為台")) == told.text


def test_every_letter_is_tried_here_or_among_the_appointments() -> None:
    assert {name for name in RULES if not name.startswith("appointment-")} == set(DATA)


def test_an_invitation_has_its_link_and_its_last_day() -> None:
    told = written("invitation")
    for body in (told.text, told.html):
        assert "https://club.example/invitation/s3cret-s3cret" in body
        assert "until Sat 12 Dec 2026 08:30 (China time)" in body
        assert "Gold" in body


def test_a_welcome_tells_tier_card_and_what_is_there_to_use() -> None:
    told = written("welcome")
    for said in ("Gold", "8012 3456 7890 1230", "Tue 1 Dec 2026 to Tue 30 Nov 2027"):
        assert said in told.text
        assert said in told.html
    item = compose_item("welcome", DATA["welcome"], language="en", at=START, zone="Asia/Shanghai")
    assert "· Health check" in item.text
    assert item.href == "/"


def test_a_reset_leads_to_its_page_and_a_warning_leads_nowhere() -> None:
    assert "https://club.example/reset/s3cret-s3cret" in written("password-reset").text
    for template in ("password-changed", "contact-details-changed"):
        assert "https://" not in written(template).text
        assert "<a " not in written(template).html
    item = compose_item(
        "password-changed", DATA["password-changed"], language="en", at=START, zone="Asia/Shanghai"
    )
    assert item.href == "/me"
    assert "mobile number, e-mail address" in written("contact-details-changed").text


def test_a_letter_that_opens_a_door_is_never_composed_without_its_key() -> None:
    for template in ("invitation", "password-reset"):
        assert not RULES[template].kept
        with pytest.raises(ValueError, match="without its secret"):
            compose_item(template, DATA[template], language="en", at=START, zone="Asia/Shanghai")


def test_a_move_tells_both_times_and_moves_the_entry_in_the_calendar() -> None:
    before = START - timedelta(days=7)
    confirmed = composed("appointment-confirmed", version=1, start=before)
    moved = composed("appointment-moved", version=2, previous_start=before, status="booked")
    assert "It was Thu 26 Nov 2026 08:30 before." in moved.text
    assert moved.subject == "Your appointment has moved to Thu 3 Dec 2026 at 08:30"
    (_, first), (method, second) = event_of(confirmed), event_of(moved)
    assert method == "REQUEST"
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == START
    assert second["STATUS"] == "CONFIRMED"


def test_a_move_that_waits_for_confirmation_is_tentative() -> None:
    moved = composed(
        "appointment-moved", previous_start=START - timedelta(days=7), status="pending"
    )
    _, event = event_of(moved)
    assert event["STATUS"] == "TENTATIVE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert moved.subject.endswith("is waiting for confirmation")
    assert "confirms by Tue 1 Dec 2026 08:30" in moved.text


def test_an_offer_tells_the_other_time_and_changes_nothing() -> None:
    told = composed(
        "appointment-proposed",
        proposed_start=START + timedelta(days=2),
        proposed_end=START + timedelta(days=2, hours=1),
        proposed_site=Localized("徐汇院区", "徐匯院區", "Xuhui branch"),
        answer_by=START - timedelta(days=1),
        answer_kind="equipment",
        status="proposed",
    )
    assert "offers you another time: Sat 5 Dec 2026, 08:30–09:30 (China time)." in told.text
    assert "It would be at Xuhui branch." in told.text
    assert "Please answer by Wed 2 Dec 2026 08:30. Nothing changes until you do." in told.text
    assert "The equipment for it is out of service" in told.text
    assert "https://club.example/appointments/A-7K2Q9-XM4TR-C" in told.text
    assert told.calendar is None


def test_a_reminder_tells_how_to_prepare_and_until_when_it_can_be_changed() -> None:
    told = composed("appointment-reminder", change_until=START - timedelta(hours=20))
    assert "Please come fasting." in told.text
    assert "change the time or cancel until Wed 2 Dec 2026 12:30" in told.text
    assert told.calendar is None
    assert "as soon as you can" in composed("appointment-reminder").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(reasons.SENTENCES))
def test_a_declined_request_tells_why_in_the_readers_language(code: str, language: str) -> None:
    told = composed("appointment-declined", language, answer_kind=code)
    assert reasons.told(language, code) in told.text
    if code != "other":
        assert (language == "en") == (reasons.SENTENCES[code] in told.text)


def test_a_code_that_nobody_knows_says_nothing() -> None:
    assert reasons.told("en", "weather") == reasons.told("en", None) == ""


def test_cancelled_visits_leave_the_calendar() -> None:
    """Pain 19: METHOD:CANCEL, the same UID, a higher SEQUENCE."""
    confirmed = composed("appointment-confirmed", version=1)
    for template, given in (
        ("appointment-cancelled", {}),
        ("appointment-cancelled", {"status": "entered-in-error"}),
        ("appointment-declined", {"answer_kind": "closed"}),
    ):
        told = composed(template, version=3, **given)
        (_, first), (method, last) = event_of(confirmed), event_of(told)
        assert method == "CANCEL"
        assert last["STATUS"] == "CANCELLED"
        assert last["UID"] == first["UID"]
        assert last["SEQUENCE"] > first["SEQUENCE"]
        assert "takes it out of your calendar" in told.text


def test_what_was_entered_by_mistake_is_told_without_the_clubs_own_note() -> None:
    told = composed("appointment-cancelled", status="entered-in-error", reason="double click")
    assert "entered by mistake" in told.text
    assert "double click" not in told.text
