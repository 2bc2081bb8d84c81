"""Drafts of a tier policy: tried on everybody, and put in force by two people.

A trial changes nothing but its own row, and is counted by a job (`counting_trials`). Who began one
may discard it; one that nobody submits is forgotten. Who submits a policy doesn't approve it (a
CHECK says so too); approving loads it as a version that takes force on a day to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.rows import columns_of, row_as, rows_as
from vipclub.core.steps import Step
from vipclub.core.types import new_ref, parse_ref
from vipclub.membership.models import TierPolicyDraft
from vipclub.membership.policies_in_force import is_loaded, load_policy
from vipclub.membership.policy import TierPolicy
from vipclub.membership.policy_document import PolicyProblems, read_policy
from vipclub.membership.refusals import (
    PolicyNotAccepted,
    SecondPersonNeeded,
    TrialNotReady,
    TrialOfSomebodyElse,
)
from vipclub.membership.simulation import Simulation, Tally, simulation_of
from vipclub.membership.steps import (
    APPROVE,
    DISCARD,
    DRAFT_STEPS,
    FORGET,
    RETURN,
    SUBMIT,
    TRY,
    WITHDRAW,
    Tried,
)
from vipclub.people import Person

_draft: Table = TierPolicyDraft.__table__  # type: ignore[assignment]
KEPT = timedelta(days=90)
"""A trial that nobody submits is forgotten after this."""


def draft_policy(session: Session, actor: Actor, *, text: str, as_of: date) -> str:
    """A trial of a document on everybody as of a day; gives its reference. Nobody is counted yet
    (`counting_trials`). Raises PolicyNotAccepted, Forbidden."""
    DRAFT_STEPS.require(TRY, actor)
    try:
        policy = read_policy(text)
    except PolicyProblems as error:
        raise PolicyNotAccepted(problems=" ".join(error.problems)) from None
    ref = new_ref("R")
    session.add(
        TierPolicyDraft(
            public_ref=ref,
            version=policy.version,
            in_force_from=policy.in_force_from,
            document=text,
            as_of=as_of,
            tally=Tally().to_json(),
            created_at=clock.now(),
            created_by=actor.owner,
            state=TRY.target,
        )
    )
    audit.write(
        session,
        actor,
        "tier_policy.try",
        subject=("tier_policy_draft", ref),
        after={"version": policy.version, "as_of": as_of},
    )
    return ref


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as it is kept."""

    id: int
    public_ref: str
    version: str
    in_force_from: date
    document: str
    as_of: date
    cursor: int
    tally: dict[str, Any]
    created_at: datetime
    created_by: str
    finished_at: datetime | None
    state: str
    submitted_by: str | None
    decided_by: str | None
    reason: str | None


_rows = select(*columns_of(DraftRow, _draft))


def find_draft(session: Session, ref: str) -> DraftRow:
    """Raises NotFound, MalformedRef."""
    row = session.execute(_rows.where(_draft.c.public_ref == parse_ref(ref, "R"))).first()
    if row is None:
        raise NotFound()
    return row_as(DraftRow, row)


def discard_trial(session: Session, actor: Actor, *, draft: str) -> None:
    """Who began a trial ends it, finished or not; its row goes, the trail keeps that it was there.
    Raises TrialOfSomebodyElse, TrialNotReady, NotFound, Forbidden."""
    DRAFT_STEPS.require(DISCARD, actor)
    row = find_draft(session, draft)
    if row.created_by != actor.owner:
        raise TrialOfSomebodyElse()
    gone = session.execute(
        delete(_draft)
        .where(_draft.c.id == row.id, DISCARD.at(_draft.c.state))
        .returning(_draft.c.id)
    ).first()
    if gone is None:
        raise TrialNotReady()
    audit.write(
        session,
        actor,
        "tier_policy.discard",
        subject=("tier_policy_draft", row.public_ref),
        before={"version": row.version, "as_of": row.as_of, "document": row.document},
    )


def forget_trials(session: Session) -> int:
    """Remove the trials that nobody submitted within KEPT; gives how many."""
    old = delete(_draft).where(FORGET.at(_draft.c.state), _draft.c.created_at < clock.now() - KEPT)
    return len(session.execute(old.returning(_draft.c.id)).all())


def submit_policy(session: Session, actor: Actor, *, draft: str) -> None:
    """Ask another policy owner to put it in force. Raises TrialNotReady, PolicyBeginsTooSoon,
    PolicyVersionTaken, NotFound, Forbidden."""
    DRAFT_STEPS.require(SUBMIT, actor)
    row = find_draft(session, draft)
    _refuse_unready(session, row, SUBMIT)
    _step(
        session,
        actor,
        row,
        SUBMIT,
        submitted_at=clock.now(),
        submitted_by=actor.owner,
    )


