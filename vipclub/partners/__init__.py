"""Who provides: partners with their sites, offerings and hours, and the slots that follow.

A slot is a row that is there before anybody books it; a seat is taken by one guarded UPDATE with a
CHECK behind it. `catalogue/` says who offers what and where, `capacity/` when and for how many, and
`webhooks/` tells the partners' own systems.

Decisions:
- 2026-11: One generator (`make_slots`) in the site's wall clock; the job writes what it says, so
  that what is shown is what is accepted. An hour that the clock repeats is served once.
- 2026-11: A weekend day decreed to be worked follows Friday's hours where the week has none for it.
- 2026-11: A change of capacity is worked out once (`change_plan.Plan`): the preview shows the plan,
  the change does it under locks. Closing never touches an appointment: it records `TimesClosed`.
- 2026-11: A new week holds from a day on. It closes and opens what it changes; a time or a day that
  the partner closed stays closed (`Slot.planned` tells the two apart).
- 2026-11: More seats for a day or a week are planning; one seat more in a single full slot is
  overbooking and asks for a reason.
"""

from vipclub.partners import webhooks
from vipclub.partners.capacity.change_plan import Change, DayHit, Plan, TimeHit
from vipclub.partners.capacity.changing_days_and_slots import (
    change_capacity,
    preview_change,
    set_exception,
)
from vipclub.partners.capacity.hours_in_force import (
    Hours,
    WeekFrom,
    week_on,
    weeks_by_offering,
)
from vipclub.partners.capacity.opening_slots import OPENED_AHEAD, open_offering, open_slots
from vipclub.partners.capacity.overbooking import overbook
from vipclub.partners.capacity.queries import (
    DayCapacity,
    SeatsOfDay,
    SlotCapacity,
    capacity_by_day,
    capacity_by_slot,
    seats_by_day,
)
from vipclub.partners.capacity.seats import give_back_seat, take_seat, take_seat_last
from vipclub.partners.capacity.slot_generator import Opening, make_slots
from vipclub.partners.capacity.weekly_hours import (
    change_week,
    preview_week,
    refuse_odd_hours,
    set_weekly_capacity,
    week_of,
    weeks_seen,
)
from vipclub.partners.catalogue.changing_offerings import (
    change_offering,
    close_offering,
    reopen_offering,
)
from vipclub.partners.catalogue.keys import KEY, give_key
from vipclub.partners.catalogue.offerings import (
    OFFERED,
    OfferingRow,
    create_offering,
    find_offering,
    offerings_of,
    services_by_time,
)
from vipclub.partners.catalogue.partners import (
    PartnerRow,
    all_partners,
    change_partner,
    confirm_partner,
    create_partner,
    seen_by,
    visible_to,
)
from vipclub.partners.catalogue.sites import (
    change_site,
    create_site,
    has_calendar,
    site_opened,
)
from vipclub.partners.facts import TimesClosed
from vipclub.partners.first_rows import (
    any_offering,
    any_offering_without_time,
    any_time_ahead,
    regions,
)
from vipclub.partners.invariants import INVARIANTS
from vipclub.partners.letters import LETTERS
from vipclub.partners.models import (
    CapacityException,
    Offering,
    Partner,
    Site,
    Slot,
    WeeklyCapacity,
)
from vipclub.partners.refusals import (
    HoursNotAccepted,
    KeyNotAccepted,
    KeyStays,
    KeyTaken,
    NoHoursThatDay,
    NotBookableByTime,
    OfferingNotAccepted,
    PartnerUnknown,
    ReasonNeeded,
    SiteOpened,
    ThereAlready,
    TimeIsFull,
    TimeIsOver,
    TimeNotFull,
    UnknownRegion,
    UnknownTimeZone,
)
from vipclub.partners.sealed_columns import SEALED
from vipclub.partners.webhooks.models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "OFFERED",
    "seen_by",
    "any_offering",
    "any_offering_without_time",
    "any_time_ahead",
    "regions",
    "SEALED",
    "INVARIANTS",
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
    "confirm_partner",
    "create_partner",
    "create_site",
    "create_offering",
    "change_partner",
    "change_site",
    "change_offering",
    "close_offering",
    "reopen_offering",
    "KEY",
    "give_key",
    "has_calendar",
    "site_opened",
    "refuse_odd_hours",
    "set_weekly_capacity",
    "set_exception",
    "Hours",
    "WeekFrom",
    "week_on",
    "weeks_by_offering",
    "Opening",
    "make_slots",
    "open_offering",
    "open_slots",
    "OPENED_AHEAD",
    "take_seat",
    "take_seat_last",
    "give_back_seat",
    "OfferingRow",
    "find_offering",
    "offerings_of",
    "services_by_time",
    "SeatsOfDay",
    "seats_by_day",
    "visible_to",
    "Change",
    "Plan",
    "TimeHit",
    "DayHit",
    "preview_change",
    "change_capacity",
    "overbook",
    "week_of",
    "weeks_seen",
    "preview_week",
    "change_week",
    "TimesClosed",
    "DayCapacity",
    "capacity_by_day",
    "SlotCapacity",
    "capacity_by_slot",
    "NotBookableByTime",
    "PartnerUnknown",
    "TimeIsFull",
    "TimeNotFull",
    "TimeIsOver",
    "ReasonNeeded",
    "NoHoursThatDay",
    "HoursNotAccepted",
    "UnknownTimeZone",
    "UnknownRegion",
    "SiteOpened",
    "ThereAlready",
    "OfferingNotAccepted",
    "KeyNotAccepted",
    "KeyTaken",
    "KeyStays",
]
