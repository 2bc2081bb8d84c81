"""What staff write about a member and decide for one."""

from __future__ import annotations

from wtforms import StringField, ValidationError

from vipclub import desk
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, one_line, said

CHANNELS = {"phone": N_("By phone"), "counter": N_("At the counter")}
"""By which a member asks staff to book."""
PURPOSES = {
    "call": N_("To call the member back"),
    "identify": N_("To check who is calling"),
    "correct": N_("To correct the details"),
    "other": N_("Another reason"),
}
REASON_LENGTH = 200


class FindForm(Form):
    """Whatever the caller says: a reference, a card number, a phone number, a name."""

    who = StringField(filters=[one_line, at_most(60)])


class NoteForm(Form):
    """A note; what is too long is given back whole."""

    kind = StringField()
    text = StringField(filters=[lambda text: (text or "").strip()])
    corrects = StringField(filters=[one_line])

    def validate_text(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please write the note.")))
        if len(field.data) > desk.LONGEST_NOTE:
            message = said(N_("%(most)s characters at most, please."), most=desk.LONGEST_NOTE)
            raise ValidationError(message)


class CallForm(Form):
    """A word with a member."""

    channel = StringField()
    about = StringField()
    outcome = StringField()
    text = StringField(filters=[lambda text: (text or "").strip()])


class RevealForm(Form):
    """Why a number is wanted whole: a purpose of the list; in an emergency in words."""

    purpose = StringField(filters=[at_most(20)])
    emergency = StringField(filters=[lambda text: (text or "").strip(), at_most(1000)])

    def validate_purpose(self, field: StringField) -> None:
        if field.data not in PURPOSES:
            raise ValidationError(said(N_("Please say what it is needed for.")))


class BehalfForm(Form):
    """What is decided for a member: for whom, how it was asked, and why a rule is set aside."""

    slot = StringField(filters=[one_line, at_most(40)])
    offering = StringField(filters=[one_line, at_most(40)])
    hold = StringField(filters=[one_line, at_most(40)])
    beneficiary = StringField(filters=[one_line, at_most(40)])
    channel = StringField(filters=[one_line])
    note = StringField(filters=[one_line, at_most(REASON_LENGTH)])
    override = StringField(filters=[one_line, at_most(REASON_LENGTH)])
    overriding = StringField()

    def validate_override(self, field: StringField) -> None:
        if self.overriding.data and not field.data:
            raise ValidationError(said(N_("Please write down the reason.")))


class CancelForm(Form):
    """Why, and a reason to be kinder than the rule where there is one."""

    reason = StringField(filters=[one_line, at_most(REASON_LENGTH)])
    override = StringField(filters=[one_line, at_most(REASON_LENGTH)])
    overriding = StringField()

    def validate_override(self, field: StringField) -> None:
        if self.overriding.data and not field.data:
            raise ValidationError(said(N_("Please write down the reason.")))
