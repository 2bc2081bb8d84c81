"""What the calls on capacity take and give."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from vipclub.web.api.calls import Answer, Body
from vipclub.web.api.shapes import Cursor, Limit, Moment

Ref = Annotated[str | None, Field(default=None, max_length=40)]


class CapacityQuery(Body):
    """Days are each site's local days, both included; 14 days from today when none is given."""

    from_: Annotated[date | None, Field(alias="from", default=None)]
    to: date | None = None
    offering: Ref
    cursor: Cursor
    limit: Limit


class PlaceTime(Answer):
    """A time with its places; `free` is 0 while it is closed."""

    slot: str
    offering: str
    site: str
    start: Moment
    end: Moment
    capacity: int
    taken: int
    free: int
    open: bool


class PlaceTimes(Answer):
    items: list[PlaceTime]
    next: str | None


class CapacityChange(Body):
    """A local day of an offering or of a whole site, or one slot. `capacity` 0 closes."""

    offering: Ref
    site: Ref
    day: date | None = None
    slot: Ref
    capacity: Annotated[int | None, Field(default=None, ge=0, le=1000)]
    open: bool | None = None


class CapacityChanges(Body):
    """With `dry_run` nothing is changed and the answer says what would be hit."""

    items: Annotated[list[CapacityChange], Field(min_length=1, max_length=500)]
    reason: Annotated[str | None, Field(default=None, max_length=500)]
    dry_run: bool = False


class Why(Body):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class TimeHit(Answer):
    """One time before and after. `people` have a place in it; `excess` of them are more than the
    places that were asked for: they keep theirs."""

    slot: str
    offering: str
    start: Moment
    capacity_before: int
    capacity: int
    open_before: bool
    open: bool
    people: int
    excess: int


class DayHit(Answer):
    """A day's own number of places before and after; null when it follows the week, 0 closed."""

    offering: str
    day: str
    capacity_before: int | None
    capacity: int | None


class Displaced(Answer):
    """An appointment in a time that closes. It stays until another time is agreed on."""

    appointment: str
    slot: str
    start: Moment


class CapacityHits(Answer):
    """What was hit. `closings` are the references under which the displaced are looked after."""

    dry_run: bool
    items: list[TimeHit]
    days: list[DayHit]
    times_made: int
    places_added: int
    places_removed: int
    excess: int
    displaced: list[Displaced]
    closings: list[str]
