"""The forms of the partner's pages: decline a request, offer another time, check in, add a
colleague."""

from __future__ import annotations

from wtforms import StringField, ValidationError

from vipclub import bookings
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, one_line, said


class AnswerForm(Form):
    """Declining a request: a reason of the list; words are required for `other`."""

    kind = StringField()
    words = StringField(filters=[one_line, at_most(200)])

    def validate_kind(self, field: StringField) -> None:
        if field.data not in bookings.DECLINE_REASONS:
            raise ValidationError(said(N_("Please choose a reason.")))

    def validate_words(self, field: StringField) -> None:
        if self.kind.data == "other" and not field.data:
            raise ValidationError(said(N_("Please say it in a few words.")))


class ProposeForm(AnswerForm):
    """Offering another time: the reason as `AnswerForm` has it, and the slot that is offered."""

    slot = StringField(filters=[at_most(40)])

    def validate_slot(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please choose a time.")))


class CheckInForm(Form):
    """What was typed or scanned: a card's code or number, a reference, a name."""

    code = StringField(filters=[one_line, at_most(200)])

    def validate_code(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Scan a card, or type a number or a name.")))


class StaffForm(Form):
    """A new colleague."""

    name = StringField(filters=[one_line, at_most(80)])
    login = StringField(filters=[one_line, at_most(200)])

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please write the name.")))

    def validate_login(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please write an e-mail address or a phone number.")))
