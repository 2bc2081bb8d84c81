"""Referrals without an answer end, a transaction each; whoever made them hears it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.facts import record
from vipclub.people.facts import ReferralEnded
from vipclub.people.referrals.finding import find_referral
from vipclub.people.referrals.models import Referral, referral_table
from vipclub.people.referrals.steps import EXPIRE, OPEN, REFERRAL_STEPS

BATCH = 500
CLUB = Actor.system("end_referrals")


def end_referrals(db: Database) -> int:
    """Gives how many ended."""
    now = clock.now()
    with db.read() as session:
        refs = session.scalars(
            select(Referral.public_ref)
            .where(Referral.state.in_(sorted(OPEN)), Referral.answer_by <= now)
            .order_by(Referral.answer_by)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _end_one))


def _end_one(session: Session, ref: str) -> bool:
    found, now = find_referral(session, CLUB, ref), clock.now()
    if found.state not in OPEN or found.answer_by > now:
        return False
    REFERRAL_STEPS.move(
        session,
        referral_table,
        found.id,
        EXPIRE,
        found.state,
        EXPIRE.target,
        seen=found.version,
        version=found.version + 1,
        ended_at=now,
    )
    audit.write(session, CLUB, "referral.expire", subject=("referral", ref), at=now)
    record(session, ReferralEnded(ref, EXPIRE.target, found.made_by, found.subject, now))
    return True
