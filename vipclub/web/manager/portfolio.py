"""What the manager's page asks: persons and memberships together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.membership import Membership
from vipclub.people import Person, visible_to

LIVE = ("invited", "active")


@dataclass(frozen=True, slots=True)
class OwnMember:
    """A member as the list shows one."""

    ref: str
    name: str = field(repr=False)
    tier: str
    status: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All that are counted, by tier, and the first of them by name."""

    by_tier: dict[str, int]
    members: list[OwnMember]

    @property
    def count(self) -> int:
        return sum(self.by_tier.values())


def own_members(session: Session, actor: Actor, *, limit: int) -> Portfolio:
    """The members of the actor's portfolio. Two statements. Raises Forbidden."""
    actor.require(Permission.MEMBER_VIEW)
    live = (
        select(
            Person.survivor_id.label("survivor_id"),
            func.max(Membership.id).label("membership_id"),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.state.in_(LIVE))
        .group_by(Person.survivor_id)
        .subquery()
    )
    mine = (
        select(
            Person.public_ref,
            Person.full_name,
            Membership.tier,
            Membership.state,
            Membership.last_day,
        )
        .join(live, live.c.survivor_id == Person.id)
        .join(Membership, Membership.id == live.c.membership_id)
        .where(visible_to(actor))
    )
    rows = mine.subquery()
    counts = session.execute(select(rows.c.tier, func.count()).group_by(rows.c.tier))
    by_tier = {row[0]: row[1] for row in counts}
    members = session.execute(mine.order_by(Person.full_name, Person.id).limit(limit))
    return Portfolio(by_tier, [OwnMember(*row) for row in members])
