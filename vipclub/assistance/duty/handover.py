"""The change of shift: who goes gives one list of all open clocks of their cases, who comes reads
and accepts it, and only then the cases are theirs. Both confirm the list that they have read: one
that has changed since is read again.

A handover that nobody has accepted is over at a moment: the cases go where `Duty` says, as all do
whose owner has gone, and the leader is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, words
from vipclub.assistance.cases.queries import CaseLine
from vipclub.assistance.duty.handover_letters import tell_of_handover
from vipclub.assistance.duty.handover_lists import open_lines, seen_of_list
from vipclub.assistance.duty.handover_steps import HANDOVER_STEPS
from vipclub.assistance.duty.keeping_owners import give_owner
from vipclub.assistance.duty.owners import Duty, duty_at
from vipclub.assistance.duty.roster import agent_id
from vipclub.assistance.models import Case, CaseEntry, Shift
from vipclub.assistance.refusals import (
    HandoverNotAccepted,
    HandoverWaits,
    ListChanged,
    NothingToHandOver,
    NotOnDuty,
)
from vipclub.assistance.steps import OPEN
from vipclub.assistance.work_models import (
    Handover,
    HandoverCase,
    handover_case_table,
    handover_table,
)
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database, for_no_key_update
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.rows import row_as
from vipclub.core.types import new_ref, parse_ref

AFTER_SHIFT = timedelta(minutes=15)
"""So long after the giver's shift a handover may still be accepted."""
USUAL, LONGEST = timedelta(minutes=30), timedelta(hours=2)
"""How long a handover waits of who has no shift any more; and of whoever gives it early."""
BATCH = 100
ACTOR = Actor.system("end_handovers")


@dataclass(frozen=True, slots=True)
class _Locked:
    """A handover under its lock."""

    id: int
    ref: str
    state: str
    giver_id: int
    receiver_id: int
    ends_at: datetime


def give_handover(
    session: Session,
    actor: Actor,
    *,
    receiver: str,
    seen: str,
    said: Mapping[str, str] | None = None,
) -> str:
    """Hand all own open cases over to a colleague, as the list that was `seen` told them, with a
    word for a case where there is one to say (`said`, by the case's reference); gives the
    handover's reference. The cases stay whose they are until it is accepted. A complaint about the
    receiver is left out. Raises HandoverNotAccepted, HandoverWaits, NothingToHandOver, ListChanged,
    WordsMissing, MalformedRef, Forbidden."""
    HANDOVER_STEPS.require(HANDOVER_STEPS["give"], actor)
    now, me = clock.now(), _account(actor)
    receiver = parse_ref(receiver, "U")
    to = _colleague(session, receiver, but=me)
    waits = select(Handover.id).where(Handover.giver_id == me, Handover.state == "given")
    if session.execute(waits).first() is not None:
        raise HandoverWaits()
    lines = open_lines(session, actor, owner=me)
    acts = _locked_cases(session, actor, lines)
    lines = open_lines(session, actor, owner=me)
    if seen_of_list(lines) != seen:
        raise ListChanged()
    given = [act for act in acts if act.case.against_id != to]
    if not given:
        raise NothingToHandOver()
    ref = new_ref("F")
    values = {
        "public_ref": ref,
        "giver_id": me,
        "receiver_id": to,
        "state": "given",
        "given_at": now,
        "ends_at": _ends(session, me, now),
    }
    row_id = session.execute(
        insert(handover_table).values(values).returning(handover_table.c.id)
    ).scalar_one()
    for act in given:
        _put_on_list(session, act, row_id, receiver, (said or {}).get(act.case.ref, ""))
    after = {"receiver": receiver, "cases": [act.case.ref for act in given]}
    _trail(session, actor, "handover.give", ref, after=after)
    tell_of_handover(session, "handover-given", ref=ref, to=to, version=1)
    return ref


def _put_on_list(session: Session, act: Act, handover_id: int, receiver: str, said: str) -> None:
    entry = act.write("handed", text=words(said, needed=False), other_ref=receiver)
    act.finish("case.hand_over")
    listed = select(
        literal(handover_id, handover_case_table.c.handover_id.type),
        CaseEntry.case_id,
        CaseEntry.id,
    ).where(CaseEntry.public_ref == entry)
    session.execute(
        insert(handover_case_table).from_select(["handover_id", "case_id", "entry_id"], listed)
    )


def accept_handover(session: Session, actor: Actor, *, handover: str, seen: str) -> int:
    """Take the cases of a handover over, as the list that was `seen` told them; gives how many
    became the actor's own. Raises ListChanged, NotOnDuty, IllegalTransition, NotFound, Forbidden,
    MalformedRef."""
    found = _find(session, actor, handover, "accept")
    now = clock.now()
    me = _account(actor)
    if me not in duty_at(session, now).owners:
        raise NotOnDuty()
    acts = _locked_cases(session, actor, _still_on_list(session, actor, found))
    if seen_of_list(_still_on_list(session, actor, found)) != seen:
        raise ListChanged()
    mine = [act for act in acts if act.case.owner_id != me]
    for act in mine:
        act.write("owner", other_ref=str(actor.account_ref))
        act.finish("case.owner", after={"owner": actor.account_ref}, owner_id=me)
    _move(session, found, "accept", now)
    _trail(session, actor, "handover.accept", found.ref, after={"cases": len(acts)})
    tell_of_handover(session, "handover-accepted", ref=found.ref, to=found.giver_id, version=2)
    return len(mine)


