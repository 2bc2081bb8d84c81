"""Sending invitations to the club, by themselves: who is invited and has no account gets a letter
with a link, and once more after a week. Who can't be written to is on the manager's list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub import accounts, messages, people
from vipclub.accounts import Account, Invitation
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.membership.models import Membership
from vipclub.membership.steps import ACCEPT
from vipclub.membership.tier_names import TIER_NAMES
from vipclub.people import Person, visible_to

AGAIN = timedelta(days=7)
LETTERS = 2
"""For one term: the first, and one more."""
AT_MOST = 20
"""In one run of the job, a quarter of an hour apart: some 1,900 a day, which no mail server takes
for a flood."""
CLUB = Actor.system("inviting")


@dataclass(frozen=True, slots=True)
class Unreached:
    """An invited person without an account whom no letter can reach."""

    member: str
    name: str = field(repr=False)
    tier: str
    since: date


def invite_waiting(db: Database, *, today: date | None = None, limit: int = AT_MOST) -> int:
    """Write the invitations that are due, each in a transaction of its own; gives how many."""
    today = today or clock.club_today()
    with db.read() as session:
        ids = session.scalars(
            _due(today).with_only_columns(Membership.id).order_by(Membership.id).limit(limit)
        ).all()
    return sum(db.each(ids, _invite, today=today))


def _invite(session: Session, membership_id: int, *, today: date) -> bool:
    """One invitation with its letter; False when it isn't due any more."""
    row = session.execute(
        _due(today)
        .with_only_columns(Person.id, Membership.tier)
        .where(Membership.id == membership_id)
        .with_for_update(of=Membership)
    ).first()
    if row is None:
        return False
    invited = accounts.write_invitation(session, CLUB, person_id=row.id)
    messages.queue(
        session,
        template="invitation",
        person_id=row.id,
        subject=("invitation", invited.member),
        version=invited.number,
        data={
            "tier": TIER_NAMES[row.tier].to_json(),
            "expires_at": invited.expires_at.isoformat(),
        },
        secret=invited.secret,
    )
    return True


def _invited(today: date) -> Select[int]:
    """Invited terms of persons (survivors) without an account."""
    holder, anyone = aliased(Person), aliased(Person)
    account = (
        exists()
        .where(Account.person_id == anyone.id, people.stands_for(Person, anyone))
        .correlate(Person)
    )
    return (
        select(Membership.id)
        .join(holder, holder.id == Membership.person_id)
        .join(Person, people.stands_for(Person, holder))
        .where(
            ACCEPT.at(Membership.state),
            Membership.last_day >= today,
            ~account,
        )
    )


def _due(today: date) -> Select[int]:
    """Those with an address whose letter is due: the first, or the second a week after it."""
    sent = and_(Invitation.person_id == Person.id, Invitation.created_at >= Membership.created_at)
    count = select(func.count(Invitation.id)).where(sent).correlate(Person, Membership)
    recent = exists().where(sent, Invitation.created_at > clock.now() - AGAIN)
    return _invited(today).where(
        _reachable(), count.scalar_subquery() < LETTERS, ~recent.correlate(Person, Membership)
    )


def _reachable() -> ColumnElement[bool]:
    return Person.email.is_not(None)


def unreached(session: Session, actor: Actor, *, limit: int = 50) -> list[Unreached]:
    """The invited of the actor's members who have neither account nor e-mail address: somebody has
    to call. One statement. Raises Forbidden."""
    actor.require("member:view")
    rows = session.execute(
        _invited(clock.club_today())
        .with_only_columns(
            Person.public_ref, Person.full_name, Membership.tier, Membership.effective_day
        )
        .where(~_reachable(), visible_to(actor, Person))
        .order_by(Membership.effective_day, Membership.id)
        .limit(limit)
    )
    return [Unreached(*row) for row in rows]
