"""A month to choose a day from."""

from __future__ import annotations

from datetime import date

import pytest

from vipclub.web.city_names import city_name
from vipclub.web.day_words import days_until
from vipclub.web.month_grid import Month, compose_month


def december(language: str = "en", **changes: object) -> Month:
    given: dict[str, object] = {
        "free": {date(2026, 12, 3): 4, date(2026, 12, 4): 0},
        "today": date(2026, 12, 2),
        "chosen": date(2026, 12, 3),
        "first": date(2026, 12, 2),
        "last": date(2027, 1, 31),
        "link": lambda day: f"?day={day}",
        "turn": lambda day: f"?month={day}",
    }
    return compose_month(language, date(2026, 12, 9), **{**given, **changes})  # type: ignore[arg-type]


def test_only_a_day_with_a_free_time_is_a_link() -> None:
    month = december()
    assert [day.number for day in month.days if day.href] == [3]
    assert [month.days[n].state for n in (1, 2, 3)] == ["closed", "free", "full"]


@pytest.mark.pain(20)
def test_a_listener_hears_the_whole_date_and_what_is_free() -> None:
    assert december().days[2].spoken == "Thu 3 Dec 2026, 4 times free"
    assert december("zh-Hant").days[3].spoken == "2026年12月4日（星期五），不可預約"


def test_pages_turn_only_where_something_may_be_booked() -> None:
    month = december()
    assert month.earlier is None
    assert month.later
    assert month.later.href == "?month=2027-01-01"
    assert december(last=date(2026, 12, 31)).later is None


def test_a_week_begins_on_monday() -> None:
    month = december("zh-Hans")
    assert (month.weekdays[0], month.weekdays[6]) == ("一", "日")
    assert month.starts == 2
    assert days_until("en", date(2026, 12, 3), date(2026, 12, 2)) == "tomorrow"
    assert city_name("zh-Hant", "440100") == "廣州"
