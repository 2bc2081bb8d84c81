"""What letters about appointments say, in three languages, to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import opencc
import pytest
from icalendar import Calendar, Event

from tests.messages.composed_letters import (
    HEALTH,
    LANGUAGES,
    START,
    an_appointment_letter,
    compose_appointment_letter,
)
from vipclub import bookings
from vipclub.bookings import AppointmentLetter, letters
from vipclub.core.types import Localized
from vipclub.messages.channels.mail import MailContent

LETTERS = sorted(each.template for each in bookings.LETTERS if each.face == "appointment")


def event_of(told: MailContent) -> tuple[str, Event]:
    assert told.calendar is not None
    (event,) = Calendar.from_ical(told.calendar[1]).walk("VEVENT")
    assert isinstance(event, Event)
    return told.calendar[0], event


def test_a_letters_values_survive_the_outbox() -> None:
    letter = an_appointment_letter(
        reason="closed",
        answer_kind="closed",
        status="proposed",
        previous_start=START - timedelta(days=1),
        proposed_start=START + timedelta(days=1),
        proposed_end=START + timedelta(days=1, hours=2),
        proposed_site=Localized("徐汇", "徐匯", "Xuhui"),
        answer_by=START,
        change_until=START,
    )
    assert AppointmentLetter.from_json(letter.to_json()) == letter
    bare = an_appointment_letter(promised_by=None, preparation=None)
    assert AppointmentLetter.from_json(bare.to_json()) == bare


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", LETTERS)
def test_a_letter_tells_when_where_and_what_in_the_readers_language(
    template: str, language: str
) -> None:
    told = compose_appointment_letter(template, language, reason="The branch is closed")
    service, site = (
        an_appointment_letter().service.to(language),
        an_appointment_letter().site.to(language),
    )
    hours = {"en": "08:30–10:30 (China time)"}.get(language, "08:30–10:30（北京")
    for body in (told.text, told.html):
        assert hours in body
        assert service in body
        assert "A-7K2Q9-XM4TR-C" in body
        assert "https://club.example/appointments/A-7K2Q9-XM4TR-C" in body
    assert site in told.text
    assert f'lang="{language}"' in told.html
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", told.text + told.html + told.subject)


@pytest.mark.parametrize("template", LETTERS)
def test_traditional_is_written_in_traditional(template: str) -> None:
    told = compose_appointment_letter(template, "zh-Hant", name="陳", reason="分店休息")
    converted = opencc.OpenCC("s2t").convert(told.text)
    assert converted.translate(str.maketrans("爲臺", "為台")) == told.text
    assert "会员" not in told.text
    assert "陳女士：" in told.text
    assert "尊敬的陈女士：" in compose_appointment_letter(template, "zh-Hans", name="陈").text


@pytest.mark.promise("P24")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", LETTERS)
def test_a_subject_names_neither_person_nor_place_nor_anything_of_health(
    template: str, language: str
) -> None:
    told = compose_appointment_letter(template, language)
    assert told.subject
    assert not HEALTH.search(told.subject)
    assert "Chan" not in told.subject
    if told.calendar:
        summary = re.search(rb"SUMMARY:(.*)", told.calendar[1])
        assert summary is not None
        assert not HEALTH.search(summary[1].decode())


def test_the_promise_is_told_while_it_is_one() -> None:
    assert (
        "confirms by Tue 1 Dec 2026 08:30"
        in compose_appointment_letter("appointment-requested").text
    )
    assert (
        "confirms by" not in compose_appointment_letter("appointment-requested", days_before=1).text
    )
    assert (
        "confirms by"
        not in compose_appointment_letter("appointment-requested", promised_by=None).text
    )


def test_preparation_is_told_with_the_confirmation() -> None:
    assert "Please come fasting." in compose_appointment_letter("appointment-confirmed").text
    assert (
        "How to prepare"
        not in compose_appointment_letter("appointment-confirmed", preparation=None).text
    )


@pytest.mark.promise("P24")
def test_html_shows_what_it_was_given_as_text() -> None:
    evil = '<script>alert("x")</script>{{ 7*7 }}'
    told = compose_appointment_letter(
        "appointment-declined", name=evil, reason=evil, site=Localized(evil, evil, evil)
    )
    assert "<script>" not in told.html
    assert "&lt;script&gt;" in told.html
    assert "49" not in re.sub(r"#\w+|&#\d+;", "", told.html).replace("{{ 7*7 }}", "")


def test_a_reason_stays_one_line() -> None:
    told = compose_appointment_letter(
        "appointment-declined", reason="closed\r\n\r\nThe club asks for your password"
    )
    assert "closed The club asks" in told.text


def test_a_move_tells_both_times_and_moves_the_entry_in_the_calendar() -> None:
    before = START - timedelta(days=7)
    confirmed = compose_appointment_letter("appointment-confirmed", version=1, start=before)
    moved = compose_appointment_letter(
        "appointment-moved", version=2, previous_start=before, status="booked"
    )
    assert "It was Thu 26 Nov 2026 08:30 before." in moved.text
    assert moved.subject == "Your appointment has moved to Thu 3 Dec 2026 at 08:30"
    (_, first), (method, second) = event_of(confirmed), event_of(moved)
    assert method == "REQUEST"
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == START
    assert second["STATUS"] == "CONFIRMED"


def test_a_move_that_waits_for_confirmation_is_tentative() -> None:
    moved = compose_appointment_letter(
        "appointment-moved", previous_start=START - timedelta(days=7), status="pending"
    )
    _, event = event_of(moved)
    assert event["STATUS"] == "TENTATIVE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert moved.subject.endswith("is waiting for confirmation")
    assert "confirms by Tue 1 Dec 2026 08:30" in moved.text


def test_an_offer_tells_the_other_time_and_changes_nothing() -> None:
    told = compose_appointment_letter(
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
    told = compose_appointment_letter(
        "appointment-reminder", change_until=START - timedelta(hours=20)
    )
    assert "Please come fasting." in told.text
    assert "change the time or cancel until Wed 2 Dec 2026 12:30" in told.text
    assert told.calendar is None
    assert "as soon as you can" in compose_appointment_letter("appointment-reminder").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(letters.SENTENCES))
def test_a_declined_request_tells_why_in_the_readers_language(code: str, language: str) -> None:
    told = compose_appointment_letter("appointment-declined", language, answer_kind=code)
    assert letters.reason_told(language, code) in told.text
    if code != "other":
        assert (language == "en") == (letters.SENTENCES[code] in told.text)


def test_a_code_that_nobody_knows_says_nothing() -> None:
    assert letters.reason_told("en", "weather") == letters.reason_told("en", None) == ""


@pytest.mark.pain(19)
def test_cancelled_visits_leave_the_calendar() -> None:
    """METHOD:CANCEL, the same UID, a higher SEQUENCE."""
    confirmed = compose_appointment_letter("appointment-confirmed", version=1)
    for template, given in (
        ("appointment-cancelled", {}),
        ("appointment-cancelled", {"status": "entered-in-error"}),
        ("appointment-declined", {"answer_kind": "closed"}),
    ):
        told = compose_appointment_letter(template, version=3, **given)
        (_, first), (method, last) = event_of(confirmed), event_of(told)
        assert method == "CANCEL"
        assert last["STATUS"] == "CANCELLED"
        assert last["UID"] == first["UID"]
        assert last["SEQUENCE"] > first["SEQUENCE"]
        assert "takes it out of your calendar" in told.text


def test_what_was_entered_by_mistake_is_told_without_the_clubs_own_note() -> None:
    told = compose_appointment_letter(
        "appointment-cancelled", status="entered-in-error", reason="double click"
    )
    assert "entered by mistake" in told.text
    assert "double click" not in told.text
