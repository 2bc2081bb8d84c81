"""Why a relative, or a person's own number or address, is refused."""

from __future__ import annotations

from vipclub.core.errors import Refused
from vipclub.core.i18n import N_


class RelativeNotAccepted(Refused):
    """A relative can't be noted like this. `rule` is name, relation or birth_date; the sentence is
    the rule's."""

    code = "relative_not_accepted"
    sentence = N_("Please check what you wrote about this person.")

    def __init__(self, *, rule: str) -> None:
        super().__init__(rule=rule)
        said = _RELATIVE.get(rule)
        if said:
            self.__dict__["sentence"] = said


_RELATIVE = {
    "name": N_("Please write the person's name, at most 120 characters."),
    "relation": N_("Please choose how this person is related to you."),
    "birth_date": N_("The birth date must be a day between 1900 and today."),
}


class FamilyFull(Refused):
    """The member has named as many relatives as may be: `most`."""

    code = "family_full"
    sentence = N_("At most %(most)s relatives can be noted. Please remove one first.")


class NothingToProve(Refused):
    """There is no number or no address that could be proven: `field` is mobile or email."""

    code = "nothing_to_prove"
    sentence = N_("There is nothing to verify yet. Please enter it first.")


class DetailUnreadable(Refused):
    """A person's own mobile number or e-mail address can't be read; `reason` is a code of
    `REASONS`."""

    code = "detail_unreadable"
    sentence = N_("This number or address can't be reached. Please check it letter by letter.")


class ContactNotAccepted(Refused):
    """An emergency contact can't be noted like this. `rule` is the name of what is wrong; the
    sentence is the rule's."""

    code = "contact_not_accepted"
    sentence = N_("Please check what you wrote about this contact.")

    def __init__(self, *, rule: str) -> None:
        super().__init__(rule=rule)
        said = _CONTACT.get(rule)
        if said:
            self.__dict__["sentence"] = said


_CONTACT = {
    "name": N_("Please write the contact's name, at most 120 characters."),
    "relation": N_("Please choose how this contact is related to the member."),
    "phone": N_("This number can't be called. Please write it with the country code."),
    "language": N_("Please choose the language that this contact speaks."),
    "may_be_told": N_("Please choose how much this contact may be told."),
    "delegate_until": N_("The last day must be today or later, at most two years ahead."),
}


class ContactsFull(Refused):
    """The member has named as many contacts as may be: `most`."""

    code = "contacts_full"
    sentence = N_("At most %(most)s emergency contacts can be noted. Please remove one first.")


class CallerNotVerified(Refused):
    """Staff act at somebody's word, and it isn't known who calls."""

    code = "caller_not_verified"
    sentence = N_("Please verify first that the member is calling.")
