"""What the calls about requests for help take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from vipclub import assistance
from vipclub.web.api.calls import Answer, Body
from vipclub.web.api.shapes import Cursor, Limit, Moment, Ref

Said = Annotated[str, Field(default="", max_length=500)]


class DispatchQuery(Body):
    status: Annotated[
        str | None,
        Field(
            default=None,
            max_length=200,
            description="One or more, by commas.",
            json_schema_extra={"examples": ["asked,accepted"]},
        ),
    ]
    cursor: Cursor
    limit: Limit


class Acceptance(Body):
    """When the partner comes, where it can say so: within the next three days."""

    arrives_at: datetime | None = None
    text: Said


class Refusal(Body):
    """Why not; `other` in words."""

    reason: Annotated[
        str,
        Field(max_length=20, json_schema_extra={"enum": list(assistance.dispatch.DECLINE_REASONS)}),
    ]
    text: Said


class Contact(Answer):
    """Whom it is about: of a request that is accepted, as long as its case runs."""

    name: str
    phone: str
    place: str
    note: str


class ListedDispatch(Answer):
    dispatch: Ref
    kind: Annotated[str, Field(json_schema_extra={"enum": list(assistance.dispatch.SERVICES)})]
    status: Annotated[
        str, Field(json_schema_extra={"enum": list(assistance.dispatch.SHOWN_STATES)})
    ]
    severity: str
    country: Annotated[str | None, Field(description="ISO 3166.")]
    area: str
    asked_at: Moment
    answer_by: Moment
    answered_at: Moment | None
    arrives_at: Moment | None
    reason: str | None
    contact: Annotated[Contact | None, Field(description="In the call for one of them alone.")]


class Dispatch(ListedDispatch):
    desk_phone: Annotated[list[str], Field(description="Where the club's desk is reached.")]


class Dispatches(Answer):
    items: list[ListedDispatch]
    next: str | None


class DispatchAnswered(Answer):
    dispatch: Ref
    status: str
    arrives_at: Moment | None


class DispatchTold(Answer):
    """What an event says of a request: nobody's name, no words."""

    dispatch: Ref
    kind: str
    status: str
    severity: str
    country: str | None
    asked_at: Moment | None
    answer_by: Moment | None


class DispatchEvent(Answer):
    """What a partner's system is told: `id` and `timestamp` (of the event) are the same in each
    attempt."""

    type: Annotated[str, Field(json_schema_extra={"enum": list(assistance.WEBHOOK_EVENTS)})]
    id: str
    timestamp: Moment
    data: DispatchTold
