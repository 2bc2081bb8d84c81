"""Languages, dates and money as their readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from vipclub.core import i18n
from vipclub.core.errors import MalformedRef, Refused
from vipclub.core.i18n import Language
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
