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
