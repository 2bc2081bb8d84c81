"""Lists of callbacks, and one of them whole with the number to dial, once it is on record who
looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance import Case
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.desk.callbacks.finding import visible_to
from vipclub.desk.callbacks.models import Callback, CallbackTry
from vipclub.desk.callbacks.steps import CALLBACK_STEPS
from vipclub.people import Person, Viewed, stands_for


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """A callback in a list, without number and words."""

    ref: str
    state: str
    about: str
    member: str | None
    name: str = field(repr=False)
    owner: str | None
    owner_name: str
    case: str | None
    created_at: datetime
    from_at: datetime
    due_at: datetime
    ended_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class TryView:
    """A call that was made."""

    at: datetime
    who: str
    reached: bool


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A callback whole, for whoever makes the call."""

    line: CallbackLine
    phone: str = field(repr=False)
    own_number: bool
    caller: str = field(repr=False)
    words: str = field(repr=False)
    channel: str
    asked_by: str
    tries: tuple[TryView, ...]
    steps: tuple[str, ...]


_survivor, _owner, _asked_by = aliased(Person), aliased(Account), aliased(Account)


def _select() -> AnySelect:
    return (
        select(
            Callback.id,
            Callback.public_ref.label("ref"),
            Callback.state,
            Callback.about,
            _survivor.public_ref.label("member"),
            _survivor.full_name.label("name"),
            _owner.public_ref.label("owner"),
            _owner.display_name.label("owner_name"),
            Case.public_ref.label("case"),
            Callback.created_at,
            Callback.from_at,
            Callback.due_at,
            Callback.ended_at,
            Callback.tries,
        )
        .outerjoin(Person, Person.id == Callback.person_id)
        .outerjoin(_survivor, stands_for(_survivor, Person))
        .outerjoin(_owner, _owner.id == Callback.owner_id)
        .outerjoin(Case, Case.id == Callback.case_id)
    )


def _line(row: AnyRow) -> CallbackLine:
    return CallbackLine(
        ref=row.ref,
        state=row.state,
        about=row.about,
        member=row.member,
        name=row.name or "",
        owner=row.owner,
        owner_name=row.owner_name or "",
        case=row.case,
        created_at=row.created_at,
        from_at=row.from_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        tries=row.tries,
    )


def due_callbacks(
    session: Session,
    actor: Actor,
    *,
    owner: int | None = None,
    about: str | None = None,
    backwards: bool = False,
    after: str | None = None,
    limit: int = 60,
) -> Page[CallbackLine]:
    """Callbacks in sight that are due, the earliest first, or last when `backwards`. One statement.
    Raises Malformed, Forbidden."""
    actor.require(Permission.CALLBACK_WORK)
    order = (Callback.due_at, Callback.id)
    found = (
        _select()
        .where(visible_to(actor), Callback.state == "due")
        .order_by(*((key.desc() for key in order) if backwards else order))
        .limit(limit + 1)
    )
    if owner is not None:
        found = found.where(Callback.owner_id == owner)
    if about is not None:
        found = found.where(Callback.about == about)
    if after is not None:
        found = found.where(beyond(after, *order, datetime, backwards=backwards))
    rows = session.execute(found).all()
    return Page([_line(row) for row in rows[:limit]], cursor_after(rows, limit, "due_at"))


def callbacks_of(
    session: Session, actor: Actor, *, member: str, limit: int = 10
) -> list[CallbackLine]:
    """A person's callbacks, those that are due first. One statement. Raises MalformedRef,
    Forbidden."""
    actor.require(Permission.CALLBACK_ASK)
    cluster = people.cluster_behind(parse_ref(member, "M"))
    rows = session.execute(
        _select()
        .where(visible_to(actor), Callback.person_id.in_(cluster))
        .order_by(Callback.state != "due", Callback.due_at.desc())
        .limit(limit)
    )
    return [_line(row) for row in rows]


@dataclass(frozen=True, slots=True)
class CallbacksNow:
    """How many callbacks were due already, how many are due soon, and all."""

    late: int
    soon: int
    all: int


_moment = Callback.due_at.type
COUNTED = select(
    func.coalesce(
        func.sum(sql_case((Callback.due_at < bindparam("now", type_=_moment), 1), else_=0)), 0
    ).label("late"),
    func.coalesce(
        func.sum(sql_case((Callback.due_at < bindparam("soon", type_=_moment), 1), else_=0)), 0
    ).label("soon"),
    func.count().label("all"),
).where(Callback.state == "due")
"""Callbacks that are due: how many by `now`, by `soon`, and in all."""


def record_callback_view(session: Session, actor: Actor, *, callback: str) -> Viewed:
    """Write the trail's row that somebody sees a number to call, and give its receipt, before it is
    read. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CALLBACK_WORK)
    ref = parse_ref(callback, "J")
    found = session.execute(
        select(Callback.id).where(Callback.public_ref == ref, visible_to(actor))
    )
    if found.first() is None:
        raise NotFound()
    return people.record_views(
        session,
        actor,
        "callback.view",
        subject=("callback", ref),
        refs=[ref],
        page="callback",
        after="callback",
    )


def callback(session: Session, actor: Actor, ref: str, *, viewed: Viewed) -> CallbackView:
    """A callback whole. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CALLBACK_WORK)
    asked = parse_ref(ref, "J")
    viewed.must_cover(asked)
    row = session.execute(
        _select()
        .add_columns(
            Callback.phone,
            Callback.caller,
            Callback.words,
            Callback.channel,
            _survivor.mobile,
            _asked_by.display_name.label("asked_by"),
        )
        .outerjoin(_asked_by, _asked_by.id == Callback.asked_by_id)
        .where(Callback.public_ref == asked, visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    cipher = cipher_of(session)

    def opened(place: str, sealed: bytes | None) -> str:
        return cipher.unseal(f"callback.{place}", row.ref, sealed) if sealed else ""

    own = row.phone is None and row.mobile is not None
    mobile = cipher.unseal("person.mobile", row.member, row.mobile) if own else ""
    return CallbackView(
        line=_line(row),
        phone=mobile or opened("phone", row.phone),
        own_number=own,
        caller=opened("caller", row.caller),
        words=opened("words", row.words),
        channel=row.channel,
        asked_by=row.asked_by or "",
        tries=_tries(session, row.id),
        steps=CALLBACK_STEPS.open_to(actor, row.state, row, clock.now()),
    )


def _tries(session: Session, callback_id: int) -> tuple[TryView, ...]:
    rows = session.execute(
        select(CallbackTry.at, Account.display_name, CallbackTry.reached)
        .outerjoin(Account, Account.id == CallbackTry.account_id)
        .where(CallbackTry.callback_id == callback_id)
        .order_by(CallbackTry.number)
    )
    return tuple(TryView(row.at, row.display_name or "", row.reached) for row in rows)
