"""The roster: shifts, breaks and leave, and the leader on call. `changing` says who changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.accounts import Account, Permission
from vipclub.assistance.duty.changing import require_absence, require_other, require_roster
from vipclub.assistance.models import Absence, OnCall, Shift
from vipclub.assistance.refusals import ShiftNotAccepted
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.types import new_ref, parse_ref

LONGEST_SHIFT = timedelta(hours=14)
ON_DUTY_ROLES = ("desk",)
ABSENCES = ("break", "leave")


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift with whose it is."""

    ref: str
    account: str
    name: str
    start: datetime
    end: datetime
    leads: bool


def add_shift(
    session: Session,
    actor: Actor,
    *,
    account: str,
    start: datetime,
    end: datetime,
    leads: bool = False,
) -> str:
    """Put somebody of the desk on duty, under the lock of their account, so that of two leaders who
    do so at once the second sees what the first did; gives the shift's reference. Raises
    ShiftNotAccepted, NobodyMakesThemselvesLeader, NotFound, and what `require_roster` raises."""
    require_roster(session, actor)
    account_id = agent_id(session, account, locked=True)
    if leads:
        require_other(actor, account_id)
    overlaps = session.execute(
        select(Shift.id).where(
            Shift.account_id == account_id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
    ).first()
    if overlaps or not timedelta(0) < end - start <= LONGEST_SHIFT:
        raise ShiftNotAccepted(hours=int(LONGEST_SHIFT.total_seconds() // 3600))
    ref = new_ref("F")
    session.add(
        Shift(public_ref=ref, account_id=account_id, starts_at=start, ends_at=end, leads=leads)
    )
    session.flush()
    audit.write(
        session,
        actor,
        "shift.add",
        subject=("account", account),
        after={"shift": ref, "start": start, "end": end, "leads": leads},
    )
    return ref


def cancel_shift(session: Session, actor: Actor, *, shift: str) -> None:
    """Call a shift off: what is left of it isn't served. Raises NotFound, and what
    `require_roster` raises."""
    require_roster(session, actor)
    ref = parse_ref(shift, "F")
    done = session.execute(
        update(Shift)
        .where(Shift.public_ref == ref, Shift.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound()
    audit.write(session, actor, "shift.cancel", subject=("shift", ref))


def add_absence(
    session: Session,
    actor: Actor,
    *,
    account: str,
    kind: str,
    start: datetime,
    end: datetime,
    stand_in: str | None = None,
) -> str:
    """A break or leave, with who stands in; gives its reference. Raises Malformed, NotFound, and
    what `require_absence` raises."""
    actor.require(Permission.DUTY_CHANGE)
    if kind not in ABSENCES:
        raise Malformed("kind")
    if end <= start:
        raise Malformed("end")
    account_id = agent_id(session, account)
    require_absence(session, actor, account_id, start=start, end=end)
    other = agent_id(session, stand_in) if stand_in else None
    if other == account_id:
        raise Malformed("stand_in")
    ref = new_ref("F")
    session.add(
        Absence(
            public_ref=ref,
            account_id=account_id,
            kind=kind,
            starts_at=start,
            ends_at=end,
            stand_in_id=other,
        )
    )
    session.flush()
    audit.write(
        session,
        actor,
        "absence.add",
        subject=("account", account),
        after={"absence": ref, "kind": kind, "start": start, "end": end, "stand_in": stand_in},
    )
    return ref


def name_leader_on_call(session: Session, actor: Actor, *, account: str) -> None:
    """From now on this is who is reached when nobody is on duty. Raises
    NobodyMakesThemselvesLeader, NotFound, and what `require_roster` raises."""
    require_roster(session, actor)
    now, account_id = clock.now(), agent_id(session, account)
    require_other(actor, account_id)
    session.add(OnCall(account_id=account_id, from_at=now))
    session.flush()
    audit.write(session, actor, "duty.on_call", subject=("account", account), at=now)


def shifts_between(
    session: Session, actor: Actor, *, first: datetime, last: datetime
) -> list[ShiftView]:
    """The shifts that overlap a stretch of time, by their beginning. One statement. Raises
    Forbidden."""
    actor.require(Permission.DUTY_VIEW)
    rows = session.execute(
        select(
            Shift.public_ref,
            Account.public_ref,
            Account.display_name,
            Shift.starts_at,
            Shift.ends_at,
            Shift.leads,
        )
        .join(Account, Account.id == Shift.account_id)
        .where(Shift.cancelled_at.is_(None), Shift.starts_at < last, Shift.ends_at > first)
        .order_by(Shift.starts_at, Shift.id)
    )
    return [ShiftView(*row) for row in rows]


def agents(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Who may be put on duty: account and name, by name. One statement. Raises Forbidden."""
    actor.require(Permission.DUTY_VIEW)
    rows = session.execute(
        select(Account.public_ref, Account.display_name)
        .where(Account.role.in_(ON_DUTY_ROLES), Account.state == "active")
        .order_by(Account.display_name, Account.id)
    )
    return [(row[0], row[1]) for row in rows]


def agent_id(session: Session, ref: str, *, locked: bool = False) -> int:
    """The account of somebody of the desk, under its lock where that is wanted. Raises
    MalformedRef, NotFound."""
    statement = select(Account.id).where(
        Account.public_ref == parse_ref(ref, "U"),
        Account.role.in_(ON_DUTY_ROLES),
        Account.state == "active",
    )
    found = session.execute(for_no_key_update(statement) if locked else statement).scalar()
    if found is None:
        raise NotFound()
    return found
