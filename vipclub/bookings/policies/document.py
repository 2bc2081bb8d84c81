"""Booking policies as documents: TOML for people, a JSON row for the club."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from functools import lru_cache
from json import dumps, loads
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from vipclub.bookings.policies.mistakes import ONE_KIND, Mistake, mistakes_of
from vipclub.bookings.policies.rules import Deadline, Policy, Strikes
from vipclub.bookings.refusals import BookingPolicyNotAccepted
from vipclub.core import toml_text

POLICIES = Path(__file__).resolve().parent
MOST = 1_000_000
"""Where no smaller figure is named: more of anything is a slip, and no row could keep it."""
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Deadline(_Strict):
    hours: float | None = Field(default=None, ge=0, le=2000)
    days: int | None = Field(default=None, ge=0, le=365)
    working_days: int | None = Field(default=None, ge=0, le=365)
    at: str = Field(default="00:00", pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")

    @model_validator(mode="after")
    def _one_kind(self) -> _Deadline:
        if sum(x is not None for x in (self.hours, self.days, self.working_days)) != 1:
            raise PydanticCustomError(ONE_KIND, "one of the three")
        return self

    def made(self) -> Deadline:
        ends = self.at == "24:00"
        at = time(0, 0) if ends else time.fromisoformat(self.at)
        return Deadline(self.hours, self.days, self.working_days, at, ends)


class _Opens(_Strict):
    days: int = Field(ge=0, le=365)
    at: str = Field(default="00:00", pattern=_TIME)


class _Promise(_Strict):
    hours: float = Field(gt=0, le=500)
    working: bool = True


class _Limits(_Strict):
    per_department_day: int | None = Field(default=None, ge=1, le=MOST)
    per_month: int | None = Field(default=None, ge=1, le=MOST)


class _Strikes(_Strict):
    missed: int = Field(ge=1, le=MOST)
    within_months: int = Field(ge=1, le=1200)
    suspend_months: int = Field(ge=1, le=1200)


class _Who(_Strict):
    tiers: list[Literal["gold", "platinum", "diamond", "black"]] = []
    min_age: int | None = Field(default=None, ge=0, le=MOST)
    max_age: int | None = Field(default=None, ge=0, le=MOST)
    sex: Literal["M", "F"] | None = None
    cities: list[str] = []


class _Document(_Strict):
    opens: _Opens
    closes: _Deadline
    cancel_until: _Deadline
    confirmation: Literal["instant", "partner"]
    late_cancellation: Literal["consumes", "releases"] = "consumes"
    on_holidays: bool = True
    promise: _Promise = _Promise(hours=4)
    reschedules: int = Field(default=2, ge=0, le=MOST)
    limits: _Limits = _Limits()
    strikes: _Strikes | None = None
    who: _Who = _Who()


def read_policy(document: Mapping[str, Any]) -> Policy:
    """A document's policy. Raises BookingPolicyNotAccepted with all its mistakes."""
    try:
        read = _Document.model_validate(document)
    except ValidationError as error:
        raise BookingPolicyNotAccepted(problems=mistakes_of(error)) from None
    return Policy(
        opens_days=read.opens.days,
        opens_at=time.fromisoformat(read.opens.at),
        closes=read.closes.made(),
        on_holidays=read.on_holidays,
        confirmation=read.confirmation,
        promise_hours=read.promise.hours,
        promise_working=read.promise.working,
        cancel_until=read.cancel_until.made(),
        late_cancellation=read.late_cancellation,
        reschedules=read.reschedules,
        per_department_day=read.limits.per_department_day,
        per_month=read.limits.per_month,
        strikes=Strikes(**read.strikes.model_dump()) if read.strikes else None,
        tiers=frozenset(read.who.tiers),
        min_age=read.who.min_age,
        max_age=read.who.max_age,
        sex=read.who.sex,
        cities=frozenset(read.who.cities),
    )


@lru_cache(maxsize=512)
def _parsed(text: str) -> Policy:
    return read_policy(loads(text))


def policy_of(document: Mapping[str, Any]) -> Policy:
    """The policy of a stored document, parsed once a process."""
    return _parsed(dumps(document, sort_keys=True))


def named_document(name: str) -> dict[str, Any]:
    """A document of the folder `policies`, by its name without the ending."""
    with (POLICIES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def written_document(text: str) -> dict[str, Any]:
    """A document as somebody wrote it in TOML. Raises BookingPolicyNotAccepted with all its
    mistakes."""
    try:
        document = toml_text.parsed(text)
    except toml_text.NotToml as error:
        mistake = Mistake("", toml_text.NOT_TOML, error.data)
        raise BookingPolicyNotAccepted(problems=[mistake]) from None
    read_policy(document)
    return document


def document_text(document: Mapping[str, Any]) -> str:
    """A document as `written_document` reads it.

    >>> print(document_text({"on_holidays": True, "opens": {"days": 90, "at": "00:00"}}))
    on_holidays = true
    <BLANKLINE>
    [opens]
    days = 90
    at = "00:00"
    """
    plain = {name: value for name, value in document.items() if not isinstance(value, Mapping)}
    tables = {name: value for name, value in document.items() if isinstance(value, Mapping)}
    parts = [_lines(plain)] if plain else []
    parts += [f"[{name}]\n{_lines(table)}" for name, table in tables.items()]
    return "\n\n".join(parts)


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{name} = {dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
        if value is not None
    )


def policy_names() -> list[str]:
    """What the folder has."""
    return sorted(path.stem for path in POLICIES.glob("*.toml"))
