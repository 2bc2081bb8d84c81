"""Lists of cases, by state, kind, member or owner; and who has one that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, literal, literal_column, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.finding import in_sight, not_about_me, values_of, visible_to
from vipclub.assistance.cases.timeline import clock_rows
from vipclub.assistance.clocks.promises import EMERGENCIES, KINDS
from vipclub.assistance.models import Case, CaseClock
from vipclub.assistance.steps import OPEN, STATES
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import one_of
from vipclub.people import Person, Sight, cluster_behind, same_person, stands_for


@dataclass(frozen=True, slots=True)
class ClockView:
    """The last round of a clock, as it stands. `late` is whether it is missed, or was."""

    clock: str
    started: datetime
    due: datetime | None
    done: datetime | None
    paused: bool
    late: bool
    stopped: bool

    def to_json(self) -> dict[str, Any]:
        return {"clock": self.clock, "due": self.due, "done": self.done, "paused": self.paused}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `next_due` is the earliest promise that runs, `late` whether one is
    missed, `flooded` whether it is one of many from one address whose caller nobody knows."""

    id: int
    ref: str
    kind: str
    status: str
    severity: str
    member: str | None
    name: str = field(repr=False)
    owner: str | None
    owner_name: str
    unverified: bool
    flooded: bool
    opened_at: datetime
    next_due: datetime | None
    late: bool
    clocks: tuple[ClockView, ...]

    def to_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "case": self.ref,
            "kind": self.kind,
            "status": self.status,
            "severity": self.severity,
            "owner": self.owner,
            "member": self.member,
            "opened_at": self.opened_at,
            "clocks": [one.to_json() for one in self.clocks],
        }


def select_cases() -> AnySelect:
    survivor = aliased(Person)
    return (
        select(
            Case.id,
            Case.public_ref.label("ref"),
            Case.kind,
            Case.state,
            Case.severity,
            survivor.public_ref.label("member"),
            survivor.full_name.label("name"),
            Account.public_ref.label("owner"),
            Account.display_name.label("owner_name"),
            Case.unverified,
            Case.flooded,
            Case.opened_at,
            Case.due_at.label("next_due"),
        )
        .outerjoin(Person, Person.id == Case.person_id)
        .outerjoin(survivor, stands_for(survivor, Person))
        .outerjoin(Account, Account.id == Case.owner_id)
    )


