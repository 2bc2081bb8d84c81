"""Languages, dates and money as their readers write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import render_template_string

from vipclub.app import create_app
from vipclub.core import i18n
from vipclub.core.db import Database
from vipclub.core.errors import MalformedRef, Refused
from vipclub.core.i18n import N_, Language
from vipclub.core.types import Localized, Money

HANS, HANT, EN = Language.HANS, Language.HANT, Language.EN


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-HK,zh;q=0.9,en;q=0.8", HANT),
        ("zh-TW,zh;q=0.9,en-US;q=0.8", HANT),
        ("zh-Hant-HK", HANT),
        ("zh-MO", HANT),
        ("zh-CN,zh;q=0.9", HANS),
        ("zh", HANS),
        ("zh-SG", HANS),
        ("en-GB,en;q=0.9", EN),
        ("fr-FR,en;q=0.5", EN),
        ("fr", HANS),
        ("", HANS),
        (None, HANS),
        ("en;q=0.1,zh-HK;q=0.9", HANT),
        ("zh;q=0,en", EN),
        ("../../etc;q=banana", HANS),
    ],
)
def test_the_browser_s_wish_is_understood(header: str | None, language: Language) -> None:
    assert i18n.pick_language(header) is language


def test_dates_and_money_are_written_as_the_language_writes_them() -> None:
    day = date(2026, 12, 3)
    assert i18n.format_date(EN, day) == "Thu 3 Dec 2026"
    assert i18n.format_date(HANS, day) == "2026年12月3日 周四"
    assert i18n.format_date(HANT, day) == "2026年12月3日（星期四）"
    money = Money(128000, "CNY")
    assert i18n.format_money(EN, money) == "CNY 1,280.00"
    assert i18n.format_money(HANS, money) == "¥1,280.00"
    assert i18n.format_money(HANT, money) == "人民幣 1,280.00 元"
    assert i18n.format_money(EN, Money(1280, "JPY")) == "JPY 1,280"


def test_a_time_is_the_site_s_time() -> None:
    moment = datetime(2026, 12, 3, 0, 30, tzinfo=UTC)
    assert i18n.format_time(EN, moment, "Asia/Shanghai") == "08:30"
    assert i18n.format_moment(EN, moment, "Europe/London") == "Thu 3 Dec 2026 00:30"
    assert i18n.zone_name(HANT, "Asia/Shanghai") == "北京時間"
    assert i18n.zone_name(EN, "America/New_York") == "New York time"


def test_a_refusal_is_one_sentence_in_each_language() -> None:
    refusal = MalformedRef("A-1")
    sentences = {language: i18n.say(language, refusal) for language in Language}
    assert len(set(sentences.values())) == 3
    assert all("A-1" in sentence for sentence in sentences.values())


def test_what_a_refusal_carries_is_written_in_the_reader_s_way() -> None:
    class Sample(Refused):
        code = "test_sample"
        sentence = "%(service)s on %(day)s costs %(price)s: %(left)s"

    refusal = Sample(
        service=Localized("体检", "身體檢查", "Health check"),
        day=date(2026, 12, 3),
        price=Money(100, "CNY"),
        left=["09:00", "10:30"],
    )
    assert i18n.say(EN, refusal) == "Health check on Thu 3 Dec 2026 costs CNY 1.00: 09:00, 10:30"
    assert "体检" in i18n.say(HANS, refusal)
    assert "09:00、10:30" in i18n.say(HANS, refusal)


OPEN = """
msgid "Open"
msgstr "打开"

msgctxt "state of a case"
msgid "Open"
msgstr "处理中"

msgctxt "state of a case"
msgid "%(num)s open"
msgid_plural "%(num)s open"
msgstr[0] "%(num)s 项处理中"
"""


@pytest.fixture
def two_meanings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue in which one English word means two things."""
    (tmp_path / "zh_Hans").mkdir()
    (tmp_path / "zh_Hans" / "desk.po").write_text(OPEN)
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path)
    i18n.catalogue.cache_clear()
    yield
    i18n.catalogue.cache_clear()


@pytest.mark.usefixtures("two_meanings")
def test_a_word_that_means_two_things_is_said_as_its_context_means_it() -> None:
    assert i18n.gettext(HANS, "Open") == "打开"
    assert i18n.pgettext(HANS, "state of a case", "Open") == "处理中"
    several = i18n.npgettext(HANS, "state of a case", "%(num)s open", "%(num)s open", 3)
    assert several == "3 项处理中"
    assert i18n.pgettext(EN, "state of a case", "Open") == "Open"


@pytest.mark.usefixtures("two_meanings")
def test_what_is_said_later_keeps_its_context() -> None:
    class StillOpen(Refused):
        code = "test_still_open"
        sentence = N_("Open", context="state of a case")

    states = {"open": N_("Open", context="state of a case"), "button": N_("Open")}
    assert states["open"] == "Open"
    assert {name: i18n.gettext(HANS, word) for name, word in states.items()} == {
        "open": "处理中",
        "button": "打开",
    }
    assert i18n.gettext(EN, states["open"]) == "Open"
    assert i18n.say(HANS, StillOpen()) == "处理中"


@pytest.mark.usefixtures("two_meanings")
def test_a_page_says_a_word_as_its_context_means_it(db: Database) -> None:
    page = """{{ _("Open") }} {{ pgettext("state of a case", "Open") }} {{ _(word) }}
{{ npgettext("state of a case", "%(num)s open", "%(num)s open", 3) }}
{% trans "state of a case" %}Open{% endtrans %}"""
    word = N_("Open", context="state of a case")
    with create_app(database=db).test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert render_template_string(page, word=word).split() == [
            "打开", "处理中", "处理中", "3", "项处理中", "处理中",
        ]  # fmt: skip


def test_what_stands_after_each_other_is_joined_as_the_language_does() -> None:
    parts = ["甲", "乙"]
    for language, words, clauses, sentences in (
        (EN, "甲, 乙", "甲; 乙", "甲 乙"),
        (HANS, "甲、乙", "甲；乙", "甲乙"),
        (HANT, "甲、乙", "甲；乙", "甲乙"),
    ):
        assert i18n.join_words(language, parts) == words
        assert i18n.join_clauses(language, parts) == clauses
        assert i18n.join_sentences(language, parts) == sentences
    assert i18n.labelled(HANS, "性别", "男") == "性别：男"
