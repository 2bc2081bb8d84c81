"""What letters say, in three languages, to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import opencc
import pytest

from tests.messages.conftest import START, a_letter
from vipclub.core.types import Localized
from vipclub.messages import AppointmentLetter
from vipclub.messages.channels.mail import MailContent
from vipclub.messages.composing import FOLDER, Recipient, UnknownTemplate, compose
from vipclub.messages.rules import RULES

LETTERS = sorted(path.stem for path in FOLDER.glob("appointment-*.jinja"))
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


def test_each_letter_has_its_rules_and_each_rule_its_letter() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.jinja")) == sorted(RULES)


def test_a_letters_values_survive_the_outbox() -> None:
    letter = a_letter(
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
    bare = a_letter(promised_by=None, preparation=None)
    assert AppointmentLetter.from_json(bare.to_json()) == bare


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", LETTERS)
def test_a_letter_tells_when_where_and_what_in_the_readers_language(
    template: str, language: str
) -> None:
    told = composed(template, language, reason="The branch is closed")
    service, site = a_letter().service.to(language), a_letter().site.to(language)
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
    told = composed(template, "zh-Hant", name="陳", reason="分店休息")
    converted = opencc.OpenCC("s2t").convert(told.text)
    assert converted.translate(str.maketrans("爲臺", "為台")) == told.text
    assert "会员" not in told.text
    assert "陳女士：" in told.text
    assert "尊敬的陈女士：" in composed(template, "zh-Hans", name="陈").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", LETTERS)
def test_a_subject_names_neither_person_nor_place_nor_anything_of_health(
    template: str, language: str
) -> None:
    told = composed(template, language)
    assert told.subject
    assert not HEALTH.search(told.subject)
    assert "Chan" not in told.subject
    if told.calendar:
        summary = re.search(rb"SUMMARY:(.*)", told.calendar[1])
        assert summary is not None
        assert not HEALTH.search(summary[1].decode())


def test_the_promise_is_told_while_it_is_one() -> None:
    assert "confirms by Tue 1 Dec 2026 08:30" in composed("appointment-requested").text
    assert "confirms by" not in composed("appointment-requested", days_before=1).text
    assert "confirms by" not in composed("appointment-requested", promised_by=None).text


def test_preparation_is_told_with_the_confirmation() -> None:
    assert "Please come fasting." in composed("appointment-confirmed").text
    assert "How to prepare" not in composed("appointment-confirmed", preparation=None).text


def test_html_shows_what_it_was_given_as_text() -> None:
    evil = '<script>alert("x")</script>{{ 7*7 }}'
    told = composed(
        "appointment-declined", name=evil, reason=evil, site=Localized(evil, evil, evil)
    )
    assert "<script>" not in told.html
    assert "&lt;script&gt;" in told.html
    assert "49" not in re.sub(r"#\w+|&#\d+;", "", told.html).replace("{{ 7*7 }}", "")


def test_a_reason_stays_one_line() -> None:
    told = composed("appointment-declined", reason="closed\r\n\r\nThe club asks for your password")
    assert "closed The club asks" in told.text


def test_an_unknown_letter_and_missing_values_are_told_apart_from_a_failed_send() -> None:
    with pytest.raises(UnknownTemplate):
        composed("appointment-forgotten")
    with pytest.raises(KeyError):
        compose(
            "appointment-confirmed",
            {"ref": "A-1"},
            recipient=Recipient("Chan", "Chan", None, "en", "chan@example.org"),
            at=START,
            sender="no-reply@club.example",
            base_url="https://club.example",
        )
