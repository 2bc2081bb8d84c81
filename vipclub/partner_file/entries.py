"""What a file of partners says, as values. `place` is where it stands in the file; None is what the
file leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vipclub.core.types import Localized
from vipclub.partners import Hours
from vipclub.settlement import Price


@dataclass(frozen=True, slots=True)
class Entry:
    """A partner, a site or an offering: which one is said by `key`, by `ref`, or by both where it
    gets its key by this file."""

    place: str
    key: str | None
    ref: str | None
    name: Localized

    @property
    def label(self) -> str:
        return self.key or self.ref or "?"


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A price, and from which day on where it is named."""

    place: str
    price: Price
    first: date | None


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """Booking rules: a shipped document by its name, or a document of its own."""

    place: str
    name: str
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class OfferingEntry(Entry):
    service: str
    minutes: int
    preparation: Localized | None
    department: str | None
    on_holidays: bool | None
    offered: bool | None
    policy: PolicyEntry | None
    price: PriceEntry | None
    hours: tuple[Hours, ...] | None
    hours_from: date | None


@dataclass(frozen=True, slots=True)
class SiteEntry(Entry):
    address: Localized
    city_code: str
    time_zone: str | None
    region: str | None
    offerings: tuple[OfferingEntry, ...]


@dataclass(frozen=True, slots=True)
class PartnerEntry(Entry):
    sites: tuple[SiteEntry, ...]


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """Somebody who works for a partner, which `partner` names by key or reference."""

    place: str
    partner: str
    name: str = field(repr=False)
    login: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class PartnerFile:
    """The whole document."""

    partners: tuple[PartnerEntry, ...]
    staff: tuple[StaffEntry, ...]