def withdraw_handover(session: Session, actor: Actor, *, handover: str) -> None:
    """Take a handover back that isn't accepted yet. Raises IllegalTransition, NotFound, Forbidden,
    MalformedRef."""
    found = _find(session, actor, handover, "withdraw")
    _move(session, found, "withdraw", clock.now())
    _trail(session, actor, "handover.withdraw", found.ref)


def decline_handover(session: Session, actor: Actor, *, handover: str) -> None:
    """Say no to a handover: the cases stay, and the giver is told. Raises IllegalTransition,
    NotFound, Forbidden, MalformedRef."""
    found = _find(session, actor, handover, "decline")
    _move(session, found, "decline", clock.now())
    _trail(session, actor, "handover.decline", found.ref)
    tell_of_handover(session, "handover-declined", ref=found.ref, to=found.giver_id, version=2)


def end_handovers(db: Database) -> int:
    """Handovers that nobody has accepted in time are over; gives how many."""
    now = clock.now()
    with db.read() as session:
        refs = session.scalars(
            select(Handover.public_ref)
            .where(Handover.state == "given", Handover.ends_at <= now)
            .order_by(Handover.id)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _lapse, now=now))


def _lapse(session: Session, ref: str, now: datetime) -> bool:
    found = _locked(session, ref)
    if found is None or found.state != "given" or found.ends_at > now:
        return False
    _move(session, found, "lapse", now)
    cases = session.scalars(
        select(Case.public_ref)
        .join(HandoverCase, HandoverCase.case_id == Case.id)
        .where(HandoverCase.handover_id == found.id, Case.state.in_(sorted(OPEN)))
        .order_by(Case.public_ref)
    ).all()
    moved = sum(give_owner(session, case) for case in cases)
    duty: Duty = duty_at(session, now)
    leader = duty.leader()
    if leader is not None:
        tell_of_handover(session, "handover-lapsed", ref=ref, to=leader.account_id, version=2)
    _trail(session, ACTOR, "handover.lapse", ref, after={"moved": moved})
    return True


def _account(actor: Actor) -> int:
    """Whose cases and shifts are asked for. Raises Forbidden for who has no account."""
    if actor.account_id is None:
        raise Forbidden(permission=str(Permission.CASE_WORK))
    return actor.account_id


def _colleague(session: Session, ref: str, *, but: int) -> int:
    try:
        found = agent_id(session, ref)
    except NotFound:
        raise HandoverNotAccepted() from None
    if found == but:
        raise HandoverNotAccepted()
    return found


def _ends(session: Session, account_id: int, now: datetime) -> datetime:
    """A while after the shift that runs, however early it is given; soon where none runs."""
    ends = session.execute(
        select(Shift.ends_at)
        .where(
            Shift.account_id == account_id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at <= now,
            Shift.ends_at > now,
        )
        .order_by(Shift.ends_at.desc())
        .limit(1)
    ).scalar()
    return now + USUAL if ends is None else min(ends + AFTER_SHIFT, now + LONGEST)


def _locked_cases(session: Session, actor: Actor, lines: list[CaseLine]) -> list[Act]:
    """The cases under their locks, in the order of their references."""
    refs = sorted(line.ref for line in lines)
    return [Act(session, actor, ref, permission=Permission.CASE_WORK) for ref in refs]


def _still_on_list(session: Session, actor: Actor, found: _Locked) -> list[CaseLine]:
    return open_lines(session, actor, handover=found.id, owners=(found.giver_id, found.receiver_id))


def _locked(session: Session, ref: str) -> _Locked | None:
    statement = select(
        Handover.id,
        Handover.public_ref.label("ref"),
        Handover.state,
        Handover.giver_id,
        Handover.receiver_id,
        Handover.ends_at,
    ).where(Handover.public_ref == ref)
    row = session.execute(for_no_key_update(statement)).first()
    return None if row is None else row_as(_Locked, row)


def _find(session: Session, actor: Actor, ref: str, step: str) -> _Locked:
    """A handover under its lock, for the one of the two whose step it is. Raises MalformedRef,
    NotFound, Forbidden, IllegalTransition."""
    HANDOVER_STEPS.require(HANDOVER_STEPS[step], actor)
    found = _locked(session, parse_ref(ref, "F"))
    if found is None or actor.account_id not in {found.giver_id, found.receiver_id}:
        raise NotFound()
    whose = found.giver_id if step == "withdraw" else found.receiver_id
    if actor.account_id != whose:
        raise Forbidden(permission=str(Permission.CASE_WORK))
    HANDOVER_STEPS.ask(HANDOVER_STEPS[step], actor, found.state, found, clock.now())
    return found


def _move(session: Session, found: _Locked, step: str, now: datetime) -> None:
    one = HANDOVER_STEPS[step]
    HANDOVER_STEPS.move(
        session, handover_table, found.id, one, found.state, one.target, ended_at=now
    )


def _trail(session: Session, actor: Actor, action: str, ref: str, *, after: object = None) -> None:
    audit.write(session, actor, action, subject=("handover", ref), after=after)
