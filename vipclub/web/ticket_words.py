"""Booking tickets in words, for the member and for staff."""

from __future__ import annotations

from vipclub.bookings import TicketView
from vipclub.core.i18n import N_, format_day, gettext
from vipclub.web.city_names import city_name

STATES = {
    "open": N_("Open", context="state of a booking ticket"),
    "used": N_("Used", context="state of a booking ticket"),
    "expired": N_("Expired", context="state of a booking ticket"),
    "withdrawn": N_("Withdrawn", context="state of a booking ticket"),
}


def limits_of(language: str, found: TicketView) -> list[str]:
    """Where, on which days, for whom it is good; nothing where it is good for all."""
    said = []
    if found.site_name is not None:
        said.append(found.site_name.to(language))
    elif found.city:
        said.append(city_name(language, found.city))
    if found.first_day:
        said.append(
            gettext(language, N_("from %(day)s"), day=format_day(language, found.first_day))
        )
    if found.last_day:
        day = format_day(language, found.last_day)
        said.append(gettext(language, N_("until %(day)s"), day=day))
    if found.beneficiary_name:
        said.append(gettext(language, N_("for %(name)s"), name=found.beneficiary_name))
    return said
