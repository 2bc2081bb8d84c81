"""Events, and registrations for them: seats for a party, or its place on the waiting list."""

from __future__ import annotations

from typing import Any

from vipclub import events
from vipclub.benefits import NoEntitlement
from vipclub.bookings import NotEligible
from vipclub.core.errors import IllegalTransition, NotFound
from vipclub.events import EventView
from vipclub.web.api import event_shapes as shapes
from vipclub.web.api.calls import Said, act, call
from vipclub.web.api.lists import page_of
from vipclub.web.frame import current_actor, read

BOTH = {"member", "channel"}


@call("GET", "/events", scopes=BOTH, query=shapes.EventQuery, answer=shapes.Events)
def list_events(query: shapes.EventQuery) -> Said:
    """Events to come that the member may see, the next first."""
    with read() as session:
        found = events.events(session, current_actor(), after=query.cursor, limit=query.limit)
    page = page_of(found)
    return {"items": [_event(one) for one in page["items"]], "next": page["next"]}


@call("GET", "/events/{ref}", scopes=BOTH, answer=shapes.Event)
def show_event(ref: str) -> Said:
    """One event."""
    with read() as session:
        return _event(events.event(session, current_actor(), ref))


def _event(found: EventView) -> dict[str, Any]:
    return {
        "event": found.event,
        "kind": found.kind,
        "title": found.title,
        "start": found.start,
        "end": found.end,
        "site": found.venue,
        "city": found.city,
        "seats": found.seats,
        "free": found.free,
        "status": found.status,
    }


@call(
    "POST",
    "/events/{ref}/registrations",
    scopes=BOTH,
    body=shapes.NewRegistration,
    answer=shapes.Registration,
    status=201,
    refusals=(
        NotFound,
        events.RegisteredAlready,
        events.EventFull,
        events.RegistrationClosed,
        events.PartyNotAccepted,
        NotEligible,
        NoEntitlement,
    ),
)
def register(ref: str, body: shapes.NewRegistration) -> Said:
    """Seats for the whole party (`registered`), or its place on the waiting list (`waitlisted`)."""
    member = body.member or next(iter(sorted(current_actor().refs("person"))), "")
    guests = [events.Guest(one.name, one.age, one.needs) for one in body.guests]
    return act(events.register, event=ref, member=member, guests=guests, needs=body.needs)


@call(
    "POST",
    "/registrations/{ref}/cancel",
    scopes=BOTH,
    answer=shapes.Registration,
    refusals=(IllegalTransition, events.TooLateToCancel),
)
def cancel_registration(ref: str) -> Said:
    """Give up the seats or the place on the waiting list."""
    return act(events.cancel, registration=ref)


@call(
    "POST",
    "/registrations/{ref}/accept",
    scopes=BOTH,
    answer=shapes.Registration,
    refusals=(IllegalTransition, events.SeatOfferOver, NoEntitlement),
)
def accept_seats(ref: str) -> Said:
    """Accept the seats that are offered."""
    return act(events.accept_seats, registration=ref)


@call(
    "POST",
    "/registrations/{ref}/decline",
    scopes=BOTH,
    answer=shapes.Registration,
    refusals=(IllegalTransition, events.TooLateToCancel),
)
def decline_registration(ref: str) -> Said:
    """Decline an invitation, or the seats that are offered: they go to the next."""
    return act(events.decline, registration=ref)


@call(
    "POST",
    "/registrations/{ref}/transfer",
    scopes=BOTH,
    body=shapes.Receiver,
    answer=shapes.Registration,
    refusals=(
        IllegalTransition,
        events.TooLateToCancel,
        events.RegisteredAlready,
        NotEligible,
    ),
)
def transfer_registration(ref: str, body: shapes.Receiver) -> Said:
    """Offer the seats to another member; gives that member's registration."""
    return act(events.transfer, registration=ref, member=body.member)
