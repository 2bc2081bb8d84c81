"""Letters as they are read: a specimen about an appointment, any other by its data, and what holds
for the words of each."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import opencc

from tests.messages.conftest import START, a_letter
from vipclub.messages.channels.mail import MailContent
from vipclub.messages.composing import Recipient, compose

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
HEALTH = re.compile("(?i)health|check-?up|clinic|hospital|doctor|体检|體檢|健康|检查|檢查|医|醫")


def composed(
    template: str, language: str = "en", name: str = "Chan", days_before: float = 5, **given: Any
) -> MailContent:
    return compose(
        template,
        a_letter(**given).to_json(),
        recipient=Recipient(f"{name} Tai Man", name, "F", language, "chan@example.org"),
        at=START - timedelta(days=days_before),
        sender="no-reply@club.example",
        base_url="https://club.example",
    )


def written(template: str, data: dict[str, Any], language: str = "en") -> MailContent:
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


def assert_said_well(template: str, data: dict[str, Any], language: str) -> None:
    """Nothing is left unsaid, its subject names neither person nor health, and Traditional is
    written in traditional."""
    told = written(template, data, language)
    assert not re.search(r"%\(\w+\)s|\{\{|\{%", told.text + told.html + told.subject)
    assert not HEALTH.search(told.subject)
    assert "Chan" not in told.subject
    if language == "zh-Hant":
        converted = opencc.OpenCC("s2t").convert(told.text)
        assert converted.translate(str.maketrans("爲臺", "為台")) == told.text
