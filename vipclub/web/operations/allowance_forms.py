"""What operations fill in to give a member more or fewer units."""

from __future__ import annotations

from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, one_line, said
from vipclub.web.operations.appointment_forms import ReasonForm


class MemberForm(Form):
    """Whose allowances."""

    member = StringField(filters=[one_line, at_most(40)])


class AdjustForm(ReasonForm):
    """How many more or fewer, of what, and why."""

    benefit = StringField()
    year = IntegerField(validators=[InputRequired(), NumberRange(2000, 2200)])
    by = IntegerField(validators=[InputRequired(), NumberRange(-1000, 1000)])

    def validate_by(self, field: IntegerField) -> None:
        if field.data == 0:
            raise ValidationError(said(N_("Nothing would change: a number above or below zero.")))
