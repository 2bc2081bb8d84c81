"""Referrals end, a transaction each: without an answer, and whoever made them hears it; when the
person's consent is gone, and whoever handles them hears it too."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.facts import record
from vipclub.people.facts import ReferralEnded
from vipclub.people.models import Person
from vipclub.people.referrals.finding import agrees, find_referral
from vipclub.people.referrals.making import shares
from vipclub.people.referrals.models import Referral, referral_table
from vipclub.people.referrals.steps import EXPIRE, OPEN, REFERRAL_STEPS, STOP

BATCH = 500
CLUB = Actor.system("end_referrals")


def end_referrals(db: Database) -> int:
    """Gives how many ended."""
    now, referred = clock.now(), aliased(Person)
    with db.read() as session:
        refs = session.scalars(
            select(Referral.public_ref)
            .join(referred, referred.id == Referral.person_id)
            .where(
                Referral.state.in_(sorted(OPEN)),
                or_(Referral.answer_by <= now, ~agrees(referred)),
            )
            .order_by(Referral.answer_by)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _end_one))


def _end_one(session: Session, ref: str) -> bool:
    found, now = find_referral(session, CLUB, ref), clock.now()
    if found.state not in OPEN:
        return False
    step, hear = STOP, {found.made_by, found.handler}
    if shares(session, found.person_id):
        if found.answer_by > now:
            return False
        step, hear = EXPIRE, {found.made_by}
    REFERRAL_STEPS.move(
        session,
        referral_table,
        found.id,
        step,
        found.state,
        step.target,
        seen=found.version,
        version=found.version + 1,
        ended_at=now,
    )
    audit.write(session, CLUB, f"referral.{step.name}", subject=("referral", ref), at=now)
    for whom in sorted(one for one in hear if one is not None):
        record(session, ReferralEnded(ref, step.target, whom, found.subject, now))
    return True
