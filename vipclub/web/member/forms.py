"""What members write."""

from __future__ import annotations

from wtforms import DateField, StringField, ValidationError
from wtforms.validators import Optional

from vipclub.core.i18n import N_, language_of
from vipclub.web.frame.forms import Form, at_most, one_line, said

NOTE_LENGTH = 200


class NoteForm(Form):
    """Who it is for, and a word to the clinic; too long a one is given back whole, to be
    shortened."""

    note = StringField(filters=[one_line])
    whom = StringField(filters=[one_line, at_most(40)])

    def validate_note(self, field: StringField) -> None:
        if len(field.data) > NOTE_LENGTH:
            message = said(N_("%(most)s characters at most, please."), most=NOTE_LENGTH)
            raise ValidationError(message)


class CancelForm(Form):
    """Why, if one wishes to say."""

    reason = StringField(filters=[one_line, at_most(200)])


class LanguageForm(Form):
    """The language of pages and letters."""

    language = StringField(filters=[at_most(10)])

    def validate_language(self, field: StringField) -> None:
        if language_of(field.data) is None:
            raise ValidationError(said(N_("Please choose one of these.")))


class ContactForm(Form):
    """A new number or address, and the password once more."""

    mobile = StringField(filters=[one_line, at_most(40)])
    email = StringField(filters=[one_line, at_most(320)])
    password = StringField(filters=[at_most(256)])


class CodeForm(Form):
    """The six digits that were sent."""

    code = StringField(filters=[one_line, at_most(40)])


class RelativeForm(Form):
    """Somebody of the family."""

    name = StringField(filters=[one_line, at_most(120)])
    relation = StringField(filters=[at_most(20)])
    birth_date = DateField(validators=[Optional()])

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please enter the name.")))
