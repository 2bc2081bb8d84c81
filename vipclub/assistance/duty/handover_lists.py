"""The list of a handover: every open clock of its cases, the next promise first, with the giver's
words; and the mark of what somebody has read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.cases.queries import CaseLine, ClockView, lines_of, select_cases
from vipclub.assistance.duty.on_duty import newest_on_call
from vipclub.assistance.duty.roster import ON_DUTY_ROLES
from vipclub.assistance.models import Case, CaseEntry, OnCall, Shift
from vipclub.assistance.steps import OPEN
from vipclub.assistance.work_models import Handover, HandoverCase
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.seen_state import seen_of
from vipclub.core.types import parse_ref
from vipclub.people import Viewed


def running_clocks(line: CaseLine) -> list[ClockView]:
    """The clocks of a case that somebody waits for, the next first, those that are paused last."""
    waited_for = [one for one in line.clocks if one.done is None and not one.stopped]
    return sorted(waited_for, key=lambda one: (one.due is None, one.due or one.started))


def open_lines(
    session: Session,
    actor: Actor,
    *,
    owner: int | None = None,
    handover: int | None = None,
    owners: tuple[int, ...] = (),
) -> list[CaseLine]:
    """Open cases in sight of an owner, or those on the list of a handover that are still whose they
    were or already the receiver's; the next promise first. Two statements."""
    found = select_cases().where(visible_to(actor), Case.state.in_(sorted(OPEN)))
    if owner is not None:
        found = found.where(Case.owner_id == owner)
    if handover is not None:
        listed = select(HandoverCase.case_id).where(HandoverCase.handover_id == handover)
        found = found.where(Case.id.in_(listed), Case.owner_id.in_(owners))
    rows = session.execute(found.order_by(Case.due_at.is_(None), Case.due_at, Case.id)).all()
    return lines_of(session, rows)


def seen_of_list(lines: list[CaseLine]) -> str:
    """The mark of a list: the cases on it and the clocks that run in them."""
    told = sorted(
        (line.ref, line.severity, [(c.clock, c.started, c.due) for c in running_clocks(line)])
        for line in lines
    )
    return seen_of({"list": [repr(one) for one in told]})


@dataclass(frozen=True, slots=True)
class OwnList:
    """What somebody would hand over now."""

    lines: list[CaseLine]
    seen: str


def own_list(session: Session, actor: Actor) -> OwnList:
    """The open cases of the actor with their clocks. Two statements. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    lines = open_lines(session, actor, owner=actor.account_id or 0)
    return OwnList(lines, seen_of_list(lines))


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to hand over to: on duty from then on, or no shift ahead; whether on call."""

    account: str
    name: str
    since: datetime | None
    on_call: bool


def colleagues(session: Session, actor: Actor, *, now: datetime) -> list[Colleague]:
    """Everybody else of the desk: who is on duty, the last to come first, then who comes next. One
    statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    since = (
        select(func.min(Shift.starts_at))
        .where(Shift.account_id == Account.id, Shift.cancelled_at.is_(None), Shift.ends_at > now)
        .scalar_subquery()
    )
    on_call = select(OnCall.account_id).where(OnCall.id == newest_on_call(now)).scalar_subquery()
    rows = session.execute(
        select(
            Account.public_ref,
            Account.display_name,
            since.label("since"),
            (Account.id == on_call).label("on_call"),
        )
        .where(
            Account.role.in_(ON_DUTY_ROLES),
            Account.state == "active",
            Account.id != (actor.account_id or 0),
        )
        .order_by(Account.display_name, Account.id)
    )
    found = [Colleague(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def nearest(one: Colleague) -> tuple[bool, bool, timedelta, bool]:
        since = one.since or now
        return one.since is None, since > now, abs(since - now), not one.on_call

    return sorted(found, key=nearest)


@dataclass(frozen=True, slots=True)
class HandedCase:
    """A case on the list with the giver's word."""

    line: CaseLine
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A handover whole, for one of the two. `seen` marks the list that is shown."""

    ref: str
    state: str
    giver: str
    receiver: str
    given_by_me: bool
    given_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    cases: tuple[HandedCase, ...]
    seen: str


def record_handover_view(session: Session, actor: Actor, *, handover: str) -> Viewed:
    """Write the trail's row that one of the two reads the list, before it is read. Two statements.
    Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_WORK)
    ref, me = parse_ref(handover, "F"), actor.account_id or 0
    found = session.execute(
        select(Handover.id).where(
            Handover.public_ref == ref, (Handover.giver_id == me) | (Handover.receiver_id == me)
        )
    ).first()
    if found is None:
        raise NotFound()
    return people.record_views(
        session,
        actor,
        "handover.view",
        subject=("handover", ref),
        refs=[ref],
        page="handover",
        after="handover",
    )


def handover(session: Session, actor: Actor, ref: str, *, viewed: Viewed) -> HandoverView:
    """The list with its words. Of one that is over, the cases that are still open. Four statements.
    Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_WORK)
    asked, me = parse_ref(ref, "F"), actor.account_id or 0
    viewed.must_cover(asked)
    giver, receiver = aliased(Account), aliased(Account)
    row = session.execute(
        select(Handover, giver.display_name, receiver.display_name)
        .join(giver, giver.id == Handover.giver_id)
        .join(receiver, receiver.id == Handover.receiver_id)
        .where(
            Handover.public_ref == asked,
            (Handover.giver_id == me) | (Handover.receiver_id == me),
        )
    ).first()
    if row is None:
        raise NotFound()
    one: Handover = row[0]
    lines = open_lines(session, actor, handover=one.id, owners=(one.giver_id, one.receiver_id))
    said = _words(session, one.id)
    return HandoverView(
        ref=asked,
        state=one.state,
        giver=row[1],
        receiver=row[2],
        given_by_me=one.giver_id == me,
        given_at=one.given_at,
        ends_at=one.ends_at,
        ended_at=one.ended_at,
        cases=tuple(HandedCase(line, said.get(line.id, "")) for line in lines),
        seen=seen_of_list(lines),
    )


def _words(session: Session, handover_id: int) -> dict[int, str]:
    cipher = cipher_of(session)
    rows = session.execute(
        select(HandoverCase.case_id, CaseEntry.public_ref, CaseEntry.body)
        .join(CaseEntry, CaseEntry.id == HandoverCase.entry_id)
        .where(HandoverCase.handover_id == handover_id)
    )
    return {
        row.case_id: cipher.unseal("case_entry.body", row.public_ref, row.body)
        for row in rows
        if row.body
    }
