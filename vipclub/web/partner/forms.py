"""What a partner writes."""

from __future__ import annotations

from typing import Any

from wtforms import StringField, ValidationError

from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, one_line, said

REASONS = {
    "full": N_("The time is taken after all"),
    "absent": N_("The doctor is away"),
    "equipment": N_("Equipment is out of order"),
    "other": N_("Another reason"),
}


class DeclineForm(Form):
    """A reason of the list, and words where the list has none."""

    reason = StringField()
    words = StringField(filters=[one_line])

    def validate_reason(self, field: Any) -> None:
        if field.data not in REASONS:
            raise ValidationError(said(N_("Please choose a reason.")))

    def validate_words(self, field: Any) -> None:
        if self.reason.data == "other" and not field.data:
            raise ValidationError(said(N_("Please say it in a few words.")))

    def told(self) -> str:
        """The reason as the member is told it, in the clerk's language."""
        reason, words = self.reason.data, self.words.data
        if reason == "other":
            return str(words)[:200]
        text = said(REASONS[reason])
        return (f"{text} · {words}" if words else text)[:200]
