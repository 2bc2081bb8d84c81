"""What happens to cases that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ComplaintAbout:
    """It was said whom a complaint is about, by the account: what belongs to the case is theirs no
    longer."""

    case_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class CasesMerged:
    """A case has ended in another one, which goes on; `against_id` is the account of whom that one
    is about."""

    gone_id: int
    stays_id: int
    against_id: int | None
    at: datetime
