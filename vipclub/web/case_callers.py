"""Who called about a case and what they may be told, in the reader's words: for the member, who is
asked, and for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vipclub.assistance import CallerQuestion
from vipclub.core import clock
from vipclub.web.day_words import day_and_hour
from vipclub.web.emergency_contacts import level_word


@dataclass(frozen=True, slots=True)
class CallerLine:
    """A caller about whom the member was asked; `level` and `answer` are empty until she says."""

    ref: str
    caller: str
    at: str
    level: str
    answer: str


def caller_lines(language: str, asked: Sequence[CallerQuestion], now: datetime) -> list[CallerLine]:
    """The newest first."""
    return [
        CallerLine(
            each.ref,
            each.caller,
            day_and_hour(language, each.at, now, clock.club_zone()),
            each.answer,
            level_word(language, each.answer) if each.answer else "",
        )
        for each in asked
    ]
