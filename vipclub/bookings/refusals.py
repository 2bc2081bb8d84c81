"""What bookings refuse: a rule, its figures and the next chance."""

from __future__ import annotations

from datetime import datetime

from vipclub.benefits import NoEntitlement
from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class SlotFull(Conflict):
    """No seat is left. `free` are the nearest times on the site's wall, `next_free` the same as
    data."""

    code = "slot_full"
    sentence = N_("This time has just been taken. Still free: %(free)s.")


class AlreadyBooked(Conflict):
    """The person has a visit at that time; `start` is when it begins."""

    code = "already_booked"
    sentence = N_("There is another appointment at this time, on %(start)s.")


class HoldExpired(Conflict):
    """The named hold has ended, or isn't for this member and time."""

    code = "hold_expired"
    sentence = N_("The time was kept for ten minutes and is free again. Please choose again.")


class TooManyHolds(Conflict):
    """So many times may be kept at once: `most`."""

    code = "too_many_holds"
    sentence = N_("%(most)s times are kept for you already. Please confirm or release one first.")


class NotEligible(Refused):
    """The person is not one that the policy is for. `rule` says why: tier, age, sex, city,
    beneficiary or membership; the sentence is the rule's."""

    code = "not_eligible"
    sentence = N_("This service isn't open to this person under its booking rules.")

    def __init__(self, *, rule: str, **data: object) -> None:
        super().__init__(rule=rule, **data)
        said = _NOT_ELIGIBLE.get(rule)
        if said:
            self.__dict__["sentence"] = said


_NOT_ELIGIBLE = {
    "tier": N_("This service isn't open to the membership tier on that day."),
    "age": N_("This service isn't open to a person of this age."),
    "beneficiary": N_("This service can be booked for the member only."),
    "membership": N_("There is no membership on the day of the visit."),
}


class OutsideWindow(Refused):
    """Too early, too late, or on a day that isn't served. `rule` is not_yet, too_late, holiday or
    past, the sentence is the rule's; `opens` and `closes` are moments on the site's wall."""

    code = "outside_window"
    sentence = N_("This time can be booked from %(opens)s until %(closes)s.")

    def __init__(self, *, rule: str, **data: object) -> None:
        super().__init__(rule=rule, **data)
        self.yields = rule != "past"
        said = _OUTSIDE.get(rule)
        if said:
            self.__dict__["sentence"] = said


class OfferOver(OutsideWindow):
    """The offered time was kept until `until`, and is kept no longer for an answer."""

    code = "offer_over"
    sentence = N_("This time was kept for your answer until %(until)s. Please choose another one.")

    def __init__(self, *, until: datetime, **data: object) -> None:
        super().__init__(rule="past", until=until, **data)
        self.__dict__["sentence"] = type(self).sentence


_OUTSIDE = {
    "not_yet": N_("This time can't be booked yet. Booking opens on %(opens)s."),
    "too_late": N_("Booking for this time ended on %(closes)s."),
    "holiday": N_("There is no service on this public holiday."),
    "past": N_("This time is over."),
}


class LimitReached(Refused):
    """So many bookings are allowed and made. `rule` is department_day or month."""

    code = "limit_reached"
    yields = True
    sentence = N_(
        "At most %(limit)s such bookings are possible in this period, and all have been made. "
        "Please choose a later day."
    )


class Suspended(Refused):
    """Too many missed visits; `until` is the first moment when booking works again."""

    code = "suspended"
    yields = True
    sentence = N_(
        "After %(missed)s missed appointments booking is suspended until %(until)s. "
        "The service desk can help."
    )


class TooLateToCancel(Refused):
    """The visit has begun or is over."""

    code = "too_late_to_cancel"
    sentence = N_("This appointment began on %(start)s and can't be cancelled any more.")


class TooLateToMove(Refused):
    """The visit has begun (`begun`), or the time until which it may be moved (`until`) is over."""

    code = "too_late_to_move"
    sentence = N_("The time could be changed until %(until)s. The service desk can help.")

    def __init__(self, *, until: datetime, begun: bool) -> None:
        super().__init__(until=until)
        self.yields = not begun


class MovesSpent(Refused):
    """An appointment's time may be changed so often (`most`), and was."""

    code = "moves_spent"
    yields = True
    sentence = N_(
        "The time of this appointment has been changed %(most)s times already. "
        "The service desk can help, or cancel it and book again."
    )


class OtherService(Refused):
    """The chosen time is another service's, or another partner's: that is a new booking."""

    code = "other_service"
    sentence = N_("This time belongs to another service or partner. Please cancel and book again.")


class SameTime(Refused):
    """The appointment is at this time already."""

    code = "same_time"
    sentence = N_("The appointment is at this time already.")


class ReasonMissing(Refused):
    """An act that is on record for good needs a reason in words."""

    code = "reason_missing"
    sentence = N_("Please write down the reason.")


class UnknownReason(Refused):
    """No such reason for declining or proposing; `known` are the codes."""

    code = "unknown_reason"
    sentence = N_("Please choose one of these reasons: %(known)s.")


class TooEarly(Refused):
    """A step that waits for the visit's time, `start`."""

    code = "too_early"
    sentence = N_("This is possible from %(start)s.")


class PolicyNotFound(Refused):
    """The service has no booking policy yet: nothing can be booked."""

    code = "no_booking_policy"
    sentence = N_("%(service)s can't be booked by time yet.")


class BookingPolicyNotAccepted(Refused):
    """A booking policy has mistakes; `problems` has each of them (`policies.mistakes`)."""

    code = "booking_policy_not_accepted"
    sentence = N_("The booking policy can't be accepted. %(problems)s")


BOOKING_REFUSALS: tuple[type[Refused], ...] = (
    SlotFull,
    AlreadyBooked,
    HoldExpired,
    NoEntitlement,
    NotEligible,
    OutsideWindow,
    LimitReached,
    Suspended,
    PolicyNotFound,
)
"""What a booking may be refused for, as the API documents it."""

MOVE_REFUSALS: tuple[type[Refused], ...] = (
    *BOOKING_REFUSALS,
    TooLateToMove,
    MovesSpent,
    OtherService,
    SameTime,
)
"""What a change of time may be refused for, as the API documents it."""
