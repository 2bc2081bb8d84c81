"""Who owns a case: an agent on duty, else the leader on duty, else the leader on call. Whoever goes
off duty owns none any more; a case is only without an owner when there is nobody at all, and then
operations is alarmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import QueryableAttribute, Session

from vipclub.assistance.clocks.promises import MISSED, WARNED
from vipclub.assistance.duty.on_duty import Agent, leader_on_call, on_duty
from vipclub.assistance.models import Case
from vipclub.assistance.steps import OPEN


@dataclass(frozen=True, slots=True)
class Duty:
    """Who may own cases at a moment."""

    agents: Sequence[Agent]
    on_call: Agent | None

    @property
    def owners(self) -> list[int]:
        """Whose an open case may stay: those on duty; while nobody is, the leader's on call."""
        there = [agent.account_id for agent in self.agents]
        return there or ([self.on_call.account_id] if self.on_call is not None else [])

    def leads(self, account_id: int | None) -> bool:
        """Whether somebody leads at this moment: a shift, or on call."""
        if account_id is None:
            return False
        on_call = self.on_call is not None and self.on_call.account_id == account_id
        return on_call or any(a.leads and a.account_id == account_id for a in self.agents)

    def owner(self, *, but: int | None = None, stand_in: int | None = None) -> Agent | None:
        """Whose a case becomes: the stand-in's who is on duty, else the agent's with the fewest
        open cases, else a leader's, else the leader's on call. Never `but`'s, whom a complaint is
        about: then nobody's, if nobody else is there."""
        there = [agent for agent in self.agents if agent.account_id != but]
        first = sorted(
            there,
            key=lambda agent: (
                agent.account_id != stand_in,
                agent.leads,
                agent.open_cases,
                agent.account_id,
            ),
        )
        return first[0] if first else self._on_call(but)

    def leader(self, *, but: int | None = None) -> Agent | None:
        """Who is told when a promise is missed: a leader on duty, else the one on call."""
        leads = (agent for agent in self.agents if agent.leads and agent.account_id != but)
        return next(leads, self._on_call(but))

    def told(self, level: int, *, owner: int | None, but: int | None) -> int | None:
        """Whom an alarm of a level goes to, by account: the owner is warned, then a leader on duty
        is told, above that the leader on call; the owner where there is no leader. Never `but`, of
        the leaders."""
        if level == WARNED and owner is not None:
            return owner
        leader = (self._on_call(but) if level > MISSED else None) or self.leader(but=but)
        return leader.account_id if leader is not None else owner

    def _on_call(self, but: int | None) -> Agent | None:
        if self.on_call is None or self.on_call.account_id == but:
            return None
        return self.on_call


def duty_at(session: Session, now: datetime) -> Duty:
    """Two statements."""
    return Duty(tuple(on_duty(session, now)), leader_on_call(session, now))


def to_be_given(
    duty: Duty,
    owner: QueryableAttribute[int | None],
    against: QueryableAttribute[int | None],
) -> ColumnElement[bool]:
    """What may not stay whose it is, and somebody else may take. What is about the only one who is
    there goes to the leader on call, and stays there."""
    away = or_(owner.is_(None), owner.not_in(duty.owners))
    if len(set(duty.owners)) != 1:
        return away
    only = duty.owners[0]
    other = duty.owner(but=only)
    free = or_(against.is_(None), against != only)
    if other is not None:
        free = or_(free, owner.is_(None), owner != other.account_id)
    return away & free


def unowned(session: Session, duty: Duty, *, limit: int = 200) -> list[str]:
    """Open cases that may not stay whose they are and somebody may take, the oldest first. One
    statement."""
    rows = session.scalars(
        select(Case.public_ref)
        .where(
            Case.state.in_(sorted(OPEN)),
            to_be_given(duty, Case.owner_id, Case.against_id),
        )
        .order_by(Case.id)
        .limit(limit)
    )
    return list(rows)
