"""What partners refuse."""

from __future__ import annotations

from vipclub.core.errors import Refused
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
