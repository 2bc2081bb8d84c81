"""What the assistance refuses. Opening a case is never refused for what is missing."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class WordsMissing(Refused):
    """An answer, a note or a result without a word, or with more than `most` characters."""

    code = "words_missing"
    sentence = N_("Please write between 1 and %(most)s characters.")


class ChangeMissing(Refused):
    """A complaint is resolved with what changed because of it, beside the answer."""

    code = "change_missing"
    sentence = N_("Please write what changed because of this complaint. The member reads it.")


class WaitNotAccepted(Refused):
    """A wait needs a reason that is known, and an end that lies ahead, at most `days` days."""

    code = "wait_not_accepted"
    sentence = N_("A case waits for a stated reason, and for %(days)s days at most.")


class ExtensionNotAccepted(Refused):
    """A complaint is extended to 30 days, then to 60, each once until it is resolved."""

    code = "extension_not_accepted"
    sentence = N_("A complaint may be extended to 30 days in all, and then once more to 60.")


class ExtensionTooLate(Conflict):
    """What is missed isn't extended: the promise was missed, and the member answered late."""

    code = "extension_too_late"
    sentence = N_(
        "The deadline of this complaint has passed, so it can't be extended any more. "
        "Please resolve it."
    )


class AnotherPersonExtends(Refused):
    """The last 30 days need the approval of somebody else than who gave the first ones."""

    code = "second_person"
    status = 403
    sentence = N_("Somebody else than who extended it first must approve this.")


class CannotMerge(Conflict):
    """A case is merged into another open one of the same person, never into itself, and what is
    about somebody of the staff into nothing that they may read."""

    code = "cannot_merge"
    sentence = N_("These two cases can't be merged.")


class LessUrgentKind(Conflict):
    """A case goes on in one of a kind that promises at least as much: an emergency in an emergency,
    and a complaint is merged with a complaint alone."""

    code = "less_urgent_kind"
    sentence = N_(
        "A case goes on only in one that is at least as urgent, and complaints are merged only "
        "with complaints. Merge them the other way round, where that fits, or link the two cases."
    )


class KindNotChanged(Refused):
    """Of the kinds of a case only the two of an emergency take each other's place."""

    code = "kind_not_changed"
    sentence = N_("Only an emergency can change its kind: in China or abroad.")


class MergedAway(Conflict):
    """The case is part of another one and goes on there."""

    code = "merged_away"
    sentence = N_("This request is part of another one and goes on there.")


class ShiftNotAccepted(Refused):
    """A shift lasts up to `hours` hours and doesn't overlap another one of the same person."""

    code = "shift_not_accepted"
    sentence = N_("A shift lasts %(hours)s hours at most and can't overlap another shift.")


class LeadersChangeIt(Conflict):
    """The roster is changed by operations, and by who leads the desk at that moment."""

    code = "leaders_change_it"
    sentence = N_(
        "The roster is changed by whoever leads the service desk now, and by operations. "
        "Your own breaks and leave you can enter yourself."
    )


class NobodyMakesThemselvesLeader(Refused):
    """Another leader, or operations, says who leads."""

    code = "not_oneself"
    status = 403
    sentence = N_("Nobody can make themselves leader. Please ask another leader or operations.")


class NothingToHandOver(Conflict):
    """Whoever gives has no open case that the receiver may have."""

    code = "nothing_to_hand_over"
    sentence = N_("There is no open case of yours to hand over to this colleague.")


class HandoverNotAccepted(Refused):
    """A handover goes to an active colleague of the desk, never to whoever gives it."""

    code = "handover_not_accepted"
    sentence = N_("Please choose a colleague of the service desk to hand over to.")


class HandoverWaits(Conflict):
    """Whoever gives has given a handover already that nobody has accepted yet."""

    code = "handover_waits"
    sentence = N_("A handover of yours waits to be accepted. Take it back before giving another.")


class ListChanged(Conflict):
    """The open clocks are not those that were read."""

    code = "list_changed"
    sentence = N_("The list has changed since you read it. Please read it again, then confirm.")


class NotOnDuty(Refused):
    """Whoever accepts a handover must be on duty, or the cases would go on to somebody else."""

    code = "not_on_duty"
    sentence = N_("You are not on duty yet. Accept the handover when your shift has begun.")


class TaskNotAccepted(Refused):
    """A task says what is to be done, in up to `most` characters, within `days` days."""

    code = "task_not_accepted"
    sentence = N_("A task has 1 to %(most)s characters and a moment within the next %(days)s days.")


class CannotLink(Conflict):
    """A case isn't linked with itself, nor twice with the same one."""

    code = "cannot_link"
    sentence = N_("These two cases can't be linked or separated: please check the reference.")


class RatingNotAccepted(Refused):
    """A rating is 1, 2, 3, 4 or 5."""

    code = "rating_not_accepted"
    sentence = N_("Please choose a rating from 1 to 5.")


class RatingClosed(Conflict):
    """A case is rated once it is resolved; what was said may be changed for `days` days."""

    code = "rating_closed"
    sentence = N_(
        "A request is rated when it is resolved, and a rating can be changed for %(days)s days."
    )


class UnknownAnswer(Refused):
    """An answer to a question that isn't asked in this kind of case, or none of its options."""

    code = "unknown_answer"
    sentence = N_("One of the answers can't be read. Please choose it again.")