def withdraw_policy(session: Session, actor: Actor, *, draft: str) -> None:
    """Who submitted it takes it back: a trial again. Raises TrialNotReady, NotFound, Forbidden."""
    DRAFT_STEPS.require(WITHDRAW, actor)
    row = find_draft(session, draft)
    if row.submitted_by != actor.owner:
        raise TrialNotReady()
    _step(
        session,
        actor,
        row,
        WITHDRAW,
        submitted_at=None,
        submitted_by=None,
    )


def approve_policy(session: Session, actor: Actor, *, draft: str) -> str:
    """The second person puts it in force from its day on; gives the version. Raises
    SecondPersonNeeded and what `submit_policy` raises."""
    DRAFT_STEPS.require(APPROVE, actor)
    row = _second_person(session, actor, draft)
    _refuse_unready(session, row, APPROVE)
    _step(
        session,
        actor,
        row,
        APPROVE,
        decided_at=clock.now(),
        decided_by=actor.owner,
    )
    return load_policy(session, actor, text=row.document)


def return_policy(session: Session, actor: Actor, *, draft: str, reason: str) -> None:
    """The second person says no, and why. Raises SecondPersonNeeded, Malformed without a reason,
    TrialNotReady, NotFound, Forbidden."""
    DRAFT_STEPS.require(RETURN, actor)
    if not reason.strip():
        raise Malformed("reason")
    row = _second_person(session, actor, draft)
    _step(
        session,
        actor,
        row,
        RETURN,
        decided_at=clock.now(),
        decided_by=actor.owner,
        reason=reason,
    )


def _second_person(session: Session, actor: Actor, draft: str) -> DraftRow:
    row = find_draft(session, draft)
    if row.submitted_by == actor.owner:
        raise SecondPersonNeeded()
    return row


def _refuse_unready(session: Session, row: DraftRow, step: Step[Tried]) -> None:
    against = step.open(row, clock.now())
    if against is not None:
        raise against
    is_loaded(session, read_policy(row.document))


def _step(
    session: Session,
    actor: Actor,
    row: DraftRow,
    step: Step[Tried],
    *,
    reason: str | None = None,
    **values: object,
) -> None:
    """Move the draft if it still stands where it was seen, on record."""
    moved = session.execute(
        update(_draft)
        .where(_draft.c.id == row.id, step.at(_draft.c.state))
        .values(state=step.target, reason=reason, **values)
        .returning(_draft.c.id)
    ).first()
    if moved is None:
        raise TrialNotReady()
    audit.write(
        session,
        actor,
        f"tier_policy.{step.name}",
        subject=("tier_policy_draft", row.public_ref),
        before={"state": step.source},
        after={"state": step.target, "version": row.version},
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a policy in a list: when it takes force, how far its trial is, who submitted and
    decided."""

    ref: str
    version: str
    takes_force: date
    as_of: date
    created_at: datetime
    created_by: str
    finished: bool
    state: str
    submitted_by: str | None
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One draft with its rules, what its trial found so far, and how much of the club that is."""

    draft: Draft
    text: str
    policy: TierPolicy
    found: Simulation
    percent: int


def _shown(row: DraftRow) -> Draft:
    return Draft(
        ref=row.public_ref,
        version=row.version,
        takes_force=row.in_force_from,
        as_of=row.as_of,
        created_at=row.created_at,
        created_by=row.created_by,
        finished=row.finished_at is not None,
        state=row.state,
        submitted_by=row.submitted_by,
        decided_by=row.decided_by,
        reason=row.reason,
    )


def policy_drafts(session: Session, actor: Actor, *, limit: int = 20) -> list[Draft]:
    """The latest trials, what waits for a decision first. One statement. Raises Forbidden."""
    actor.require("policy:view")
    waits = APPROVE.at(_draft.c.state)
    rows = session.execute(_rows.order_by(waits.desc(), _draft.c.id.desc()).limit(limit))
    return [_shown(row) for row in rows_as(DraftRow, rows)]


def trial(session: Session, actor: Actor, ref: str) -> Trial:
    """One draft and its trial. Three statements. Raises NotFound, MalformedRef, Forbidden."""
    actor.require("policy:view")
    row = find_draft(session, ref)
    tally = Tally.from_json(row.tally, row.cursor)
    return Trial(
        draft=_shown(row),
        text=row.document,
        policy=read_policy(row.document),
        found=simulation_of(session, row.version, row.as_of, tally),
        percent=_percent(session, row),
    )


def _percent(session: Session, row: DraftRow) -> int:
    """Of all persons by their ids: a look at an index, not a count. 100 only when it is done."""
    if row.finished_at is not None:
        return 100
    last = session.scalar(select(func.max(Person.id))) or 0
    return min(99, 100 * row.cursor // last) if last else 0
