"""What lies on the desk with a case: who else of the staff has it before them now, what the reader
was writing, and what is still to be done in it. In one statement, since the case's page is the
desk's busiest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    LargeBinary,
    Table,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.finding import in_sight, values_of
from vipclub.assistance.cases.task_steps import TASKS_TO_DO
from vipclub.assistance.cases.tasks import TaskView
from vipclub.assistance.cases.whole_case import record_seen_view, record_view
from vipclub.assistance.models import Case
from vipclub.assistance.work_models import CaseDraft, CasePresence, CaseTask, presence_table
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.db import upsert_of
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import one_of
from vipclub.people import Sight, Viewed

SEEN_LATELY = timedelta(seconds=60)
"""Who looked within this time counts as being there; an open page says so three times as often."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written and not sent."""

    text: str = field(repr=False)
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class OnTheDesk:
    """Who else is there, by name; drafts by their box; tasks, the next first."""

    others: tuple[str, ...]
    drafts: Mapping[str, Draft]
    tasks: tuple[TaskView, ...]


def open_case_page(session: Session, actor: Actor, *, case: str) -> Viewed:
    """Write the trail's row of the viewing, and that the actor has the case before them; gives the
    receipt. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    if actor.account_id is None:
        return record_view(session, actor, case=case, page="case")
    actor.require(Permission.CASE_WORK)
    ref = parse_ref(case, "C")
    if not _be_there(session, actor, ref):
        raise NotFound()
    return record_seen_view(session, actor, ref, page="case")


def stay_on_case(session: Session, actor: Actor, *, case: str) -> tuple[str, ...]:
    """The actor still has the case before them; gives who else has. Two statements. Raises
    MalformedRef, Forbidden."""
    actor.require(Permission.CASE_WORK)
    ref = parse_ref(case, "C")
    _be_there(session, actor, ref)
    rows = run_built(session, _others(people.sight_of(actor)), _asked(actor, ref, clock.now()))
    return tuple(sorted(row.name for row in rows))


def _be_there(session: Session, actor: Actor, ref: str) -> bool:
    """Whether the case is in sight. One statement; none for who has no account."""
    if actor.account_id is None:
        return False
    statement = _presence(upsert_of(session), people.sight_of(actor))
    return bool(run_built(session, statement, _asked(actor, ref, clock.now())).rowcount)


def _asked(actor: Actor, ref: str, now: datetime) -> dict[str, Any]:
    """What these statements are asked with."""
    return {**values_of(actor), "case": ref, "now": now, "lately": now - SEEN_LATELY}


@lru_cache(maxsize=512)
def _presence(upsert: Callable[[Table], Any], sight: Sight) -> Any:  # noqa: ANN401 - either dialect's INSERT
    columns = presence_table.c
    seen = select(
        Case.id,
        bindparam("me", type_=columns.account_id.type),
        bindparam("now", type_=columns.seen_at.type),
    ).where(Case.public_ref == bindparam("case"), in_sight(sight))
    statement = upsert(presence_table).from_select(["case_id", "account_id", "seen_at"], seen)
    return statement.on_conflict_do_update(
        index_elements=["case_id", "account_id"], set_={"seen_at": statement.excluded.seen_at}
    )


@lru_cache(maxsize=512)
def _others(sight: Sight) -> AnySelect:
    return (
        select(
            literal("here").label("kind"),
            literal("").label("ref"),
            Account.display_name.label("name"),
            cast(null(), LargeBinary).label("sealed"),
            CasePresence.seen_at.label("at"),
        )
        .join(Account, Account.id == CasePresence.account_id)
        .join(Case, Case.id == CasePresence.case_id)
        .where(
            Case.public_ref == bindparam("case"),
            in_sight(sight),
            CasePresence.seen_at > bindparam("lately", type_=CasePresence.seen_at.type),
            CasePresence.account_id != bindparam("me", type_=CasePresence.account_id.type),
        )
    )


@lru_cache(maxsize=512)
def _on_the_desk(sight: Sight) -> CompoundSelect[Any]:
    drafts = (
        select(
            literal("draft"),
            CaseDraft.public_ref,
            CaseDraft.box,
            CaseDraft.body,
            CaseDraft.saved_at,
        )
        .join(Case, Case.id == CaseDraft.case_id)
        .where(
            Case.public_ref == bindparam("case"),
            CaseDraft.account_id == bindparam("me", type_=CaseDraft.account_id.type),
            CaseDraft.expires_at > bindparam("now", type_=CaseDraft.expires_at.type),
        )
    )
    tasks = (
        select(
            literal("task"),
            CaseTask.public_ref,
            Account.display_name,
            CaseTask.what,
            CaseTask.due_at,
        )
        .join(Case, Case.id == CaseTask.case_id)
        .outerjoin(Account, Account.id == CaseTask.owner_id)
        .where(
            Case.public_ref == bindparam("case"),
            in_sight(sight),
            one_of(CaseTask.state, TASKS_TO_DO),
        )
    )
    return union_all(_others(sight), drafts, tasks)


def on_the_desk(session: Session, actor: Actor, ref: str, *, viewed: Viewed) -> OnTheDesk:
    """One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.CASE_WORK)
    asked, now = parse_ref(ref, "C"), clock.now()
    viewed.must_cover(asked)
    statement = _on_the_desk(people.sight_of(actor))
    rows = run_built(session, statement, _asked(actor, asked, now)).all()
    cipher = cipher_of(session)
    to_do = [
        TaskView(
            row.ref,
            cipher.unseal("case_task.what", row.ref, row.sealed),
            row.name or "",
            row.at,
            row.at <= now,
        )
        for row in rows
        if row.kind == "task"
    ]
    return OnTheDesk(
        others=tuple(sorted(row.name for row in rows if row.kind == "here")),
        drafts={
            row.name: Draft(cipher.unseal("case_draft.body", row.ref, row.sealed), row.at)
            for row in rows
            if row.kind == "draft"
        },
        tasks=tuple(sorted(to_do, key=lambda one: one.due)),
    )
