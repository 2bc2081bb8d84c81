"""Requests for help in need, as the partner's system reads and answers them."""

from __future__ import annotations

from flask import current_app

from vipclub import assistance
from vipclub.core.errors import Conflict, Malformed
from vipclub.web.api import dispatch_shapes as shapes
from vipclub.web.api.calls import Said, act, call
from vipclub.web.api.lists import page_of
from vipclub.web.frame import current_actor, read, run
from vipclub.web.frame.app_setup import hotlines

REFUSALS = (assistance.dispatch.AnswerTooLate, assistance.dispatch.AnsweredAlready, Conflict)


@call(
    "GET",
    "/partner/dispatches",
    scopes={"partner"},
    query=shapes.DispatchQuery,
    answer=shapes.Dispatches,
)
def list_dispatches(query: shapes.DispatchQuery) -> Said:
    """What the partner is and was asked for, the newest first; nobody's name."""
    statuses = [part.strip() for part in (query.status or "").split(",") if part.strip()]
    with read() as session:
        found = assistance.dispatch.requests_of_partner(
            session,
            current_actor(),
            statuses=statuses,
            after=query.cursor,
            limit=query.limit,
        )
    page = page_of(found)
    return {"items": [one.to_json() for one in page["items"]], "next": page["next"]}


@call("GET", "/partner/dispatches/{ref}", scopes={"partner"}, answer=shapes.Dispatch)
def show_dispatch(ref: str) -> Said:
    """One of them; once it is accepted, whom it is about. Each look is on record."""
    viewed = run(assistance.dispatch.record_request_view, dispatch=ref, page="api")
    with read() as session:
        found = assistance.dispatch.request_to_partner(
            session, current_actor(), dispatch=ref, viewed=viewed
        )
    settings = current_app.extensions["vipclub"].settings
    numbers = [written for written, _, _ in hotlines(settings)]
    return {**found.to_json(), "desk_phone": numbers}


@call(
    "POST",
    "/partner/dispatches/{ref}/accept",
    scopes={"partner"},
    body=shapes.Acceptance,
    answer=shapes.DispatchAnswered,
    refusals=(
        *REFUSALS,
        assistance.dispatch.PartnerFoundAlready,
        assistance.dispatch.ArrivalNotAccepted,
    ),
)
def accept_dispatch(ref: str, body: shapes.Acceptance) -> Said:
    """The partner comes."""
    if body.arrives_at is not None and body.arrives_at.tzinfo is None:
        raise Malformed("arrives_at", problem="has no offset")
    return act(assistance.dispatch.accept, dispatch=ref, arrives_at=body.arrives_at, text=body.text)


@call(
    "POST",
    "/partner/dispatches/{ref}/decline",
    scopes={"partner"},
    body=shapes.Refusal,
    answer=shapes.DispatchAnswered,
    refusals=(*REFUSALS, assistance.dispatch.ReasonNotAccepted),
)
def decline_dispatch(ref: str, body: shapes.Refusal) -> Said:
    """The partner can't: the next one is asked at once."""
    return act(assistance.dispatch.decline, dispatch=ref, reason=body.reason, text=body.text)
