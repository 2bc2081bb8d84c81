"""Notices of a term's end: a month ahead its member is told. Decided when it is due, from the terms
as they stand, and asked once more when the letter is sent.

Once a term, and not where the next one is decided already. Nobody has to do anything: the rating of
the last day sets the tier anew.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from vipclub import messages, people
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership.models import Membership
from vipclub.membership.steps import LIVE
from vipclub.membership.tier_names import TIER_NAMES
from vipclub.people import Person

AHEAD = timedelta(days=30)


def tell_of_ends(db: Database, *, today: date | None = None, limit: int = 1000) -> int:
    """Queue the letters that are due, a transaction each; gives how many."""
    today = today or clock.club_today()
    with db.read() as session:
        ids = session.scalars(
            _due(today).order_by(Membership.last_day, Membership.id).limit(limit)
        ).all()
    return sum(db.each(ids, _tell_one, today=today))


def _tell_one(session: Session, membership_id: int, *, today: date) -> bool:
    """One letter, and the mark that it was; False where none is wanted any more. Whose whole term
    is shorter than the notice has just been told of its end."""
    row = session.execute(
        _due(today)
        .with_only_columns(
            Person.id,
            Person.public_ref,
            Membership.tier,
            Membership.effective_day,
            Membership.last_day,
        )
        .where(Membership.id == membership_id)
        .with_for_update(of=Membership)
    ).first()
    if row is None:
        return False
    session.execute(
        update(Membership).where(Membership.id == membership_id).values(end_told_at=clock.now())
    )
    if row.effective_day > row.last_day - AHEAD:
        return False
    messages.queue(
        session,
        template="membership-ends-soon",
        person_id=row.id,
        subject=("membership", row.public_ref),
        version=row.last_day.toordinal(),
        data={"tier": TIER_NAMES[row.tier].to_json(), "last_day": row.last_day.isoformat()},
    )
    return True


def _due(today: date) -> Select[int]:
    return _last_terms().where(
        Membership.end_told_at.is_(None),
        Membership.last_day > today,
        Membership.last_day <= today + AHEAD,
    )


def _last_terms() -> Select[int]:
    """Accepted terms beyond which no other of their person (a survivor) reaches: none that was
    decided for afterwards, nor one beside it where two records turned out to be one person."""
    holder, later, beside = aliased(Person), aliased(Membership), aliased(Person)
    following = (
        exists()
        .where(
            later.person_id == beside.id,
            people.stands_for(Person, beside),
            later.state.in_(sorted(LIVE)),
            or_(
                later.last_day > Membership.last_day,
                and_(later.last_day == Membership.last_day, later.id < Membership.id),
            ),
        )
        .correlate(Person, Membership)
    )
    return (
        select(Membership.id)
        .join(holder, holder.id == Membership.person_id)
        .join(Person, people.stands_for(Person, holder))
        .where(Membership.state == "active", ~following)
    )


def ends_still(session: Session, ref: str, version: int) -> bool:
    """Whether the term of a letter still runs, still ends on that day (`version`, its ordinal), and
    none follows it."""
    day, named = date.fromordinal(version), aliased(Person)
    found = session.scalar(
        _last_terms()
        .join(named, people.stands_for(Person, named))
        .where(named.public_ref == ref, Membership.last_day == day)
        .limit(1)
    )
    return found is not None and day >= clock.club_today()
