"""What must be true of all events and registrations."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from vipclub.benefits import Benefit, EntitlementAccount
from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.events.models import Event, PartyMember, Registration, registration_table
from vipclub.events.steps import ENDED

SEATED = ("registered", "attended", "absent")
"""States in which seats were taken and not given back."""


def _wrong_seats(session: Session, span: Span) -> Iterator[Broken]:
    """Events whose seats differ from the parties that take or are offered them."""
    size = Registration.size
    claims = (
        select(
            Registration.event_id,
            func.sum(case((Registration.state.in_(SEATED), size), else_=0)).label("taken"),
            func.sum(case((Registration.state == "offered", size), else_=0)).label("reserved"),
        )
        .where(span.of(Registration.event_id))
        .group_by(Registration.event_id)
        .subquery()
    )
    taken, reserved = (func.coalesce(c, 0) for c in (claims.c.taken, claims.c.reserved))
    for ref, kept, found in session.execute(
        select(Event.public_ref, Event.taken + Event.reserved, taken + reserved)
        .outerjoin(claims, claims.c.event_id == Event.id)
        .where(span.of(Event.id), or_(Event.taken != taken, Event.reserved != reserved))
    ):
        yield Broken(f"event {ref}", f"{kept} seats taken or reserved, {found} claimed")


def _wrong_parties(session: Session, span: Span) -> Iterator[Broken]:
    """Registrations whose people aren't as many as their size."""
    people = (
        select(func.count())
        .select_from(PartyMember)
        .where(PartyMember.registration_id == Registration.id)
        .scalar_subquery()
    )
    for ref, size, count in session.execute(
        select(Registration.public_ref, Registration.size, people).where(
            span.of(Registration.id), Registration.state != "invited", people != Registration.size
        )
    ):
        yield Broken(f"registration {ref}", f"a party of {size} with {count} people")


def _never_ends(session: Session, span: Span) -> Iterator[Broken]:
    """Registrations that wait without an end, or that are over and wait."""
    ended = Registration.state.in_(sorted(ENDED))
    wrong = or_(
        ended & (Registration.due_at.is_not(None) | Registration.ended_at.is_(None)),
        ~ended & (Registration.due_at.is_(None) | Registration.ended_at.is_not(None)),
    )
    for ref, state in session.execute(
        select(Registration.public_ref, Registration.state).where(span.of(Registration.id), wrong)
    ):
        yield Broken(f"registration {ref}", f"{state}, and its end says something else")


def _wrong_units(session: Session, span: Span) -> Iterator[Broken]:
    """Entitlements for events whose units held and used differ from the registrations."""
    units, account = Registration.units, registration_table.c.account_id
    claims = (
        select(
            account,
            func.sum(case((Registration.state == "registered", units), else_=0)).label("held"),
            func.sum(case((Registration.consumed, units), else_=0)).label("used"),
        )
        .where(span.of(account))
        .group_by(account)
        .subquery()
    )
    a = EntitlementAccount
    held, used = (func.coalesce(c, 0) for c in (claims.c.held, claims.c.used))
    for account, says_held, says_used, seats_held, seats_used in session.execute(
        select(a.id, a.held, a.used, held, used)
        .join(Benefit, Benefit.id == a.benefit_id)
        .outerjoin(claims, claims.c.account_id == a.id)
        .where(span.of(a.id), Benefit.use == "event", or_(a.held != held, a.used != used))
    ):
        yield Broken(
            f"entitlement {account}",
            f"{says_held} units held and {says_used} used, "
            f"for {seats_held} held and {seats_used} used by registrations",
        )


INVARIANTS = (
    in_parts(
        "event seats",
        "The seats of an event are those of its parties and offers.",
        over=Event.id,
        broken=_wrong_seats,
        size=200,
    ),
    in_parts(
        "event parties",
        "A party has as many people as its size says.",
        over=Registration.id,
        broken=_wrong_parties,
    ),
    in_parts(
        "event ends",
        "A registration that waits has its end, and one that is over has none.",
        over=Registration.id,
        broken=_never_ends,
    ),
    in_parts(
        "event units",
        "The units held and used of an entitlement for events are its registrations.",
        over=EntitlementAccount.id,
        broken=_wrong_units,
        size=500_000,
    ),
)
