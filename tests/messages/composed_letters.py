"""Letters as they are read: a specimen about an appointment, any other by its data, and what holds
for the words of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import opencc

import vipclub.wiring  # noqa: F401 - hands over the letters of all parts
from vipclub.bookings import AppointmentLetter
from vipclub.core.types import Localized
from vipclub.messages.channels.mail import MailContent
from vipclub.messages.composing import Recipient, compose

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
HEALTH = re.compile("(?i)health|check-?up|clinic|hospital|doctor|体检|體檢|健康|检查|檢查|医|醫")


def compose_appointment_letter(
    template: str, language: str = "en", name: str = "Chan", days_before: float = 5, **given: Any
) -> MailContent:
    return compose(
        template,
        an_appointment_letter(**given).to_json(),
        recipient=Recipient(f"{name} Tai Man", name, "F", language, "chan@example.org"),
        at=START - timedelta(days=days_before),
        sender="no-reply@club.example",
        base_url="https://club.example",
    )


def compose_letter(template: str, data: dict[str, Any], language: str = "en") -> MailContent:
    """A letter by its data, to Ms Chan, with what opens its door."""
    return compose(
        template,
        data,
        recipient=Recipient("Chan Tai Man", "Chan", "F", language, "chan@example.org"),
        at=START,
        sender="no-reply@club.example",
        base_url="https://club.example",
        secret="s3cret-s3cret",
    )


def assert_worded_well(template: str, data: dict[str, Any], language: str) -> None:
    """Nothing is left unsaid, its subject names neither person nor health, and Traditional is
    written in traditional."""
    told = compose_letter(template, data, language)
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", told.text + told.html + told.subject)
    assert not HEALTH.search(told.subject)
    assert "Chan" not in told.subject
    if language == "zh-Hant":
        converted = opencc.OpenCC("s2t").convert(told.text)
        assert converted.translate(str.maketrans("爲臺", "為台")) == told.text


START = datetime(2026, 12, 3, 0, 30, tzinfo=UTC)


def an_appointment_letter(**given: Any) -> AppointmentLetter:
    values: dict[str, Any] = {
        "ref": "A-7K2Q9-XM4TR-C",
        "version": 2,
        "service": Localized("健康体检", "身體檢查", "Health check"),
        "partner": Localized("华山体检中心", "華山體檢中心", "Huashan check-up centre"),
        "site": Localized("静安院区", "靜安院區", "Jing'an branch"),
        "address": Localized("上海市静安区1号", "上海市靜安區1號", "1 West Road, Shanghai"),
        "zone": "Asia/Shanghai",
        "start": START,
        "end": START + timedelta(hours=2),
        "promised_by": START - timedelta(days=2),
        "preparation": Localized("请空腹前来。", "請空腹前來。", "Please come fasting."),
    }
    return AppointmentLetter(**(values | given))
