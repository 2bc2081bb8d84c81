"""Who provides: partners with their sites, offerings and hours, and the slots that follow.

A slot is a row that is there before anybody books it; a seat is taken by one guarded UPDATE with a
CHECK behind it.

Decisions:
- 2026-11: One generator (`make_slots`) in the site's wall clock; the job writes what it says, so
  that what is shown is what is accepted. An hour that the clock repeats is served once.
- 2026-11: A weekend day decreed to be worked follows Friday's hours where the week has none for it.
- 2026-11: A new week changes the slots that are not opened yet; what a change would hit is shown
  and asked in the issue of closures.
"""

from vipclub.partners.models import (
    CapacityException,
    Offering,
    Partner,
    Site,
    Slot,
    WeeklyCapacity,
)
from vipclub.partners.opening import (
    create_offering,
    create_partner,
    create_site,
    open_offering,
    open_slots,
    set_exception,
    set_weekly_capacity,
)
from vipclub.partners.queries import (
    OfferingRow,
    PlacesOfDay,
    find_offering,
    offerings_of,
    places_by_day,
    visible_to,
)
from vipclub.partners.refusals import HoursNotAccepted, NotBookableByTime, UnknownTimeZone
from vipclub.partners.seats import give_back_seat, take_seat
from vipclub.partners.timetable import Hours, Opening, make_slots

__all__ = [
    "Partner",
    "Site",
    "Offering",
    "WeeklyCapacity",
    "CapacityException",
    "Slot",
    "create_partner",
    "create_site",
    "create_offering",
    "set_weekly_capacity",
    "set_exception",
    "Hours",
    "Opening",
    "make_slots",
    "open_offering",
    "open_slots",
    "take_seat",
    "give_back_seat",
    "OfferingRow",
    "find_offering",
    "offerings_of",
    "PlacesOfDay",
    "places_by_day",
    "visible_to",
    "NotBookableByTime",
    "HoursNotAccepted",
    "UnknownTimeZone",
]
