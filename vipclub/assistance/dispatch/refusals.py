"""What the dispatch refuses."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class AskedNow(Conflict):
    """Somebody is asked for the same in the same case and hasn't answered yet: a second chain
    beside the first would send two."""

    code = "asked_now"
    sentence = N_(
        "A partner is already asked for this and has not answered yet. "
        "Withdraw that request before you ask others."
    )


class AnswerTooLate(Conflict):
    """The partner's time has passed: the next one is asked."""

    code = "answer_too_late"
    sentence = N_("The time for an answer is over. If you can still help, please call the club.")


class AnsweredAlready(Conflict):
    """The request was answered or withdrawn before, by this or another way."""

    code = "answered_already"
    sentence = N_("This request is closed: it was answered or withdrawn before.")


class PartnerFoundAlready(Conflict):
    """Of partners asked one after another one has accepted."""

    code = "partner_found_already"
    sentence = N_("Another partner has accepted already.")


class ChainNotAccepted(Refused):
    """Up to `most` partners are asked one after another, each once, all of what is asked for."""

    code = "chain_not_accepted"
    sentence = N_("Please choose 1 to %(most)s partners, each at a place of its own.")


class ArrivalNotAccepted(Refused):
    """An expected arrival lies ahead, within `hours` hours."""

    code = "arrival_not_accepted"
    sentence = N_("The expected arrival must lie within the next %(hours)s hours.")


class ReasonNotAccepted(Refused):
    """Declining needs a reason of the list; another reason needs words."""

    code = "reason_not_accepted"
    sentence = N_("Please choose a reason; another reason needs a few words.")


class CoverNotAccepted(Refused):
    """A partner can be asked by telephone or e-mail, in a place that is one, and answers within a
    day."""

    code = "cover_not_accepted"
    sentence = N_(
        "Please give a telephone number or an e-mail address, and 1 to 1440 minutes for the answer."
    )


class CoverThereAlready(Conflict):
    """The partner has this service in this place."""

    code = "cover_there_already"
    sentence = N_("This partner already has this service in this place.")
