"""The calendar file: RFC 5545 and 5546, read by an independent reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from tests.messages.composed_letters import START, an_appointment_letter
from vipclub.bookings.letters import entry_of
from vipclub.core.types import Localized
from vipclub.messages.icalendar import calendar_for

ALLOWED = {
    "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS", "TRANSP",
    "ORGANIZER", "ATTENDEE", "LOCATION", "DESCRIPTION",
}  # fmt: skip


def written(method: str = "REQUEST", language: str = "en", **given: Any) -> bytes:
    return calendar_for(
        entry_of(
            an_appointment_letter(**given),
            language,
            status="CONFIRMED",
            at=START - timedelta(days=3),
            url="https://club.example/appointments/A-7K2Q9-XM4TR-C",
        ),
        method=method,
        organizer="no-reply@club.example",
        organizer_name="VIP Club",
        attendee="chan@example.org",
        domain="club.example",
    )


def event_of(content: bytes) -> Event:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_a_confirmation_is_a_request_with_the_sites_own_time() -> None:
    calendar = Calendar.from_ical(written())
    assert calendar["METHOD"] == "REQUEST"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai"
    event = event_of(written())
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTSTART"].dt.strftime("%Y-%m-%d %H:%M") == "2026-12-03 08:30"
    assert event["STATUS"] == "CONFIRMED"
    assert event["CLASS"] == "PRIVATE"
    assert "Please come fasting." in event["DESCRIPTION"]


def test_a_cancellation_has_the_same_uid_and_a_higher_sequence() -> None:
    first, last = event_of(written(version=2)), event_of(written("CANCEL", version=3))
    assert Calendar.from_ical(written("CANCEL"))["METHOD"] == "CANCEL"
    assert first["UID"] == last["UID"] == "A-7K2Q9-XM4TR-C@club.example"
    assert last["SEQUENCE"] > first["SEQUENCE"]
    assert last["STATUS"] == "CANCELLED"
    for name in ("ORGANIZER", "ATTENDEE", "DTSTART", "DTSTAMP"):
        assert name in last


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_only_properties_of_the_list_are_written_in_short_lines(method: str, language: str) -> None:
    content = written(method, language)
    assert set(event_of(content)) <= ALLOWED
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nATTACH:https://evil.example/x",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        'x;ALTREP="y",z\\n\\,',
        "x\u2028ATTACH:y\x00\x0bATTACH:z",
    ],
)
def test_no_text_becomes_a_property(evil: str) -> None:
    text = Localized(evil, evil, evil)
    content = written(site=text, address=text, service=text, partner=text, preparation=text)
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1
    assert set(event_of(content)) <= ALLOWED


@pytest.mark.parametrize(
    ("zone", "month", "offset"),
    [
        ("Europe/London", 12, timedelta(0)),
        ("Europe/London", 7, timedelta(hours=1)),
        ("Asia/Hong_Kong", 7, timedelta(hours=8)),
    ],
)
def test_summer_time_is_the_sites_own(zone: str, month: int, offset: timedelta) -> None:
    start = datetime(2027, month, 5, 9, 0, tzinfo=ZoneInfo(zone))
    event = event_of(written(zone=zone, start=start, end=start + timedelta(hours=1)))
    assert event["DTSTART"].dt.utcoffset() == offset
    assert event["DTSTART"].dt == start
