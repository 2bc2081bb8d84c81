"""Tasks of a case: something to be done by a moment, by whoever owns the case or by a colleague who
is named. Each is on the timeline; one that comes due is told as the clocks are, and ends with its
case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.cases.handling import Act
from vipclub.assistance.cases.task_steps import TASK_STEPS, TASKS_TO_DO
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.duty.roster import agent_id
from vipclub.assistance.letters import tell_agent
from vipclub.assistance.models import Case
from vipclub.assistance.refusals import TaskNotAccepted
from vipclub.assistance.work_models import CaseTask, task_table
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Conflict, Malformed, NotFound
from vipclub.core.types import new_ref, parse_ref

LONGEST_TASK = 500
FURTHEST = timedelta(days=90)
BATCH = 200
ACTOR = Actor.system("warn_of_tasks")


def add_task(
    session: Session,
    actor: Actor,
    *,
    case: str,
    what: str,
    due: datetime,
    owner: str | None = None,
) -> str:
    """Something to be done in an open case until `due`, by an `owner`'s account, else by whoever
    owns the case; gives its reference. Raises TaskNotAccepted, Malformed (no such colleague),
    IllegalTransition for a case that isn't open, and what `Act` raises."""
    said = what.strip()
    TASK_STEPS.require(TASK_STEPS["add"], actor)
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.must_be_open()
    if not 0 < len(said) <= LONGEST_TASK or not act.at < due <= act.at + FURTHEST:
        raise TaskNotAccepted(most=LONGEST_TASK, days=FURTHEST.days)
    ref = new_ref("C")
    session.execute(
        insert(task_table).values(
            public_ref=ref,
            case_id=act.case.id,
            owner_id=_colleague(session, act, owner) if owner else None,
            state="open",
            what=cipher_of(session).seal("case_task.what", ref, said),
            due_at=due,
            added_at=act.at,
        )
    )
    act.write("task_added", text=said, other_ref=ref, until=due)
    act.finish("case.task_add", after={"task": ref, "due": due, "owner": owner})
    return ref


def do_task(session: Session, actor: Actor, *, task: str, case: str | None = None) -> None:
    """It is done. Raises IllegalTransition, NotFound for one of another `case` where that is named,
    Conflict where its case was merged meanwhile, and what `Act` raises."""
    _end(session, actor, task, "do", "task_done", case)


def cancel_task(session: Session, actor: Actor, *, task: str, case: str | None = None) -> None:
    """It needn't be done any more. Raises what `do_task` raises."""
    _end(session, actor, task, "cancel", "task_cancelled", case)


def _end(
    session: Session, actor: Actor, ref: str, step: str, entry: str, named: str | None
) -> None:
    one = TASK_STEPS[step]
    TASK_STEPS.require(one, actor)
    case = session.execute(
        select(Case.public_ref)
        .join(CaseTask, CaseTask.case_id == Case.id)
        .where(CaseTask.public_ref == parse_ref(ref, "C"), visible_to(actor))
    ).scalar()
    if case is None or (named is not None and parse_ref(named, "C") != case):
        raise NotFound()
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    row = session.execute(
        select(CaseTask.id, CaseTask.public_ref, CaseTask.state, CaseTask.what).where(
            CaseTask.public_ref == parse_ref(ref, "C"), CaseTask.case_id == act.case.id
        )
    ).first()
    if row is None:  # its case was merged into another one meanwhile
        raise Conflict()
    TASK_STEPS.ask(one, actor, row.state, row, act.at)
    TASK_STEPS.move(session, task_table, row.id, one, row.state, one.target, ended_at=act.at)
    said = cipher_of(session).unseal("case_task.what", row.public_ref, row.what)
    act.write(entry, text=said, other_ref=row.public_ref)
    act.finish(f"case.{entry}", after={"task": row.public_ref})


def _colleague(session: Session, act: Act, ref: str) -> int:
    """Somebody of the desk who may know of the case. Raises Malformed."""
    try:
        found = agent_id(session, ref)
    except NotFound:
        raise Malformed("owner") from None
    if found == act.case.against_id:
        raise Malformed("owner")
    return found


def warn_of_tasks(db: Database) -> int:
    """Tell who has a task that is due; gives how many. Each is told once."""
    now = clock.now()
    with db.read() as session:
        refs = session.scalars(
            select(CaseTask.public_ref)
            .where(CaseTask.state == "open", CaseTask.due_at <= now)
            .order_by(CaseTask.due_at)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _warn, now=now))


def _warn(session: Session, ref: str, now: datetime) -> bool:
    """The named colleague who is on duty, else the case's owner, else the leader."""
    case = session.execute(
        select(Case.public_ref)
        .join(CaseTask, CaseTask.case_id == Case.id)
        .where(CaseTask.public_ref == ref)
    ).scalar_one()
    act = Act(session, ACTOR, case)
    row = session.execute(
        select(CaseTask.id, CaseTask.state, CaseTask.owner_id, CaseTask.due_at).where(
            CaseTask.public_ref == ref, CaseTask.case_id == act.case.id
        )
    ).first()
    # one whose case was merged into another one meanwhile is the next run's
    if row is None or row.state != "open" or row.due_at > now:
        return False
    step = TASK_STEPS["warn"]
    TASK_STEPS.move(session, task_table, row.id, step, row.state, step.target)
    duty = duty_at(session, now)
    named = row.owner_id in duty.owners and row.owner_id != act.case.against_id
    owner = row.owner_id if named else act.case.owner_id
    leader = duty.leader(but=act.case.against_id)
    told = owner if owner is not None else leader.account_id if leader is not None else None
    if told is not None:
        tell_agent(
            session,
            "case-task",
            ref=act.case.ref,
            account_id=told,
            version=row.id,
            kind=act.case.kind,
            severity=act.case.severity,
            due=row.due_at,
        )
    return True


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task in the desk's list, without its words."""

    ref: str
    case: str
    kind: str
    owner: str
    mine: bool
    due: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as the page of its case shows it; `owner` is empty where it is whoever owns the
    case."""

    ref: str
    what: str = field(repr=False)
    owner: str
    due: datetime
    late: bool


def tasks_to_do(
    session: Session, actor: Actor, *, now: datetime, mine: bool = False, limit: int = 20
) -> list[DueTask]:
    """What is to be done in cases in sight, the next first: of everybody, or one's own and those of
    one's cases. One statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    me = actor.account_id or 0
    owner, case_owner = aliased(Account), aliased(Account)
    found = (
        select(
            CaseTask.public_ref,
            Case.public_ref.label("case"),
            Case.kind,
            owner.display_name.label("owner"),
            case_owner.display_name.label("case_owner"),
            CaseTask.owner_id,
            Case.owner_id.label("case_owner_id"),
            CaseTask.due_at,
        )
        .join(Case, Case.id == CaseTask.case_id)
        .outerjoin(owner, owner.id == CaseTask.owner_id)
        .outerjoin(case_owner, case_owner.id == Case.owner_id)
        .where(CaseTask.state.in_(sorted(TASKS_TO_DO)), visible_to(actor))
        .order_by(CaseTask.due_at, CaseTask.id)
        .limit(limit)
    )
    if mine:
        found = found.where(
            or_(CaseTask.owner_id == me, CaseTask.owner_id.is_(None) & (Case.owner_id == me))
        )
    return [
        DueTask(
            ref=row.public_ref,
            case=row.case,
            kind=row.kind,
            owner=row.owner or row.case_owner or "",
            mine=(row.owner_id or row.case_owner_id) == me,
            due=row.due_at,
            late=row.due_at <= now,
        )
        for row in session.execute(found)
    ]
