"""What a partner writes about its capacity. They parse; nothing is asked of a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wtforms import IntegerField, StringField, ValidationError

from vipclub.core.i18n import N_
from vipclub.partners import Change
from vipclub.web.frame.forms import Form, at_most, one_line, said
from vipclub.web.weekly_hours import MOST, capacity_of


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
