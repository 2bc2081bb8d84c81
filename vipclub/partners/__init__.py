"""Who provides: partners with their sites, offerings and hours, and the slots that follow.

A slot is a row that is there before anybody books it; a seat is taken by one guarded UPDATE with a
CHECK behind it.

Decisions:
- 2026-11: One generator (`make_slots`) in the site's wall clock; the job writes what it says, so
  that what is shown is what is accepted. An hour that the clock repeats is served once.
- 2026-11: A weekend day decreed to be worked follows Friday's hours where the week has none for it.
- 2026-11: A change of places is worked out once (`planning.Plan`): the preview shows the plan, the
  change does it under locks. Closing never touches an appointment: it records `TimesClosed`.
- 2026-11: A new week holds from a day on. It closes and opens what it changes; a time or a day that
  the partner closed stays closed (`Slot.planned` tells the two apart).
- 2026-11: More places for a day or a week are planning; one more place in a single full time is
  overbooking and asks for a reason.
"""

from vipclub.partners import webhooks
from vipclub.partners.changing import change_capacity, preview_change
from vipclub.partners.facts import TimesClosed
from vipclub.partners.letters import LETTERS
from vipclub.partners.listing import PartnerRow, all_partners
from vipclub.partners.models import (
    CapacityException,
    Offering,
    Partner,
    Site,
    Slot,
    WeeklyCapacity,
)
from vipclub.partners.opening import (
    AHEAD,
    create_offering,
    create_partner,
    create_site,
    open_offering,
    open_slots,
    set_exception,
    set_weekly_capacity,
)
from vipclub.partners.overbooking import overbook
from vipclub.partners.places import DayOfPlaces, PlaceTime, days_of_places, times_of_places
from vipclub.partners.planning import Change, DayHit, Plan, TimeHit
from vipclub.partners.queries import (
    OfferingRow,
    PlacesOfDay,
    find_offering,
    offerings_of,
    places_by_day,
    visible_to,
)
from vipclub.partners.refusals import (
    HoursNotAccepted,
    NoHoursThatDay,
    NotBookableByTime,
    ReasonNeeded,
    TimeIsFull,
    TimeIsOver,
    TimeNotFull,
    UnknownTimeZone,
)
from vipclub.partners.seats import give_back_seat, take_seat
from vipclub.partners.timetable import Hours, Opening, make_slots
from vipclub.partners.webhook_models import WebhookDelivery, WebhookEndpoint
from vipclub.partners.weeks import change_week, preview_week, week_of

__all__ = [
    "LETTERS",
    "PartnerRow",
    "all_partners",
    "webhooks",
    "WebhookEndpoint",
    "WebhookDelivery",
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
    "AHEAD",
    "take_seat",
    "give_back_seat",
    "OfferingRow",
    "find_offering",
    "offerings_of",
    "PlacesOfDay",
    "places_by_day",
    "visible_to",
    "Change",
    "Plan",
    "TimeHit",
    "DayHit",
    "preview_change",
    "change_capacity",
    "overbook",
    "week_of",
    "preview_week",
    "change_week",
    "TimesClosed",
    "DayOfPlaces",
    "days_of_places",
    "PlaceTime",
    "times_of_places",
    "NotBookableByTime",
    "TimeIsFull",
    "TimeNotFull",
    "TimeIsOver",
    "ReasonNeeded",
    "NoHoursThatDay",
    "HoursNotAccepted",
    "UnknownTimeZone",
]
