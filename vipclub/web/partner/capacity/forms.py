"""What a partner writes about its capacity. They parse; nothing is asked of a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from wtforms import IntegerField, StringField, ValidationError

from vipclub.core.dates import day_of
from vipclub.core.i18n import N_
from vipclub.partners import Change, Hours
from vipclub.web.frame.forms import Form, at_most, one_line, said

MOST = 1000
SPANS = 2
"""So many spells of opening hours a weekday: before and after noon."""


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


class DayForm(Form):
    """All times of a day: so many places each."""

    capacity = IntegerField()

    def validate_capacity(self, field: IntegerField) -> None:
        if field.data is None or not 1 <= field.data <= MOST:
            raise ValidationError(
                said(N_("Please enter a whole number from 1 to %(most)s."), most=MOST)
            )


class OverbookForm(Form):
    """One more place in a full time."""

    slot = StringField(filters=[at_most(40)])
    reason = StringField(filters=[one_line, at_most(500)])

    def validate_slot(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please choose a time.")))

    def validate_reason(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please say it in a few words.")))


class ClosingForm(Form):
    """A day that closes: of this service, or of the whole site."""

    scope = StringField()
    reason = StringField(filters=[one_line, at_most(200)])

    def validate_scope(self, field: StringField) -> None:
        if field.data not in {"offering", "site"}:
            raise ValidationError(said(N_("Please choose what closes.")))

    def validate_reason(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please say it in a few words.")))


@dataclass(frozen=True, slots=True)
class TimesWished:
    """The times of a day as they were sent: what differs from what was shown, what was typed, and
    what is wrong with it, by slot."""

    changes: list[Change]
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> TimesWished:
        """`places-SLOT` and `open-SLOT`, beside `was-SLOT` and `was-open-SLOT` as they were shown:
        what a colleague changed meanwhile is not undone."""
        found = cls([])
        for name in form:
            if not name.startswith("places-"):
                continue
            slot = name.removeprefix("places-")[:40]
            found.typed[slot] = form[name][:10]
            try:
                wished = capacity_of(form[name])
            except ValidationError as problem:
                found.errors[slot] = str(problem)
                continue
            opens, was_open = f"open-{slot}" in form, form.get(f"was-open-{slot}") == "1"
            capacity = None if str(wished) == form.get(f"was-{slot}") else wished
            opened = None if opens == was_open else opens
            if capacity == 0:
                opened = None
            if capacity is not None or opened is not None:
                found.changes.append(Change(slot=slot, capacity=capacity, open=opened))
        return found


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
            for number in range(SPANS):
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
