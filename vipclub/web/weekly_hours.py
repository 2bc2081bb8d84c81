"""The hours of a week in fields: what is in force, what was typed, and what is wrong with it. The
partner's and the operations' doors change a week by the same ones
(`templates/week_fields.html`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from wtforms import ValidationError

from vipclub.core.dates import day_of
from vipclub.core.i18n import N_
from vipclub.partners import Hours
from vipclub.web.frame.forms import said
from vipclub.web.month_grid import weekdays

MOST = 1000
SPANS = 2
"""So many spells of opening hours a weekday: before and after noon."""
MOST_SPANS = 24
"""More is no week that anybody wrote: what is beyond isn't read."""


def capacity_of(text: str) -> int:
    """A capacity: how many may come at a time. Raises ValidationError with what is wrong.

    >>> capacity_of(" 12 ")
    12
    """
    try:
        number = int(text.strip())
    except ValueError:
        number = -1
    if not 0 <= number <= MOST:
        raise ValidationError(
            said(N_("Please enter a whole number from 0 to %(most)s."), most=MOST)
        )
    return number


@dataclass(frozen=True, slots=True)
class Span:
    """A spell of hours of a weekday as it was typed."""

    weekday: int
    number: int
    opens: str = ""
    closes: str = ""
    every: str = ""
    capacity: str = ""
    error: str = ""

    @property
    def empty(self) -> bool:
        return not (self.opens or self.closes or self.capacity)


@dataclass(frozen=True, slots=True)
class WeekWished:
    """A week as it was sent: the hours that could be read, all spells as they were typed, and what
    is wrong with the first day."""

    from_day: date | None
    day_error: str
    hours: list[Hours]
    spans: list[Span]

    @property
    def good(self) -> bool:
        return not self.day_error and not any(span.error for span in self.spans)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> WeekWished:
        """Fields are `opens-WEEKDAY-NUMBER` and so on; a spell without hours is none."""
        hours: list[Hours] = []
        spans: list[Span] = []
        for weekday in range(1, 8):
            for number in range(MOST_SPANS):
                if number >= SPANS and f"opens-{weekday}-{number}" not in form:
                    break
                typed = {
                    name: form.get(f"{name}-{weekday}-{number}", "").strip()[:10]
                    for name in ("opens", "closes", "every", "capacity")
                }
                span = Span(weekday, number, **typed)
                if not span.empty:
                    try:
                        hours.append(_hours(span))
                    except ValidationError as problem:
                        span = Span(weekday, number, **typed, error=str(problem))
                spans.append(span)
        day = day_of(form.get("from_day"))
        error = "" if day else said(N_("Please choose the first day."))
        return cls(day, error, hours, spans)


def _hours(span: Span) -> Hours:
    try:
        opens, closes = time.fromisoformat(span.opens), time.fromisoformat(span.closes)
    except ValueError:
        raise ValidationError(said(N_("Please give both hours, such as 08:30."))) from None
    if closes <= opens:
        raise ValidationError(said(N_("The closing hour lies before the opening hour.")))
    every, capacity = capacity_of(span.every), capacity_of(span.capacity)
    if not 5 <= every <= 1440 or capacity < 1:
        raise ValidationError(
            said(N_("A time begins every 5 minutes or more, with 1 place or more."))
        )
    return Hours(span.weekday, opens, closes, every, capacity)


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday with its spells of hours."""

    name: str
    spans: list[Span]


def spans_of(hours: Sequence[Hours]) -> list[Span]:
    """The hours as fields: the spells that are there, and empty ones to fill."""
    found = []
    for weekday in range(1, 8):
        of_day = [row for row in hours if row.weekday == weekday]
        for number in range(max(SPANS, len(of_day))):
            if number < len(of_day):
                row = of_day[number]
                found.append(
                    Span(
                        weekday,
                        number,
                        row.opens.strftime("%H:%M"),
                        row.closes.strftime("%H:%M"),
                        str(row.every),
                        str(row.capacity),
                    )
                )
            else:
                found.append(Span(weekday, number))
    return found


def errors_of_week(weekdays: Sequence[Weekday], day_error: str) -> list[tuple[str, str]]:
    """What is wrong with a week, for the summary of errors: the sentences, and the fields that they
    are about."""
    found = [
        (f"{weekday.name} · {span.error}", f"#opens-{span.weekday}-{span.number}")
        for weekday in weekdays
        for span in weekday.spans
        if span.error
    ]
    return found + ([(day_error, "#from_day")] if day_error else [])


def by_weekday(language: str, spans: Sequence[Span]) -> list[Weekday]:
    """The fields of each weekday."""
    return [
        Weekday(name, [span for span in spans if span.weekday == number])
        for number, name in enumerate(weekdays(language, in_full=True), 1)
    ]
