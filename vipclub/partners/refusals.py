"""What partners refuse."""

from __future__ import annotations

from vipclub.core.errors import Conflict, NotFound, Refused
from vipclub.core.i18n import N_


class PartnerUnknown(NotFound):
    """Whoever opens a clerk's account named a partner that isn't there."""

    code = "partner_unknown"
    sentence = N_("No partner has the reference %(partner)s.")


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


class KeyNotAccepted(Refused):
    """What is written as a key is none."""

    code = "key_not_accepted"
    sentence = N_("%(key)s is no key: 1 to 40 ASCII letters, digits and hyphens.")


class KeyTaken(Conflict):
    """Another partner, site or offering has the key."""

    code = "key_taken"
    sentence = N_("Another one has the key %(key)s already.")


class KeyStays(Conflict):
    """A key is given once: files name the thing by it."""

    code = "key_stays"
    sentence = N_("It has the key %(key)s already, and a key never changes.")


class ThereAlready(Conflict):
    """A partner, a site or an offering that is there: a form was sent again, or filled in twice."""

    code = "there_already"
    sentence = N_(
        "%(name)s is there already, as %(ref)s. Nothing was added a second time. "
        "If you mean another one, give it a name that tells the two apart."
    )


class SiteOpened(Conflict):
    """Times were opened at the site: they are on its wall and follow its calendar."""

    code = "site_opened"
    sentence = N_(
        "Times were opened at %(site)s already: its time zone and its calendar can't change."
    )


class UnknownRegion(Refused):
    """No calendar of public holidays for the region."""

    code = "unknown_region"
    sentence = N_("There is no calendar of public holidays for %(region)s. A known one is CN.")


class OfferingNotAccepted(Refused):
    """A visit that takes no plausible time, or a department with too long a name."""

    code = "offering_not_accepted"
    sentence = N_(
        "A visit takes from 5 to 1440 minutes, and the name of a department has at most 40 letters."
    )
