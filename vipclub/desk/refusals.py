"""What the desk refuses."""

from __future__ import annotations

from vipclub.core.errors import Refused
from vipclub.core.i18n import N_


class NoteNotAccepted(Refused):
    """An empty note, or one of more than `most` characters."""

    code = "note_not_accepted"
    sentence = N_("A note has between 1 and %(most)s characters.")


class FactsMissing(Refused):
    """Who calls is known by at least `least` facts."""

    code = "facts_missing"
    sentence = N_("Please write what the caller said to at least %(least)s of the questions.")


class FactUnreadable(Refused):
    """What was typed can't be compared with what is on file; `fact` names the field."""

    code = "fact_unreadable"
    sentence = N_("This can't be read. Please write it as the hint shows.")


class CallBackNotOffered(Refused):
    """A number on file is shown for a call back only where facts can't tell who calls."""

    code = "call_back_not_offered"
    sentence = N_("Please ask the caller the questions first.")


class NoNumberOnFile(Refused):
    """Nobody can be called back."""

    code = "no_number_on_file"
    sentence = N_("There is no number on file to call back.")


class NotYetCalled(Refused):
    """That somebody was called back is said behind the call."""

    code = "not_yet_called"
    sentence = N_("Please call the number on file first. It was shown too long ago, or not at all.")


class RevealNotAllowed(Refused):
    """A number is shown whole to whoever knows who calls, for an open emergency that somebody else
    opened, or with a reason in words that a second person reviews."""

    code = "reveal_not_allowed"
    sentence = N_(
        "Verify the caller first. In an emergency, write in a sentence why it can't wait: "
        "at least three different words."
    )


class ReviewNotAccepted(Refused):
    """A review says in words why, 1 to `most` characters."""

    code = "review_not_accepted"
    sentence = N_("Please say why, in 1 to %(most)s characters.")


class AnotherPersonReviews(Refused):
    """Who had the access doesn't review it, and who reviews leads the desk."""

    code = "another_person_reviews"
    status = 403
    sentence = N_("Another person who leads the desk must review this.")
