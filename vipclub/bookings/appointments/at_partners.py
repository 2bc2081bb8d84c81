"""Lists of appointments at partners: a partner's own, and all of them for whoever runs the club."""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, func, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.accounts import Permission
from vipclub.bookings.appointments.finding import appointments, visible_to
from vipclub.bookings.appointments.queries import (
    AppointmentView,
    appointment,
    page_of,
    views_of,
)
from vipclub.bookings.availability.offerings import offerings
from vipclub.bookings.models import Appointment
from vipclub.bookings.steps import CONFIRMED, STATES
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.paging import Page, beyond
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import among, one_of
from vipclub.partners import seen_by

A_DAY = timedelta(days=1)
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)


def partner_appointments(
    session: Session,
    actor: Actor,
    *,
    statuses: Collection[str] = (),
    first: date | None = None,
    last: date | None = None,
    partner: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> Page[AppointmentView]:
    """Appointments at the actor's partner (for operations at all, or at `partner`); days are each
    site's. By time. One statement. Raises Forbidden."""
    actor.require("appointment:view")
    own: Set[str] | None = seen_by(actor)
    if partner:
        wanted = parse_ref(partner, "P")
        own = {wanted} if own is None else own & {wanted}
    asked: dict[str, Any] = {"limit": limit + 1}
    if own is not None:
        of_partner = offerings(session).of_partner
        asked["offerings"] = [each for ref in own for each in of_partner.get(ref, ())]
    asked |= _days_asked(first, last)
    states = frozenset(statuses) & STATES if statuses else None
    statement = _at_partners(frozenset(asked), states)
    if after:
        statement = statement.where(beyond(after, Appointment.starts_at, Appointment.id, datetime))
    return page_of(session, actor, run_built(session, statement, asked).all(), limit)


def desk_of_day(
    session: Session, actor: Actor, *, day: date, limit: int = 200
) -> tuple[list[AppointmentView], list[AppointmentView]]:
    """What the front desk of the actor's partner has before it: those that wait for somebody's
    answer, by their promise, and the confirmed ones of a local day, by time. One statement. Raises
    Forbidden."""
    days = _days_asked(day, day)
    lists = (Listed(_UNANSWERED, by_promise=True), Listed(CONFIRMED, frozenset(days)))
    return _two_lists(session, actor, lists, {"limit": limit, **days})


def urgent_ones(
    session: Session, actor: Actor, *, limit: int
) -> tuple[list[AppointmentView], list[AppointmentView]]:
    """Those that wait for a partner's answer, by their promise, and those that wait for a member's,
    by time. One statement. Raises Forbidden."""
    lists = (Listed(frozenset({"pending"}), by_promise=True), Listed(frozenset({"proposed"})))
    return _two_lists(session, actor, lists, {"limit": limit})


_UNANSWERED = frozenset({"pending", "proposed"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One of two lists of a page: the states in it, the days that are asked for, and its order."""

    states: frozenset[str]
    days: frozenset[str] = frozenset()
    by_promise: bool = False


def _two_lists(
    session: Session, actor: Actor, lists: tuple[Listed, Listed], asked: dict[str, Any]
) -> tuple[list[AppointmentView], list[AppointmentView]]:
    """Two lists that share no state, read at once: what each joins is the same."""
    actor.require("appointment:view")
    own = seen_by(actor)
    if own is not None:
        of_partner = offerings(session).of_partner
        asked["offerings"] = [each for ref in own for each in of_partner.get(ref, ())]
    rows = run_built(session, _both(lists, own is not None), asked).all()
    one, other = (
        sorted(
            (row for row in rows if row.state in each.states),
            key=_by_promise if each.by_promise else _by_time,
        )
        for each in lists
    )
    return views_of(session, actor, one), views_of(session, actor, other)


def _by_promise(row: AnyRow) -> tuple[bool, datetime, int]:
    return row.promised_by is None, row.promised_by or row.starts_at, row.id


def _by_time(row: AnyRow) -> tuple[datetime, int]:
    return row.starts_at, row.id


@lru_cache(maxsize=16)
def _both(lists: tuple[Listed, Listed], own: bool) -> CompoundSelect[*tuple[Any, ...]]:
    whose = frozenset({"limit", "offerings"} if own else {"limit"})
    return union_all(
        *(
            select(_at_partners(whose | each.days, each.states, each.by_promise).subquery())
            for each in lists
        )
    )


@lru_cache(maxsize=512)
def _at_partners(
    asked: frozenset[str], states: frozenset[str] | None, by_promise: bool = False
) -> AnySelect:
    """The statement for what is asked, by the names of its values: built once for each kind of
    list."""
    a = Appointment
    conditions: dict[str, ColumnElement[bool]] = {
        "offerings": among(a.offering_id, bindparam("offerings")),
        **{name: within(bindparam(name)) for name, within in _OF_DAYS.items()},
    }
    statement = (
        appointments()
        .where(*(condition for name, condition in conditions.items() if name in asked))
        .limit(bindparam("limit"))
    )
    if states is not None:
        statement = statement.where(one_of(a.state, states))
    if by_promise:  # those without one last, as the index of promises has it
        return statement.order_by(a.promised_by.nulls_last(), a.id)
    return statement.order_by(a.starts_at, a.id)


_OF_DAYS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "first": lambda day: Appointment.local_day >= day,
    "last": lambda day: Appointment.local_day <= day,
    "from": lambda moment: Appointment.starts_at > moment,
    "until": lambda moment: Appointment.starts_at < moment,
}
"""Local days from, to. Moments say it too, with a day to spare for every time zone: they have an
index."""


def _days_asked(first: date | None, last: date | None) -> dict[str, Any]:
    """The values for `_OF_DAYS`. Days beyond any calendar are moved inside."""

    def midnight(day: date) -> datetime:
        return datetime.combine(min(max(day, _FIRST), _LAST), time(), UTC)

    asked: dict[str, Any] = {}
    if first:
        asked["first"], asked["from"] = first, midnight(first) - A_DAY
    if last:
        asked["last"], asked["until"] = last, midnight(last) + 2 * A_DAY
    return asked


def counts_by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many appointments are in each state, for operations. One statement."""
    actor.require("appointment:view")
    counted = select(Appointment.state, func.count())
    if not actor.sees_all:  # what `visible_to` needs joined
        counted = appointments().with_only_columns(Appointment.state, func.count())
    rows = session.execute(counted.where(visible_to(actor)).group_by(Appointment.state))
    return {row.state: row[1] for row in rows}


def correctable_appointments(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    partner: str | None = None,
    first: date | None = None,
    last: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[AppointmentView]:
    """All appointments, for who looks for one that was a mistake: in a state, at a partner, between
    two days of the site; by their time. One statement. Raises Forbidden."""
    actor.require(Permission.APPOINTMENT_CORRECT)
    return partner_appointments(
        session,
        actor,
        statuses=[state] if state else (),
        partner=partner,
        first=first,
        last=last,
        after=after,
        limit=limit,
    )


def correctable_appointment(session: Session, actor: Actor, ref: str) -> AppointmentView:
    """An appointment, for who looks whether it was a mistake. One statement. Raises
    NotFound, MalformedRef, Forbidden."""
    actor.require(Permission.APPOINTMENT_CORRECT)
    return appointment(session, actor, ref)
