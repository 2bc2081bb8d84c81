"""One thing that was looked at, and how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "notice", "refused"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is a sentence. `refused` is what no production club starts with; `notice` is for the
    keeper's eyes and stops nothing."""

    code: str
    state: State
    says: str
