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
RUNS_A_DAY = 96
"""Of the job: a quarter of an hour apart."""
CLUB = Actor.system("inviting")


@dataclass(frozen=True, slots=True)
class Unreached:
    """An invited person without an account whom no letter can reach."""

    member: str
    name: str = field(repr=False)
    tier: str
    since: date


@dataclass(frozen=True, slots=True)
class InvitationsWaiting:
    """How many wait for their first letter while `pace` are written in a quarter of an hour."""

    waiting: int
    pace: int

    @property
    def days(self) -> int:
        """Whole days until the last of them is invited; 0 is within a day.

        >>> InvitationsWaiting(88_656, pace=20).days
        46
        """
        runs = -(-self.waiting // self.pace)
        return runs // RUNS_A_DAY


def invitations_waiting(session: Session, actor: Actor, *, pace: int) -> InvitationsWaiting:
    """Who is invited, can be written to, and has no letter yet. One statement, half a
    second for 100,000: for the job, not for a page. Raises Forbidden."""
    actor.require("operations:view")
    first = _first(clock.club_today()).with_only_columns(func.count(Membership.id))
    return InvitationsWaiting(session.execute(first).scalar_one(), pace)


def invite_waiting(db: Database, *, limit: int, today: date | None = None) -> int:
    """Write the invitations that are due, each in a transaction of its own; gives how many. First
    letters go before second ones: nobody is reminded while somebody waits for the first."""
    today = today or clock.club_today()
    with db.read() as session:
        ids: list[int] = []
        for due in (_first(today), _due(today)):
            chosen = due.where(Membership.id.not_in(ids)).order_by(Membership.id)
            ids += session.scalars(chosen.limit(limit - len(ids))).all() if len(ids) < limit else ()
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


def _first(today: date) -> Select[int]:
    """Those with an address to whom nothing was written yet."""
    return _invited(today).where(
        _reachable(), ~exists().where(_sent()).correlate(Person, Membership)
    )


def _due(today: date) -> Select[int]:
    """Those with an address whose letter is due: the first, or the second a week after it."""
    count = select(func.count(Invitation.id)).where(_sent()).correlate(Person, Membership)
    recent = exists().where(_sent(), Invitation.created_at > clock.now() - AGAIN)
    return _invited(today).where(
        _reachable(), count.scalar_subquery() < LETTERS, ~recent.correlate(Person, Membership)
    )


def _sent() -> ColumnElement[bool]:
    """Letters for this term."""
    return and_(Invitation.person_id == Person.id, Invitation.created_at >= Membership.created_at)


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
