"""What the calls take and give, by the names that the API has for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.config import JsonDict

from vipclub import bookings
from vipclub.web.api.calls import Answer, Body

Ref = Annotated[str, Field(min_length=1, max_length=40)]
Text = Annotated[str, Field(max_length=2000)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Cursor = Annotated[str | None, Field(default=None, max_length=200)]
Statuses = Annotated[
    str | None,
    Field(
        default=None,
        max_length=200,
        description="One or more, by commas. FHIR's `checked-in` is `arrived` here.",
    ),
]
Limit = Annotated[int, Field(default=200, ge=1, le=1000)]


class SlotQuery(Body):
    """Days are the site's local days, both included; 14 days from today when none is given."""

    from_: Annotated[date | None, Field(alias="from", default=None)]
    to: date | None = None
    city: Annotated[str | None, Field(default=None, max_length=6)]
    offering: Annotated[str | None, Field(default=None, max_length=40)]
    cursor: Cursor
    limit: Limit


class PageQuery(Body):
    cursor: Cursor
    limit: Limit


class MemberQuery(PageQuery):
    status: Statuses


class PartnerQuery(Body):
    status: Statuses
    from_: Annotated[date | None, Field(alias="from", default=None)]
    to: date | None = None
    cursor: Cursor
    limit: Limit


class Booking(Body):
    member: Ref
    offering: Ref
    slot: Ref
    beneficiary: Annotated[str | None, Field(default=None, max_length=40)]
    note: Annotated[str | None, Field(default=None, max_length=500)]
    hold: Annotated[str | None, Field(default=None, max_length=40)]


class Find(Body):
    """One of the two."""

    card: Annotated[str | None, Field(default=None, max_length=40)]
    phone: Annotated[str | None, Field(default=None, max_length=40)]


Why = Annotated[str | None, Field(default=None, max_length=500)]
Kind = Annotated[
    str,
    Field(
        default="other",
        max_length=40,
        json_schema_extra={"enum": list(bookings.DECLINE_REASONS)},
    ),
]


class Reason(Body):
    reason: Why


class Decline(Body):
    """`kind` is told to the member in their language, `reason` as it is."""

    kind: Kind
    reason: Why


class Proposal(Body):
    """Another time of the same service at the same partner."""

    slot: Ref
    kind: Kind
    reason: Why


class Move(Body):
    slot: Ref
    reason: Why


class Texts(Answer):
    hans: Annotated[str, Field(alias="zh-Hans")]
    hant: Annotated[str, Field(alias="zh-Hant")]
    en: str


class Service(Answer):
    service: str
    name: Texts
    summary: Texts


class Services(Answer):
    items: list[Service]
    next: str | None


class Slot(Answer):
    slot: str
    offering: str
    site: str
    city: str
    start: Moment
    end: Moment
    capacity: int
    free: int


class Slots(Answer):
    items: list[Slot]
    next: str | None


class Member(Answer):
    member: str
    name: str
    tier: str | None
    status: str | None
    valid_from: str | None
    valid_to: str | None
    card: str | None


class Entitlement(Answer):
    benefit: str
    year: int
    unit: str
    granted: int
    held: int
    used: int
    remaining: int


class Entitlements(Answer):
    items: list[Entitlement]
    next: str | None


class Appointment(Answer):
    appointment: str
    status: str
    member: str
    offering: str
    slot: str
    start: Moment
    end: Moment
    promised_by: Moment | None
    beneficiary: Annotated[str, Field(description="Who the visit is for.")]
    version: Annotated[int, Field(description="Counts the steps: of two answers the later one.")]
    proposed_slot: Annotated[str | None, Field(description="What the partner offers instead.")]
    proposed_start: Moment | None
    proposed_end: Moment | None
    answer_by: Moment | None
    answer_kind: Annotated[str | None, Field(description="Why the partner can't, by its code.")]


def _one_of_the_events(schema: JsonDict) -> None:
    schema["enum"] = list(bookings.WEBHOOK_EVENTS)


class AppointmentEvent(Answer):
    """What a partner's system is told: `id` and `timestamp` (of the event) are the same in each
    attempt."""

    type: Annotated[str, Field(json_schema_extra=_one_of_the_events)]
    id: str
    timestamp: Moment
    data: Appointment


class Appointments(Answer):
    items: list[Appointment]
    next: str | None
