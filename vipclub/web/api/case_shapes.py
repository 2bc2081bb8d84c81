"""What the calls about cases take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from vipclub import assistance
from vipclub.web.api.calls import Answer, Body
from vipclub.web.api.shapes import Cursor, Limit, Moment, Ref

Words = Annotated[str, Field(default="", max_length=4000)]


def _as_said(longest: int) -> BeforeValidator:
    """What is longer is cut, and null is nothing: an emergency is not refused for either."""

    def read(said: object) -> object:
        return said[:longest] if isinstance(said, str) else "" if said is None else said

    return BeforeValidator(read, json_schema_input_type=str | None)


Story = Annotated[
    str,
    Field(default="", max_length=4000, description="The first 4000 characters are kept."),
    _as_said(4000),
]
Caller = Annotated[str, Field(default="", max_length=200), _as_said(200)]
Phone = Annotated[str, Field(default="", max_length=40), _as_said(40)]
Place = Annotated[str, Field(default="", max_length=500), _as_said(500)]
Country = Annotated[
    str,
    Field(
        default="",
        max_length=120,
        description="An ISO 3166 code of two letters; anything else is kept in the words.",
    ),
    _as_said(120),
]
Kind = Annotated[str, Field(max_length=20, json_schema_extra={"enum": list(assistance.KINDS)})]
Severity = Annotated[
    str, Field(max_length=10, json_schema_extra={"enum": list(assistance.SEVERITIES)})
]


class NewCase(Body):
    """Whoever is in need, as far as it is known: a number alone is enough, an unknown one too."""

    kind: Kind
    what: Story
    member: Annotated[str | None, Field(default=None, max_length=40)]
    caller: Caller
    phone: Phone
    place: Place
    country: Country
    severity: Annotated[
        str | None,
        Field(
            default=None,
            max_length=10,
            description="How severe it seems to staff. With a member's token it is taken and has no"
            " effect: until somebody has asked, the severity is the usual one of the kind.",
            json_schema_extra={"enum": [*assistance.SEVERITIES, None]},
        ),
    ]
    about: Annotated[
        str | None,
        Field(
            default=None,
            max_length=40,
            description="The account of whom of the staff a complaint is about: they never see it.",
        ),
    ]


class CaseQuery(Body):
    status: Annotated[str | None, Field(default=None, max_length=20)]
    kind: Annotated[str | None, Field(default=None, max_length=20)]
    member: Annotated[str | None, Field(default=None, max_length=40)]
    cursor: Cursor
    limit: Limit


class Text(Body):
    text: Words


class Resolution(Body):
    """The result, and of a complaint what changed because of it: both are told."""

    text: Words
    changed: Words


class Waiting(Body):
    """For whom the case is for, and until when: a day where nothing is said."""

    reason: Annotated[
        str, Field(max_length=20, json_schema_extra={"enum": list(assistance.WAIT_REASONS)})
    ]
    until: datetime | None = None
    text: Words


class NewSeverity(Body):
    severity: Severity


class CaseClock(Answer):
    clock: str
    due: Annotated[Moment | None, Field(description="None while it is paused or stopped.")]
    done: Moment | None
    paused: bool


class Case(Answer):
    case: Ref
    kind: str
    status: str
    severity: str
    owner: Annotated[str | None, Field(description="The account of whoever handles it.")]
    clocks: list[CaseClock]


class ListedCase(Case):
    member: str | None
    opened_at: Moment


class Cases(Answer):
    items: list[ListedCase]
    next: str | None
