"""What members write."""

from __future__ import annotations

from typing import Any

from wtforms import StringField, ValidationError

from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, one_line, said

NOTE_LENGTH = 200


class NoteForm(Form):
    """A word to the clinic; too long a one is given back whole, to be shortened."""

    note = StringField(filters=[one_line])

    def validate_note(self, field: Any) -> None:
        if len(field.data) > NOTE_LENGTH:
            message = said(N_("%(most)s characters at most, please."), most=NOTE_LENGTH)
            raise ValidationError(message)


class CancelForm(Form):
    """Why, if one wishes to say."""

    reason = StringField(filters=[one_line, at_most(200)])
