"""Cases: opened with whatever is known, and each step that follows."""

from __future__ import annotations

from vipclub import assistance
from vipclub.core.errors import IllegalTransition, Malformed, NotFound
from vipclub.web.api import case_shapes as shapes
from vipclub.web.api.calls import Said, act, call
from vipclub.web.api.lists import page_of
from vipclub.web.frame import current_actor, read

BOTH, STAFF = {"member", "channel"}, {"channel"}


@call(
    "POST",
    "/cases",
    scopes=BOTH,
    body=shapes.NewCase,
    answer=shapes.Case,
    status=201,
    refusals=(NotFound,),
)
def open_case(body: shapes.NewCase) -> Said:
    """Open a case: never refused for what is missing."""
    actor = current_actor()
    member = body.member
    if member is None and not actor.sees_all:
        member = next(iter(actor.refs("person")), None)
    return act(
        assistance.open_case,
        kind=body.kind,
        what=body.what,
        member=member,
        caller=body.caller,
        phone=body.phone,
        place=body.place,
        country=body.country,
        severity=body.severity,
        about=body.about,
    )


@call("GET", "/cases/{ref}", scopes=BOTH, answer=shapes.ListedCase)
def show_case(ref: str) -> Said:
    """One case with its clocks."""
    with read() as session:
        return assistance.case_line(session, current_actor(), ref).to_json()


@call(
    "GET",
    "/cases",
    scopes=BOTH,
    query=shapes.CaseQuery,
    answer=shapes.Cases,
    refusals=(NotFound,),
)
def list_cases(query: shapes.CaseQuery) -> Said:
    """Cases, the newest first; a member's own."""
    with read() as session:
        found = assistance.find_cases(
            session,
            current_actor(),
            status=query.status,
            kind=query.kind,
            member=query.member,
            after=query.cursor,
            limit=query.limit,
        )
    page = page_of(found)
    return {"items": [line.to_json() for line in page["items"]], "next": page["next"]}


@call(
    "POST",
    "/cases/{ref}/notes",
    scopes=BOTH,
    body=shapes.Text,
    answer=shapes.Case,
    status=201,
    refusals=(assistance.WordsMissing,),
)
def add_note(ref: str, body: shapes.Text) -> Said:
    """A note among staff; from a member, a message to the club."""
    return act(assistance.note_or_write, case=ref, text=body.text)


@call(
    "POST",
    "/cases/{ref}/answer",
    scopes=STAFF,
    body=shapes.Text,
    answer=shapes.Case,
    refusals=(IllegalTransition, assistance.WordsMissing),
)
def answer_case(ref: str, body: shapes.Text) -> Said:
    """The club has answered: by these words, or by telephone without any."""
    return act(assistance.answer, case=ref, text=body.text)


@call(
    "POST",
    "/cases/{ref}/wait",
    scopes=STAFF,
    body=shapes.Waiting,
    answer=shapes.Case,
    refusals=(IllegalTransition, assistance.WaitNotAccepted, assistance.WordsMissing),
)
def wait_for_member(ref: str, body: shapes.Waiting) -> Said:
    """The case waits for whom it is for: clocks that pause do so."""
    if body.until is not None and body.until.tzinfo is None:
        raise Malformed("until", problem="has no offset")
    return act(assistance.wait, case=ref, reason=body.reason, until=body.until, text=body.text)


@call(
    "POST",
    "/cases/{ref}/resume",
    scopes=STAFF,
    answer=shapes.Case,
    refusals=(IllegalTransition,),
)
def resume_case(ref: str) -> Said:
    """The case goes on."""
    return act(assistance.resume, case=ref)


@call(
    "POST",
    "/cases/{ref}/resolve",
    scopes=STAFF,
    body=shapes.Resolution,
    answer=shapes.Case,
    refusals=(IllegalTransition, assistance.WordsMissing, assistance.ChangeMissing),
)
def resolve_case(ref: str, body: shapes.Resolution) -> Said:
    """The case is resolved; `text` is told to whom it is for, and what `changed` by a complaint."""
    return act(assistance.resolve, case=ref, text=body.text, changed=body.changed)


@call(
    "POST",
    "/cases/{ref}/close",
    scopes=STAFF,
    answer=shapes.Case,
    refusals=(IllegalTransition,),
)
def close_case(ref: str) -> Said:
    """A resolved case is closed."""
    return act(assistance.close, case=ref)


@call(
    "POST",
    "/cases/{ref}/reopen",
    scopes=BOTH,
    body=shapes.Text,
    answer=shapes.Case,
    refusals=(IllegalTransition, assistance.MergedAway, assistance.WordsMissing),
)
def reopen_case(ref: str, body: shapes.Text) -> Said:
    """It isn't over."""
    return act(assistance.reopen, case=ref, text=body.text)


@call(
    "POST",
    "/cases/{ref}/severity",
    scopes=STAFF,
    body=shapes.NewSeverity,
    answer=shapes.Case,
    refusals=(IllegalTransition,),
)
def change_severity(ref: str, body: shapes.NewSeverity) -> Said:
    """How severe it is, after asking."""
    return act(assistance.change_severity, case=ref, severity=body.severity)
