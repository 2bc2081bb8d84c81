"""The receipt that the desk knows who calls about a person: only `desk.verifying_callers` and
`desk.known_callers` make one, and use cases that staff take at somebody's word ask for it. And what
a contact may on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from vipclub.core.actor import Actor
from vipclub.core.steps import CLUB_ITSELF
from vipclub.core.types import parse_ref
from vipclub.people.finding import PersonRow
from vipclub.people.refusals import CallerNotVerified

Level = Literal["nothing", "state", "all"]


@dataclass(frozen=True, slots=True)
class Verified:
    """Who calls about the survivor `person_id`, until when that holds: the member, or a `contact`
    of hers by reference, who may be told so much and perhaps acts for her."""

    person_id: int
    contact: str | None
    level: Level
    acts: bool
    until: datetime

    @property
    def is_member(self) -> bool:
        """Whether the member herself calls."""
        return self.contact is None

    def covers(self, person_id: int, at: datetime) -> bool:
        """Whether it is of this survivor, and holds."""
        return self.person_id == person_id and at < self.until


def must_be_herself(
    actor: Actor, person: PersonRow, member: str, heard: Verified | None, now: datetime
) -> None:
    """What is changed at the member's own word alone, by no delegate's: she does it, or staff who
    know that it is she who calls. Raises CallerNotVerified."""
    if parse_ref(member, "M") in actor.refs("person") or actor.has(CLUB_ITSELF):
        return
    if heard is None or not heard.is_member or not heard.covers(person.id, now):
        raise CallerNotVerified()


def acts_on(day: date, until: date | None) -> bool:
    """Whether a contact acts for the member on a day, by the day until which that was given."""
    return until is not None and until >= day


def level_on(day: date, until: date | None, may_be_told: Level) -> Level:
    """What a contact may be told on a day: who acts for the member all."""
    return "all" if acts_on(day, until) else may_be_told
