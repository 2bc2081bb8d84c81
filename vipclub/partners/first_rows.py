"""Whether services are offered and can be booked: conditions, for the first steps of a new club."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, exists, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.partners.models import Offering, Site, Slot


def any_offering() -> ColumnElement[bool]:
    """Whether a partner offers a service at a site."""
    return exists(select(Offering.id).where(Offering.active))


def _has_time(today: date) -> ColumnElement[bool]:
    """By the index of a service's days, which ends at its first open time."""
    return exists(
        select(Slot.id).where(
            Slot.offering_id == Offering.id, Slot.local_day >= today, Slot.open, Slot.capacity > 0
        )
    )


def any_time_ahead(today: date) -> ColumnElement[bool]:
    """Whether a service has an open time from a day on."""
    return exists(select(Offering.id).where(Offering.active, _has_time(today)))


def any_offering_without_time(today: date) -> ColumnElement[bool]:
    """Whether a service that is offered has none."""
    return exists(select(Offering.id).where(Offering.active, ~_has_time(today)))


def regions() -> Select[str]:
    """The regions of all sites, by which working days are counted."""
    return select(Site.region).distinct()
