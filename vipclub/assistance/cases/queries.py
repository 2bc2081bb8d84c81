"""Reads of cases: one whole with its timeline, and lists by state, kind, member or owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.cases.timeline import clock_rows
from vipclub.assistance.clocks.promises import KINDS
from vipclub.assistance.models import Case, CaseClock, CaseEntry
from vipclub.assistance.steps import MACHINE, OPEN, STATES
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.core.paging import Page
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.people import Person, Viewed, same_person, stands_for


@dataclass(frozen=True, slots=True)
class ClockView:
    """The last round of a clock, as it stands. `late` is whether it is missed, or was."""

    clock: str
    due: datetime | None
    done: datetime | None
    paused: bool
    late: bool
    stopped: bool

    def to_json(self) -> dict[str, Any]:
        return {"clock": self.clock, "due": self.due, "done": self.done, "paused": self.paused}


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of the timeline; `who` is the name of whoever of the staff it is by, else empty."""

    ref: str
    at: datetime
    what: str
    who: str
    by_staff: bool
    channel: str
    severity: str | None
    reason: str | None
    until: datetime | None
    level: int | None
    other_ref: str | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. `next_due` is the earliest promise that runs, `late` whether one is
    missed."""

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


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case whole, with the entries that its reader may see and the steps open to them."""

    line: CaseLine
    what: str = field(repr=False)
    caller: str = field(repr=False)
    phone: str = field(repr=False)
    place: str = field(repr=False)
    country: str | None
    time_zone: str
    channel: str
    wait_until: datetime | None
    merged_into: str | None
    entries: tuple[EntryView, ...]
    steps: tuple[str, ...]


def _cases() -> AnySelect:
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
            Case.opened_at,
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
    found = _cases().where(visible_to(actor)).order_by(Case.id.desc()).limit(limit + 1)
    if status is not None:
        found = found.where(Case.state == status)
    if only_open:
        found = found.where(Case.state.in_(sorted(OPEN)))
    if kind is not None:
        found = found.where(Case.kind == kind)
    if owner is not None:
        found = found.where(Case.owner_id == owner)
    if member is not None:
        asked, holder = aliased(Person), aliased(Person)
        cluster = (
            select(holder.id)
            .join(asked, same_person(asked, holder))
            .where(asked.public_ref == parse_ref(member, "M"))
        )
        found = found.where(Case.person_id.in_(cluster))
    if after is not None:
        found = found.where(Case.id < _number(after))
    rows = session.execute(found).all()
    lines = _lines(session, rows[:limit])
    return Page(lines, str(rows[limit - 1].id) if len(rows) > limit else None)


def _number(after: str) -> int:
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise Malformed("after")
    return int(after)


def case_line(session: Session, actor: Actor, ref: str) -> CaseLine:
    """One case without its words. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    rows = session.execute(
        _cases().where(Case.public_ref == parse_ref(ref, "C"), visible_to(actor))
    ).all()
    if not rows:
        raise NotFound()
    return _lines(session, rows)[0]


def _lines(session: Session, rows: Sequence[AnyRow]) -> list[CaseLine]:
    now = clock.now()
    by_case: dict[int, dict[str, CaseClock]] = {}
    for kept in clock_rows(session, [row.id for row in rows]):
        by_case.setdefault(kept.case_id, {})[kept.clock] = kept  # the last round stays
    lines = []
    for row in rows:
        clocks = tuple(_clock(kept, now) for kept in by_case.get(row.id, {}).values())
        running = [one for one in clocks if one.done is None and not one.stopped]
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
                opened_at=row.opened_at,
                next_due=min((one.due for one in running if one.due), default=None),
                late=any(one.late for one in running),
                clocks=clocks,
            )
        )
    return lines


def _clock(kept: CaseClock, now: datetime) -> ClockView:
    ended = kept.done_at or kept.stopped_at or now
    return ClockView(
        clock=kept.clock,
        due=kept.due_at,
        done=kept.done_at,
        paused=kept.paused,
        late=kept.due_at is not None and kept.due_at < ended,
        stopped=kept.stopped_at is not None,
    )


def record_view(session: Session, actor: Actor, *, case: str, page: str) -> Viewed:
    """Write the trail's row that somebody of the staff is shown a case whole, and give its receipt,
    before anything of it is read. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_WORK)
    ref = parse_ref(case, "C")
    if (
        session.execute(select(Case.id).where(Case.public_ref == ref, visible_to(actor))).first()
        is None
    ):
        raise NotFound()
    return people.record_views(
        session, actor, "case.view", subject=("case", ref), refs=[ref], page=page, after=page
    )


