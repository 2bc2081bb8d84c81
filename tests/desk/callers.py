"""Callers as tests have them: agents who verify them, and what a caller says of Lin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.assistance.desk_on_duty import an_agent
from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from vipclub import desk, membership
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.desk import CallerCheck, Check
from vipclub.web.city_names import city_words

MOBILE = "+8613800138000"
__all__ = ["MOBILE", "an_agent", "card_end", "checks", "known_club", "say"]


def known_club(db: Database) -> SmallClub:
    """Lin has a number and lives in Shanghai; her card ends as `card_end` says."""
    club = a_small_club(db)
    name_member(db, club.members[0], "林若溪", mobile=MOBILE, city="310000")
    return club


def card_end(db: Database, ref: str) -> str:
    with db.read() as session:
        return membership.show_member(session, CLUB_ACTOR, ref).term.card[-4:]


def say(db: Database, agent: Actor, member: str, *, contact: str | None = None, **said: str) -> Any:
    """What came of what a caller said; `case` is the case they call about."""
    case = said.pop("case", None)
    made: Check = db.run(
        desk.check_facts,
        agent,
        member=member,
        said=said,
        contact=contact,
        case=case,
        cities=city_words(),
    )
    return made


def checks(db: Database) -> list[tuple[str, str, int]]:
    """Each attempt: who, what came of it, how many wrong answers."""
    with db.read() as session:
        rows = session.execute(
            select(CallerCheck.who, CallerCheck.outcome, CallerCheck.wrong).order_by(CallerCheck.id)
        )
        return [(row[0], row[1], row[2]) for row in rows]
