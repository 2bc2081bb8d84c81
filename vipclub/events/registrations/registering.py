"""A member registers: seats for the whole party, or a place in the line."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub import benefits, people
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.rows import AnyRow
from vipclub.core.types import ALPHABET, Json, new_ref
from vipclub.events.finding import EventRow, find_event
from vipclub.events.letters import tell
from vipclub.events.models import Registration, registration_table
from vipclub.events.refusals import (
    EventFull,
    RegisteredAlready,
    RegistrationClosed,
    not_for_this_member,
)
from vipclub.events.registrations.party import Guest, Party, accepted, write_party
from vipclub.events.registrations.queue import place_of
from vipclub.events.registrations.seats import take_free_seats
from vipclub.events.steps import REGISTRATION_STEPS
from vipclub.membership import TIERS, Membership, running_on
from vipclub.people import LockedPerson

REGISTER = REGISTRATION_STEPS["register"]
SECRET_LENGTH = 16
OUTSIDE_WAVES = 1_000
"""The wave of who registers without an invitation: after all who were invited."""


@dataclass(frozen=True, slots=True)
class RegistrationMade:
    """What came of it: `registered`, or `waitlisted` at place `line`."""

    registration: str
    event: str
    status: str
    line: int | None = None

    def to_json(self) -> Json:
        """As the API says it."""
        said: dict[str, Json] = {"registration": self.registration, "status": self.status}
        return said if self.line is None else said | {"line": self.line}


def register(
    session: Session,
    actor: Actor,
    *,
    event: str,
    member: str,
    guests: Sequence[Guest] = (),
    needs: str = "",
) -> RegistrationMade:
    """Seats for a member and guests together, or their place in the line where none are free.
    `needs` are the member's own. Raises RegisteredAlready, EventFull (409), RegistrationClosed,
    NotEligible, PartyNotAccepted, NoEntitlement (422), MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    REGISTRATION_STEPS.require(REGISTER, actor)
    found = find_event(session, actor, event)
    who = people.lock_persons(session, actor, [member])[member]
    standing = standing_of(session, found.id, who.id)
    if standing is not None and standing.state != "invited":
        raise RegisteredAlready(registration=standing.public_ref, status=standing.state)
    rank = tier_that_may_come(session, found, who, now, invited=standing is not None)
    party = accepted(found, guests, needs)
    account = _account_for(session, found, who, party.size)
    seated = take_free_seats(session, found.id, party.size)
    if not seated and not found.waitlist:
        raise EventFull()
    state = "registered" if seated else "waitlisted"
    ref = standing.public_ref if standing is not None else new_ref("R")
    values = _values(session, found, ref, party, rank, state, actor, now)
    if seated and account is not None:
        units = found.units_of(party.size)
        benefits.hold(
            session,
            account_id=account,
            quantity=units,
            subject=("registration", ref),
            actor=actor,
            at=now,
        )
        values |= {"account_id": account, "units": units}
    row_id = _write(session, found, who, standing, values)
    write_party(session, row_id, party)
    audit.write(
        session,
        actor,
        "registration.register",
        subject=("registration", ref),
        after={"event": found.ref, "member": who.ref, "status": state, "size": party.size},
        at=now,
    )
    tell(session, REGISTER, state, ref)
    place = None if seated else place_of(session, row_id)
    return RegistrationMade(ref, found.ref, state, place.line if place else None)


def standing_of(session: Session, event_id: int, person_id: int) -> AnyRow | None:
    """The registration of the person's cluster that stands, where there is one."""
    return session.execute(
        select(
            Registration.id, Registration.public_ref, Registration.state, Registration.version
        ).where(
            Registration.event_id == event_id,
            Registration.person_id.in_(people.cluster_of(person_id)),
            Registration.ended_at.is_(None),
        )
    ).first()


def tier_that_may_come(
    session: Session,
    event: EventRow,
    who: LockedPerson,
    now: datetime,
    *,
    invited: bool,
    begun: bool = False,
) -> int:
    """The rank of the member's tier on the event's day; also after registration was closed where it
    had `begun` before. Raises RegistrationClosed, NotEligible."""
    if not begun and (event.state != "published" or now >= event.register_until):
        raise RegistrationClosed()
    tiers = session.scalars(
        select(Membership.tier).where(
            Membership.person_id.in_(people.cluster_of(who.id)),
            running_on(clock.club_day(event.starts_at)),
        )
    ).all()
    rank = max((TIERS.index(tier) for tier in tiers), default=-1)
    wanted = event.tiers
    if rank < 0 or not (event.open or invited) or (wanted and TIERS[rank] not in wanted):
        raise not_for_this_member()
    return rank


def _account_for(session: Session, event: EventRow, who: LockedPerson, size: int) -> int | None:
    """The account that a party would draw on; None for an event that costs no units. Raises
    NoEntitlement."""
    if event.benefit is None:
        return None
    year = event.local_day.year
    account = benefits.find_account(session, person_id=who.id, benefit=event.benefit, year=year)
    units = event.units_of(size)
    if account is None or (not account.unlimited and account.remaining < units):
        kept = benefits.benefit_by_code(session, event.benefit)
        if kept is None:
            raise not_for_this_member()
        left = account.remaining if account is not None else 0
        raise benefits.none_left(kept.code, kept.name, year, left)
    return account.id


def _values(
    session: Session,
    event: EventRow,
    ref: str,
    party: Party,
    rank: int,
    state: str,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "public_ref": ref,
        "state": state,
        "size": party.size,
        "tier_rank": rank,
        "queued_at": now,
        "due_at": event.ends_at if state == "registered" else event.starts_at,
        "channel": actor.channel,
    }
    if state == "registered":
        values["ticket_secret"] = new_secret(session, ref)
    return values


def new_secret(session: Session, ref: str) -> bytes:
    """A ticket's secret, sealed: sixteen random characters that nobody can make up."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    return cipher_of(session).seal("registration.ticket_secret", ref, text)


def _write(
    session: Session,
    event: EventRow,
    who: LockedPerson,
    standing: AnyRow | None,
    values: dict[str, Any],
) -> int:
    """The row: a new one, or the invitation that is answered. Gives its id."""
    if standing is not None:
        state = values.pop("state")
        del values["public_ref"]
        REGISTRATION_STEPS.move(
            session,
            registration_table,
            standing.id,
            REGISTER,
            "invited",
            state,
            version=standing.version + 1,
            **values,
        )
        return int(standing.id)
    return insert_registration(session, event, who, values)[1]


def insert_registration(
    session: Session, event: EventRow, who: LockedPerson, values: dict[str, Any]
) -> tuple[str, int]:
    """A new row, of somebody without an invitation; gives its reference and its id."""
    first = {
        "public_ref": new_ref("R"),
        "version": 1,
        "event_id": event.id,
        "person_id": who.id,
        "wave": OUTSIDE_WAVES,
        "units": 0,
        "consumed": False,
        "created_at": values["queued_at"],
        **values,
    }
    made = session.execute(insert(registration_table).values(**first).returning(Registration.id))
    return str(first["public_ref"]), int(made.scalar_one())