def find_cases(
    session: Session,
    actor: Actor,
    *,
    status: str | None = None,
    kind: str | None = None,
    member: str | None = None,
    owner: int | None = None,
    only_open: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[CaseLine]:
    """Cases in sight, the newest first. Two statements. Raises Malformed, MalformedRef,
    Forbidden."""
    actor.require(Permission.CASE_VIEW)
    for name, value, known in (("status", status, STATES), ("kind", kind, KINDS)):
        if value is not None and value not in known:
            raise Malformed(name)
    found = select_cases().where(visible_to(actor)).order_by(Case.id.desc()).limit(limit + 1)
    if status is not None:
        found = found.where(Case.state == status)
    if only_open:
        found = found.where(Case.state.in_(sorted(OPEN)))
    if kind is not None:
        found = found.where(Case.kind == kind)
    if owner is not None:
        found = found.where(Case.owner_id == owner)
    if member is not None:
        found = found.where(Case.person_id.in_(cluster_behind(parse_ref(member, "M"))))
    if after is not None:
        found = found.where(Case.id < _number(after))
    rows = session.execute(found).all()
    lines = lines_of(session, rows[:limit])
    return Page(lines, str(rows[limit - 1].id) if len(rows) > limit else None)


def _number(after: str) -> int:
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise Malformed("cursor")
    return int(after)


_FAR = datetime(9999, 1, 1, tzinfo=UTC)
_by_due = func.coalesce(Case.due_at, literal(_FAR, Case.due_at.type))


@lru_cache(maxsize=512)
def _open_in_sight(sight: Sight) -> AnySelect:
    return (
        select_cases()
        .add_columns(_by_due.label("by_due"))
        .where(in_sight(sight), one_of(Case.state, OPEN))
        .order_by(_by_due, Case.id)
        .limit(bindparam("most", type_=Integer()))
    )


def open_cases(
    session: Session,
    actor: Actor,
    *,
    kind: str | None = None,
    owner: int | None = None,
    after: str | None = None,
    limit: int = 60,
) -> Page[CaseLine]:
    """Open cases in sight, those first whose promise is due first, those that wait last. Two
    statements. Raises Malformed, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    every = found = _open_in_sight(people.sight_of(actor))
    if kind is not None:
        found = found.where(Case.kind == kind)
    if owner is not None:
        found = found.where(Case.owner_id == owner)
    if after is not None:
        found = found.where(beyond(after, _by_due, Case.id, datetime))
    values = {**values_of(actor), "most": limit + 1}
    if found is every:
        rows = run_built(session, every, values).all()
    else:
        rows = session.execute(found, values).all()
    return Page(lines_of(session, rows[:limit]), cursor_after(rows, limit, "by_due"))


def case_line(session: Session, actor: Actor, ref: str) -> CaseLine:
    """One case without its words. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    rows = session.execute(
        select_cases().where(Case.public_ref == parse_ref(ref, "C"), visible_to(actor))
    ).all()
    if not rows:
        raise NotFound()
    return lines_of(session, rows)[0]


def lines_of(session: Session, rows: Sequence[AnyRow]) -> list[CaseLine]:
    """The cases of `select_cases` with the last round of each of their clocks. One statement."""
    now = clock.now()
    by_case: dict[int, dict[str, AnyRow]] = {}
    for kept in clock_rows(session, [row.id for row in rows]):
        by_case.setdefault(kept.case_id, {})[kept.clock] = kept  # the last round stays
    lines = []
    for row in rows:
        clocks = tuple(_clock(kept, now) for kept in by_case.get(row.id, {}).values())
        lines.append(
            CaseLine(
                id=row.id,
                ref=row.ref,
                kind=row.kind,
                status=row.state,
                severity=row.severity,
                member=row.member,
                name=row.name or "",
                owner=row.owner,
                owner_name=row.owner_name or "",
                unverified=row.unverified,
                flooded=row.flooded and row.unverified,
                opened_at=row.opened_at,
                next_due=row.next_due,
                late=row.next_due is not None and row.next_due < now,
                clocks=clocks,
            )
        )
    return lines


def _clock(kept: AnyRow, now: datetime) -> ClockView:
    ended = kept.done_at or kept.stopped_at or now
    return ClockView(
        clock=kept.clock,
        started=kept.started_at,
        due=kept.due_at,
        done=kept.done_at,
        paused=kept.paused,
        late=kept.due_at is not None and kept.due_at < ended,
        stopped=kept.stopped_at is not None,
    )


@dataclass(frozen=True, slots=True)
class CasesNow:
    """How the desk stands: open cases, those that wait for whom they are for, those with a promise
    that is missed, emergencies that nobody has answered, cases without an owner."""

    open: int
    waiting: int
    missed: int
    unanswered: int
    unowned: int


def _select_now() -> AnySelect:
    late = sql_case((Case.due_at < bindparam("now", type_=Case.due_at.type), 1), else_=0)
    silent = select(CaseClock.id).where(
        CaseClock.case_id == Case.id,
        CaseClock.clock == literal_column("'first_answer'"),
        CaseClock.done_at.is_(None),
        CaseClock.stopped_at.is_(None),
    )
    unanswered = one_of(Case.kind, EMERGENCIES) & silent.exists()
    waiting = one_of(Case.state, ["waiting"])
    return select(
        func.count().label("open"),
        func.coalesce(func.sum(late), 0).label("missed"),
        func.coalesce(func.sum(sql_case((waiting, 1), else_=0)), 0).label("waiting"),
        func.coalesce(func.sum(sql_case((unanswered, 1), else_=0)), 0).label("unanswered"),
        func.coalesce(func.sum(sql_case((Case.owner_id.is_(None), 1), else_=0)), 0).label(
            "unowned"
        ),
    ).where(one_of(Case.state, OPEN), not_about_me)


_now = _select_now()


def cases_now(session: Session, actor: Actor, *, now: datetime) -> CasesNow:
    """How many cases are open, missed, unanswered and without an owner. One statement. Raises
    Forbidden."""
    actor.require(Permission.CASE_WORK)
    row = run_built(session, _now, {"now": now, "me": actor.account_id or 0}).one()
    return CasesNow(
        row.open, int(row.waiting), int(row.missed), int(row.unanswered), int(row.unowned)
    )


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case of somebody, for a page about something else."""

    ref: str
    kind: str
    status: str


def _select_open_case() -> AnySelect:
    asked, holder = aliased(Person), aliased(Person)
    return (
        select(Case.public_ref, Case.kind, Case.state)
        .join(holder, holder.id == Case.person_id)
        .join(asked, same_person(asked, holder))
        .where(asked.id == bindparam("person"), one_of(Case.state, OPEN))
        .order_by(Case.id.desc())
        .limit(1)
    )


_open_case = _select_open_case()


def newest_open_case(session: Session, person_id: int) -> OpenCase | None:
    """The newest open case of a person, by the id of any row of the cluster. Asks no right: for
    their own page. One statement."""
    row = run_built(session, _open_case, {"person": person_id}).first()
    return None if row is None else OpenCase(*row)


_case_by_phone = (
    select(Case.public_ref)
    .where(
        Case.phone_index.in_(bindparam("numbers", expanding=True)),
        one_of(Case.state, OPEN),
        not_about_me,
    )
    .order_by(Case.id.desc())
    .limit(1)
)


def open_case_by_phone(session: Session, actor: Actor, number: str) -> str | None:
    """The newest open case that is to be rung back at an E.164 number, but those about the actor.
    One statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    indexes = cipher_of(session).blind_indexes("mobile", number)
    asked = {"numbers": indexes, "me": actor.account_id or 0}
    row = run_built(session, _case_by_phone, asked).first()
    return None if row is None else str(row[0])
