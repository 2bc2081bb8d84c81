"""What the assistance refuses. Opening a case is never refused for what is missing."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class WordsMissing(Refused):
    """An answer, a note or a result without a word, or with more than `most` characters."""

    code = "words_missing"
    sentence = N_("Please write between 1 and %(most)s characters.")


class WaitNotAccepted(Refused):
    """A wait needs a reason that is known, and an end that lies ahead, at most `days` days."""

    code = "wait_not_accepted"
    sentence = N_("A case waits for a stated reason, and for %(days)s days at most.")


class ExtensionNotAccepted(Refused):
    """A complaint is extended to 30 days, then to 60, each once and before it is over."""

    code = "extension_not_accepted"
    sentence = N_("A complaint may be extended to 30 days in all, and then once more to 60.")


class AnotherPersonExtends(Refused):
    """The last 30 days need the approval of somebody else than who gave the first ones."""

    code = "second_person"
    status = 403
    sentence = N_("Somebody else than who extended it first must approve this.")


class CannotMerge(Conflict):
    """A case is merged into another open one of the same person, never into itself."""

    code = "cannot_merge"
    sentence = N_("These two cases can't be merged.")


class MergedAway(Conflict):
    """The case is part of another one and goes on there."""

    code = "merged_away"
    sentence = N_("This request is part of another one and goes on there.")


class ShiftNotAccepted(Refused):
    """A shift lasts up to `hours` hours and doesn't overlap another one of the same person."""

    code = "shift_not_accepted"
    sentence = N_("A shift lasts %(hours)s hours at most and can't overlap another shift.")
