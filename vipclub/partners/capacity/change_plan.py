"""What a change of capacity hits, worked out once: the preview shows it, the change does it.

Pure values over rows that were read; all days and hours are the site's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from vipclub.core.errors import Malformed
from vipclub.core.types import parse_ref
from vipclub.partners.catalogue.offerings import OfferingRow


@dataclass(frozen=True, slots=True)
class Change:
    """One change that is wished: for a day of an offering or of a whole site, or for a single slot.
    `capacity` seats a slot, 0 for closed; `open` closes or opens."""

    offering: str | None = None
    site: str | None = None
    day: date | None = None
    slot: str | None = None
    capacity: int | None = None
    open: bool | None = None

    def checked(self) -> Change:
        """With references in their canonical form. Raises Malformed and MalformedRef."""
        named = [self.slot, self.offering, self.site]
        if sum(name is not None for name in named) != 1 or (self.slot is None) == (
            self.day is None
        ):
            raise Malformed("items", problem="a slot, or a day of an offering or site")
        if (self.capacity is None and self.open is None) or (
            self.capacity is not None and not 0 <= self.capacity <= 1000
        ):
            raise Malformed("items", problem="capacity from 0 to 1000, or open")
        if self.open and self.capacity == 0:
            raise Malformed("items", problem="open with no places")
        return Change(
            offering=parse_ref(self.offering, "O") if self.offering else None,
            site=parse_ref(self.site, "L") if self.site else None,
            day=self.day,
            slot=parse_ref(self.slot, "S") if self.slot else None,
            capacity=self.capacity,
            open=self.open,
        )

    @property
    def closes(self) -> bool:
        return self.open is False or self.capacity == 0


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as it is kept; `taken` and `reserved` seats are somebody's."""

    id: int = field(repr=False)
    public_ref: str
    offering_id: int
    starts_at: datetime
    ends_at: datetime
    local_day: date
    capacity: int
    taken: int
    reserved: int
    open: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class TimeHit:
    """What a change does to one slot; `start` is on the site's wall. `people` have a seat in it;
    `excess` of them are more than the seats that were wanted: they keep theirs."""

    id: int = field(repr=False)
    slot: str
    offering: str
    start: datetime
    day: date
    was_capacity: int
    capacity: int
    was_open: bool
    open: bool
    was_planned: bool
    planned: bool
    people: int
    excess: int

    @property
    def closes(self) -> bool:
        return self.was_open and not self.open

    @property
    def changes(self) -> bool:
        """False for a slot that is listed only for its excess."""
        return (self.was_capacity, self.was_open, self.was_planned) != (
            self.capacity,
            self.open,
            self.planned,
        )

    @property
    def seats_before(self) -> int:
        return self.was_capacity if self.was_open else 0

    @property
    def seats_after(self) -> int:
        return self.capacity if self.open else 0


@dataclass(frozen=True, slots=True)
class DayHit:
    """A day's own number of seats a slot, before and after: None where it follows the week, 0
    closed."""

    offering: str
    day: date
    was: int | None
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change would do, or did. `made` slots are new, with `made_seats` seats in all."""

    times: tuple[TimeHit, ...] = ()
    days: tuple[DayHit, ...] = ()
    made: int = 0
    made_seats: int = 0

    @property
    def closing(self) -> tuple[TimeHit, ...]:
        """The slots that close."""
        return tuple(hit for hit in self.times if hit.closes)

    @property
    def people(self) -> int:
        """Seats that are taken in slots that close."""
        return sum(hit.people for hit in self.closing)

    @property
    def excess(self) -> int:
        """People above the seats that were wanted, in slots that stay open."""
        return sum(hit.excess for hit in self.times)

    @property
    def added(self) -> int:
        """Seats more than before."""
        grown = sum(max(0, hit.seats_after - hit.seats_before) for hit in self.times)
        return grown + self.made_seats

    @property
    def removed(self) -> int:
        """Seats fewer than before."""
        return sum(max(0, hit.seats_before - hit.seats_after) for hit in self.times)

    @property
    def changes(self) -> bool:
        return bool(self.made or self.days or any(hit.changes for hit in self.times))


def settle(
    row: SlotRow,
    offering: OfferingRow,
    *,
    capacity: int | None = None,
    opened: bool | None = None,
    planned: bool | None = None,
) -> TimeHit | None:
    """What a change does to one slot; None for nothing. Seats never fall below the people who have
    one (docs/decisions.md 33), and nobody loses a seat by a slot that closes: they are listed."""
    people = row.taken + row.reserved
    wanted = row.capacity if capacity is None else capacity
    is_open = row.open if opened is None else opened
    hit = TimeHit(
        id=row.id,
        slot=row.public_ref,
        offering=offering.ref,
        start=row.starts_at.astimezone(ZoneInfo(offering.time_zone)),
        day=row.local_day,
        was_capacity=row.capacity,
        capacity=max(wanted, people),
        was_open=row.open,
        open=is_open,
        was_planned=row.planned,
        planned=row.planned if planned is None else planned,
        people=people,
        excess=max(0, people - wanted) if is_open else 0,
    )
    return hit if hit.changes or hit.excess else None


def in_order(hits: Iterable[TimeHit | None]) -> tuple[TimeHit, ...]:
    """The hits by time."""
    return tuple(sorted((h for h in hits if h), key=lambda hit: (hit.start, hit.id)))
