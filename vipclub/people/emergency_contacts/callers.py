"""The receipt that the desk knows who calls about a person: only `desk.verifying_callers` and
`desk.known_callers` make one, and use cases that staff take at somebody's word ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
