"""Which appointments operations ask for, and why one is taken out."""

from __future__ import annotations

from datetime import date
from typing import Self

from flask import request
from wtforms import StringField, ValidationError

from vipclub.bookings import STATES
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, day_asked, one_line, said


class FilterForm(Form):
    """Which appointments: from the address, so that a list can be sent to a colleague."""

    state = StringField()
    partner = StringField()
    cursor = StringField(filters=[at_most(80)])

    @classmethod
    def asked(cls) -> Self:
        """The filter of this request's address. Raises Malformed for a state that isn't one."""
        form = cls(request.args)
        if form.state.data and form.state.data not in STATES:
            raise Malformed("state")
        return form

    @property
    def first(self) -> date | None:
        return day_asked(request.args.get("from"))

    @property
    def last(self) -> date | None:
        return day_asked(request.args.get("to"))


class ReasonForm(Form):
    """Why something is done that can't be undone."""

    reason = StringField(filters=[one_line, at_most(300)])

    def validate_reason(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please say why in a few words.")))