def case(session: Session, actor: Actor, ref: str, *, viewed: Viewed | None = None) -> CaseView:
    """A case whole: for whom it is for, what they may read of it; staff bring the receipt of the
    trail's row. Three statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    asked, works = parse_ref(ref, "C"), actor.has(Permission.CASE_WORK)
    if works:
        if viewed is None:
            raise Forbidden(permission=str(Permission.CASE_WORK))
        viewed.must_cover(asked)
    row = session.execute(_whole().where(Case.public_ref == asked, visible_to(actor))).first()
    if row is None:
        raise NotFound()
    cipher = cipher_of(session)

    def opened(place: str, sealed: bytes | None) -> str:
        return cipher.unseal(f"case.{place}", row.ref, sealed) if sealed else ""

    return CaseView(
        line=_lines(session, [row])[0],
        what=opened("what", row.what),
        caller=opened("caller", row.caller),
        phone=opened("phone", row.phone),
        place=opened("place", row.place),
        country=row.country,
        time_zone=row.time_zone,
        channel=row.channel,
        wait_until=row.wait_until,
        merged_into=row.merged_into,
        entries=_entries(session, cipher, row.id, works=works),
        steps=MACHINE.open_to(actor, row.state, row, clock.now()),
    )


def _whole() -> AnySelect:
    merged = aliased(Case)
    return (
        _cases()
        .add_columns(
            Case.what,
            Case.caller,
            Case.phone,
            Case.place,
            Case.country,
            Case.time_zone,
            Case.channel,
            Case.wait_until,
            Case.close_at,
            merged.public_ref.label("merged_into"),
        )
        .outerjoin(merged, merged.id == Case.merged_into_id)
    )


@dataclass(frozen=True, slots=True)
class Received:
    """What whoever pressed the red button is told: that it is there, who has it, by when there is
    an answer."""

    case: str
    kind: str
    opened_at: datetime
    owner_name: str
    answer_by: datetime | None
    answered: bool


def received(session: Session, tap: str) -> Received | None:
    """The case of a tap, for whoever knows its random key; None for a key that nobody pressed. One
    statement."""
    row = session.execute(
        select(
            Case.public_ref,
            Case.kind,
            Case.opened_at,
            Account.display_name,
            CaseClock.due_at,
            CaseClock.done_at.is_not(None),
        )
        .outerjoin(Account, Account.id == Case.owner_id)
        .outerjoin(
            CaseClock,
            (CaseClock.case_id == Case.id)
            & (CaseClock.clock == "first_answer")
            & (CaseClock.round == 1),
        )
        .where(Case.tap == tap)
    ).first()
    if row is None:
        return None
    return Received(row[0], row[1], row[2], row[3] or "", row[4], bool(row[5]))


def _entries(
    session: Session, cipher: Cipher, case_id: int, *, works: bool
) -> tuple[EntryView, ...]:
    asked = (
        select(CaseEntry, Account.display_name, Account.role)
        .outerjoin(Account, Account.id == CaseEntry.account_id)
        .where(CaseEntry.case_id == case_id)
        .order_by(CaseEntry.id)
    )
    if not works:
        asked = asked.where(CaseEntry.for_member)
    return tuple(_entry(cipher, row, name, role) for row, name, role in session.execute(asked))


def _entry(cipher: Cipher, row: CaseEntry, name: str | None, role: str | None) -> EntryView:
    by_staff = role is not None and role != "member"
    return EntryView(
        ref=row.public_ref,
        at=row.at,
        what=row.what,
        who=name if by_staff and name else "",
        by_staff=by_staff,
        channel=row.channel,
        severity=row.severity,
        reason=row.reason,
        until=row.until,
        level=row.level,
        other_ref=row.other_ref,
        text=cipher.unseal("case_entry.body", row.public_ref, row.body) if row.body else "",
    )


def open_cases_of(session: Session, persons: Collection[int]) -> dict[int, str]:
    """The newest open case of each of these persons, by the ids that were asked for. One
    statement."""
    rows = session.execute(
        select(Case.person_id, Case.public_ref)
        .where(Case.person_id.in_(persons), Case.state.in_(sorted(OPEN)))
        .order_by(Case.id)
    )
    return {row.person_id: row.public_ref for row in rows if row.person_id is not None}


def open_case_by_phone(session: Session, number: str) -> str | None:
    """The newest open case that is to be rung back at an E.164 number. One statement."""
    indexes = cipher_of(session).blind_indexes("mobile", number)
    return session.execute(
        select(Case.public_ref)
        .where(Case.phone_index.in_(indexes), Case.state.in_(sorted(OPEN)))
        .order_by(Case.id.desc())
        .limit(1)
    ).scalar()
