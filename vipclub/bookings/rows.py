"""What bookings read, as frozen classes built by the columns' names: a place, a time, an
appointment. Moments are UTC as they are kept; `start` and `end` are on the site's wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from vipclub.bookings.policies.document import policy_of
from vipclub.bookings.policies.rules import Policy, SiteClock
from vipclub.core.calendar import load_calendar
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """An offering with its service, site and partner, the rules that hold there and its clock."""

    offering_id: int
    offering: str
    offering_name: Localized
    preparation: Localized | None
    department: str | None
    benefit_id: int
    service: str
    service_name: Localized
    who: tuple[str, ...]
    site: str
    site_name: Localized
    address: Localized
    city: str
    time_zone: str
    region: str
    partner_id: int
    partner: str
    partner_name: Localized
    policy: Policy
    place: SiteClock


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtATime(PlaceRow):
    starts_at: datetime
    ends_at: datetime
    local_day: date

    @property
    def start(self) -> datetime:
        """On the site's wall."""
        return self.starts_at.astimezone(self.place.zone)

    @property
    def end(self) -> datetime:
        return self.ends_at.astimezone(self.place.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow(_AtATime):
    """A slot as it was when looked at; the guard decides later. `overdue` counts its open holds
    whose time has passed; `listens` says whether the partner's own system is told of steps."""

    id: int
    ref: str
    has_room: bool
    overdue: int
    listens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRow(_AtATime):
    """An appointment with its time and place; `member` and `visitor` are survivors, what is
    `proposed` is another time that the partner offers."""

    id: int
    ref: str
    state: str
    version: int
    promised_by: datetime | None
    answered_at: datetime | None
    consumed: bool
    reason_code: str | None
    reason: str | None = field(repr=False)
    previous_state: str | None
    note: bytes | None = field(repr=False)
    created_at: datetime
    account_id: int
    slot_id: int
    slot: str
    proposed_slot_id: int | None
    proposed_slot: str | None
    proposed_starts_at: datetime | None
    proposed_ends_at: datetime | None
    proposed_site_name: Localized | None
    answer_by: datetime | None
    answer_kind: str | None
    moves: int
    channel: str
    reminded_for: datetime | None
    visitor_id: int
    visitor: str
    visitor_name: str = field(repr=False)
    member_id: int
    member: str
    member_name: str = field(repr=False)

    @property
    def status(self) -> str:
        """The state, as the interface calls it."""
        return self.state

    @property
    def proposed_start(self) -> datetime | None:
        """On the site's wall."""
        moment = self.proposed_starts_at
        return moment.astimezone(self.place.zone) if moment else None

    @property
    def seats(self) -> list[int]:
        """The slots in which it has a seat."""
        return [slot for slot in (self.slot_id, self.proposed_slot_id) if slot is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(AppointmentRow):
    """An appointment under its lock; `listens` as a time has it."""

    listens: bool


R = TypeVar("R", bound=PlaceRow)


def place_of(session: Session, time_zone: str, region: str) -> SiteClock:
    """A site's clock and calendar. No statement once the calendar is known to the process."""
    return SiteClock(ZoneInfo(time_zone), load_calendar(session, region))


def built(cls: type[R], session: Session, row: AnyRow) -> R:
    """A row of a statement with `PLACE_COLUMNS` as its class, by the columns' names."""
    values = row._asdict()
    values["who"] = tuple(values["who"])
    values["policy"] = policy_of(values["policy"])
    return cls(place=place_of(session, row.time_zone, row.region), **values)
