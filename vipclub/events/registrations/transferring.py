"""A member gives the seats of a party to another member, who accepts them or not: the seats are
offered to that one, outside the line. Unanswered they go to the line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import people
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import parse_ref
from vipclub.events.finding import find_registration, lock_event
from vipclub.events.letters import tell
from vipclub.events.refusals import RegisteredAlready
from vipclub.events.registrations.answering import end_registration, free_seats, settle_units
from vipclub.events.registrations.offer_time import offer_ends
from vipclub.events.registrations.party import Party, write_party
from vipclub.events.registrations.registering import (
    RegistrationMade,
    insert_registration,
    standing_of,
    tier_that_may_come,
)
from vipclub.events.registrations.seats import reserve_seats
from vipclub.events.steps import REGISTRATION_STEPS

TRANSFER, OFFER = REGISTRATION_STEPS["transfer"], REGISTRATION_STEPS["offer"]


def transfer(session: Session, actor: Actor, *, registration: str, member: str) -> RegistrationMade:
    """Offer the one seat of the member, or as many as the party has, to another member, whose
    reference is known to whoever gives it. The giver's units come back. Gives the new offer. Raises
    RegisteredAlready, NotEligible, TooLateToCancel, IllegalTransition, MalformedRef, NotFound,
    Forbidden."""
    now = clock.now()
    REGISTRATION_STEPS.require(TRANSFER, actor)
    receiver = parse_ref(member, "M")
    found = people.lock_survivors(session, people.cluster_behind(receiver))
    if not found:
        raise NotFound()
    (who,) = found.values()
    row = find_registration(session, actor, registration)
    REGISTRATION_STEPS.ask(TRANSFER, actor, row.state, row, now)
    event = lock_event(session, row.event_id)
    standing = standing_of(session, event.id, who.id)
    if standing is not None:
        raise RegisteredAlready(registration=registration, status=standing.state)
    rank = tier_that_may_come(session, event, who, now, invited=True, begun=True)
    settle_units(session, actor, row, uses=False, now=now)
    end_registration(session, row, TRANSFER, now, reason="transferred")
    free_seats(session, row)
    reserve_seats(session, event.id, row.size)
    ref, row_id = insert_registration(
        session,
        event,
        who,
        {
            "state": OFFER.target,
            "size": row.size,
            "tier_rank": rank,
            "queued_at": now,
            "due_at": offer_ends(now, event.starts_at, event.time_zone),
            "channel": actor.channel,
        },
    )
    write_party(session, row_id, Party.of_size(row.size))
    audit.write(
        session,
        actor,
        "registration.transfer",
        subject=("registration", row.ref),
        after={"to": who.ref, "registration": ref},
        at=now,
    )
    tell(session, TRANSFER, TRANSFER.target, row.ref)
    tell(session, OFFER, OFFER.target, ref)
    return RegistrationMade(ref, event.ref, OFFER.target)
