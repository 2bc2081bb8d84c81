"""What the assistance tells later parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComplaintAbout:
    """It was said whom a complaint is about, by the account: what belongs to the case is theirs no
    longer."""

    case_id: int
    account_id: int
