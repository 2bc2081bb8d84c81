"""Who is on duty at a moment: within a shift, not on a break or on leave, with an account that
works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from vipclub.accounts import Account
from vipclub.assistance.models import Absence, Case, OnCall, Shift
from vipclub.assistance.steps import OPEN
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnySelect
from vipclub.core.value_lists import one_of


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the desk who is on duty until `until`, with so many open cases of their own; the
    leader on call at any hour."""

    account_id: int
    ref: str
    name: str
    leads: bool
    until: datetime | None
    open_cases: int


def _away(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether whose shift it is has a break or leave."""
    return (
        select(Absence.id)
        .where(
            Absence.account_id == Shift.account_id, Absence.starts_at <= now, Absence.ends_at > now
        )
        .exists()
    )


def _select_on_duty() -> AnySelect:
    now = bindparam("now", type_=Shift.starts_at.type)
    owned = (
        select(func.count(Case.id))
        .where(Case.owner_id == Shift.account_id, one_of(Case.state, OPEN))
        .scalar_subquery()
    )
    return (
        select(
            Shift.account_id,
            Account.public_ref,
            Account.display_name,
            Shift.leads,
            Shift.ends_at,
            owned.label("open_cases"),
        )
        .join(Account, Account.id == Shift.account_id)
        .where(
            Account.state == literal_column("'active'"),
            Shift.cancelled_at.is_(None),
            Shift.starts_at <= now,
            Shift.ends_at > now,
            ~_away(now),
        )
        .order_by(owned, Shift.account_id)
    )


_on_duty = _select_on_duty()


def on_duty(session: Session, now: datetime) -> list[Agent]:
    """All who are on duty, who has the fewest open cases first. One statement."""
    return [Agent(*row) for row in run_built(session, _on_duty, {"now": now})]


def stand_in_of(session: Session, account_id: int, now: datetime) -> int | None:
    """Whom somebody who is away has named; None for nobody, and for who is there. One statement."""
    return session.execute(
        select(Absence.stand_in_id)
        .where(
            Absence.account_id == account_id,
            Absence.starts_at <= now,
            Absence.ends_at > now,
            Absence.stand_in_id.is_not(None),
        )
        .order_by(Absence.id.desc())
        .limit(1)
    ).scalar()


def leader_on_call(session: Session, now: datetime) -> Agent | None:
    """Who is reached when nobody is on duty; None where nobody is named, or the account doesn't
    work any more. One statement."""
    row = session.execute(
        select(Account.id, Account.public_ref, Account.display_name)
        .join(OnCall, OnCall.account_id == Account.id)
        .where(Account.state == "active", OnCall.id == newest_on_call(now))
    ).first()
    return None if row is None else Agent(*row, leads=True, until=None, open_cases=0)


def newest_on_call(now: datetime | ColumnElement[datetime]) -> ScalarSelect[int]:
    """The row that says who is on call at a moment."""
    return (
        select(OnCall.id)
        .where(OnCall.from_at <= now)
        .order_by(OnCall.from_at.desc(), OnCall.id.desc())
        .limit(1)
        .scalar_subquery()
    )
