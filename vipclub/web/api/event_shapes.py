"""What the calls about events take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vipclub.web.api.calls import Answer, Body
from vipclub.web.api.shapes import Cursor, Limit, Moment, Ref, Texts


class EventQuery(Body):
    cursor: Cursor
    limit: Limit


class Event(Answer):
    """Times are on the venue's wall; `free` seats can be had now."""

    event: Ref
    kind: str
    title: Texts
    start: Moment
    end: Moment
    site: Texts
    city: str
    seats: int
    free: int
    status: str


class Events(Answer):
    items: list[Event]
    next: str | None


class Guest(Body):
    """Somebody who comes along."""

    name: Annotated[str, Field(max_length=200)]
    age: Annotated[int | None, Field(default=None, ge=0, le=130)]
    needs: Annotated[str, Field(default="", max_length=500)]


class NewRegistration(Body):
    """A member, and guests who come along; `needs` are the member's own."""

    member: Annotated[str | None, Field(default=None, max_length=40)]
    guests: Annotated[list[Guest], Field(default_factory=list, max_length=20)]
    needs: Annotated[str, Field(default="", max_length=500)]


class Receiver(Body):
    member: Annotated[str, Field(max_length=40)]


class Registration(Answer):
    """`line` is the place on the waiting list."""

    registration: Ref
    status: str
    line: int | None = None
