"""Rating on a day, and what a member has after it."""

from __future__ import annotations

from datetime import date

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import person_id_of
from vipclub.core.db import Database
from vipclub.membership import MemberSummary, member_summary, rate_everyone

DAY = date(2026, 7, 1)
GOLD, PLATINUM, BLACK = 600_000, 2_500_000, 31_000_000


def summary(db: Database, ref: str, day: date = DAY) -> MemberSummary | None:
    """The membership of a person, as it stands on a day."""
    with db.read() as session:
        return member_summary(session, person_id_of(db, ref), today=day)


def rate(db: Database, day: date = DAY) -> dict[str, int]:
    """How many moved how, when everybody was rated as of a day."""
    return rate_everyone(db, CLUB_ACTOR, as_of=day).movements
