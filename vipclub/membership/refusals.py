"""What membership refuses."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class NoTierPolicy(Refused):
    """No tier policy is loaded."""

    code = "no_tier_policy"
    sentence = N_("No tier policy is loaded yet. Please load one first.")


class PolicyNotAccepted(Refused):
    """A tier policy has mistakes; `problems` has a sentence each."""

    code = "policy_not_accepted"
    sentence = N_("The tier policy can't be accepted. %(problems)s")


class PolicyVersionTaken(Conflict):
    """Another document has this version, or begins the same day: versions stay as they are."""

    code = "policy_version_taken"
    sentence = N_(
        "Version %(version)s, in force from %(day)s, is there already with other content. "
        "A loaded policy is never changed: give a new version and a new day."
    )


class RatingUnderWay(Conflict):
    """Another process rates at this moment."""

    code = "rating_under_way"
    sentence = N_("A rating is under way. Please wait until it has ended.")


class NoOpenInvitation(Conflict):
    """There is nothing to accept or decline."""

    code = "no_open_invitation"
    sentence = N_("There is no open invitation.")


class CardUnreadable(Refused):
    """What was scanned is no code of a membership card, or its signature is not ours."""

    code = "card_unreadable"
    sentence = N_("This is not the code of a membership card.")


class CardOutdated(Refused):
    """The code's minutes are over."""

    code = "card_outdated"
    sentence = N_(
        "This code has run out. Please show a fresh one: the member opens the card again."
    )


class SecondPersonNeeded(Refused):
    """Who submits a policy doesn't put it in force."""

    code = "second_person_needed"
    status = 403
    sentence = N_("You submitted this policy yourself: another policy owner decides on it.")


class PolicyBeginsTooSoon(Refused):
    """A policy takes force on a day to come, so that nobody is rated backwards."""

    code = "policy_begins_too_soon"
    sentence = N_(
        "This policy would come into force on %(day)s. Please give a day from %(least)s on, "
        "so that nobody is rated backwards."
    )


class TrialNotReady(Conflict):
    """A policy is submitted when everybody has been counted, and once."""

    code = "trial_not_ready"
    sentence = N_("This is not possible in the present state of the trial run.")


class TrialOfSomebodyElse(Conflict):
    """Only who began a trial discards it."""

    code = "trial_of_somebody_else"
    sentence = N_("Only whoever began a trial run can discard it.")
