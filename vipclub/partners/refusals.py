"""What partners refuse."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class NotBookableByTime(Refused):
    """The benefit is not one that is used by booking a time."""

    code = "not_bookable_by_time"
    sentence = N_("%(service)s is not a service that is booked by time.")


class HoursNotAccepted(Refused):
    """Opening hours that can't be: no visit fits, or they overlap. `weekday` is 1 to 7."""

    code = "hours_not_accepted"
    sentence = N_("The hours of weekday %(weekday)s can't be: no visit fits, or two overlap.")


class UnknownTimeZone(Refused):
    """No such IANA time zone."""

    code = "unknown_time_zone"
    sentence = N_("%(time_zone)s is no time zone. A known one is Asia/Shanghai.")


class TimeIsFull(Conflict):
    """A full time gets another seat only by overbooking, in an act of its own
    (docs/decisions.md 33)."""

    code = "time_is_full"
    sentence = N_(
        "The time on %(start)s is full. One more place there is overbooking: it needs a reason and "
        "is done on its own."
    )


class TimeNotFull(Conflict):
    """Nothing to overbook: a seat is free."""

    code = "time_not_full"
    sentence = N_("The time on %(start)s still has a free place, or is closed.")


class TimeIsOver(Refused):
    """A day or a time that has begun; `start` is when."""

    code = "time_is_over"
    sentence = N_("%(start)s has begun. Only times to come can be changed.")


class ReasonNeeded(Refused):
    """An act that goes on record with a reason."""

    code = "reason_needed"
    sentence = N_("Please give the reason. It goes on record with your name.")


class NoHoursThatDay(Refused):
    """The week has no hours that an extra day could follow."""

    code = "no_hours_that_day"
    sentence = N_("The week has no hours for %(day)s. Please change the week first.")
