"""Answers of partners, by whichever way: on their pages, by their systems, by the link of a letter,
by telephone through the desk. Each is taken under the lock of the case, so that of two the first
counts and the second is told so; the database has the last word (`models.Dispatch`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Permission, token_hash
from vipclub.assistance.cases.handling import Act, words
from vipclub.assistance.dispatch.asking import go_on, tell_desk
from vipclub.assistance.dispatch.ending import open_rows, withdraw
from vipclub.assistance.dispatch.models import Dispatch, dispatch_table
from vipclub.assistance.dispatch.refusals import (
    AnsweredAlready,
    AnswerTooLate,
    ArrivalNotAccepted,
    PartnerFoundAlready,
    ReasonNotAccepted,
)
from vipclub.assistance.dispatch.steps import DECLINE_REASONS, DISPATCH_STEPS, DispatchState
from vipclub.assistance.models import Case
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Conflict, NotFound
from vipclub.core.rows import row_as
from vipclub.core.steps import Step
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Partner
from vipclub.partners import visible_to as partners_visible_to
from vipclub.people import Viewed

LATEST_ARRIVAL = timedelta(hours=72)
LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class DispatchResult:
    """An asking after an answer, as the API tells it."""

    dispatch: str
    status: str
    arrives_at: datetime | None


@dataclass(frozen=True, slots=True)
class LockedDispatch:
    """An asking under its lock."""

    id: int
    ref: str
    case: str
    case_id: int
    chain: str
    kind: str
    state: str
    answer_by: datetime | None
    partner: str
    name: Localized


class _Answer:
    """One answer, from the lock of the case to its clocks. Raises Forbidden, MalformedRef,
    NotFound, and what the table of steps refuses, in the words of the dispatch."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        step: Step[DispatchState],
        which: ColumnElement[bool],
        *,
        way: str,
    ) -> None:
        DISPATCH_STEPS.require(step, actor)
        self.session, self.actor, self.step, self.way = session, actor, step, way
        case = session.execute(
            select(Case.public_ref)
            .join(Dispatch, Dispatch.case_id == Case.id)
            .join(Partner, Partner.id == Dispatch.partner_id)
            .where(which, Dispatch.asked_at.is_not(None))
        ).scalar()
        if case is None:
            raise NotFound()
        # whoever is asked acts on this one case, by this asking alone
        acting = actor if way == "desk" else replace(actor, scopes=frozenset({("all", "*")}))
        self.act = Act(session, acting, case, channel="phone" if way == "desk" else "partner")
        self.row = self._locked(which)
        self._ask()

    def _locked(self, which: ColumnElement[bool]) -> LockedDispatch:
        row = self.session.execute(
            select(
                Dispatch.id,
                Dispatch.public_ref.label("ref"),
                Case.public_ref.label("case"),
                Dispatch.case_id,
                Dispatch.chain,
                Dispatch.kind,
                Dispatch.state,
                Dispatch.answer_by,
                Partner.public_ref.label("partner"),
                Partner.name,
            )
            .join(Case, Case.id == Dispatch.case_id)
            .join(Partner, Partner.id == Dispatch.partner_id)
            .where(which, Case.id == self.act.case.id)
        ).first()
        if row is None:  # its case was merged into another one meanwhile
            raise Conflict()
        return row_as(LockedDispatch, row)

    def _ask(self) -> None:
        if self.row.state not in self.step.sources:
            raise AnswerTooLate() if self.row.state == "silent" else AnsweredAlready()
        DISPATCH_STEPS.ask(self.step, self.actor, self.row.state, self.row, self.act.at)
        self.act.must_be_open()

    def move(self, **values: Any) -> None:  # noqa: ANN401 - columns of the asking
        """The state, with what came along."""
        values |= {"answered_at": self.act.at, "way": self.way}
        DISPATCH_STEPS.move(
            self.session,
            dispatch_table,
            self.row.id,
            self.step,
            self.row.state,
            self.step.target,
            **values,
        )

    def sealed(self, text: str) -> bytes | None:
        """The partner's own words. Raises WordsMissing for too many."""
        said = words(text, needed=False, most=LONGEST_WORDS)
        return cipher_of(self.session).seal("dispatch.said", self.row.ref, said) if said else None

    def done(self, arrives_at: datetime | None = None, **after: Any) -> DispatchResult:  # noqa: ANN401
        """The clocks of the case, and the trail."""
        after |= {"dispatch": self.row.ref, "way": self.way}
        self.act.finish(f"case.partner_{self.step.target}", after=after)
        return DispatchResult(self.row.ref, self.step.target, arrives_at)


def accept(
    session: Session,
    actor: Actor,
    *,
    dispatch: str,
    arrives_at: datetime | None = None,
    minutes: int | None = None,
    text: str = "",
) -> DispatchResult:
    """The partner comes, at `arrives_at` or in so many `minutes`, where it can say so. Raises
    AnswerTooLate, AnsweredAlready, PartnerFoundAlready, ArrivalNotAccepted, WordsMissing and what
    `_Answer` raises."""
    found = _Answer(
        session, actor, DISPATCH_STEPS["accept"], _own(actor, dispatch), way=_way(actor)
    )
    return _accepted(found, arrives_at, minutes, text)


def decline(
    session: Session, actor: Actor, *, dispatch: str, reason: str, text: str = ""
) -> DispatchResult:
    """The partner can't: the next one is asked at once. Raises ReasonNotAccepted, AnswerTooLate,
    AnsweredAlready, WordsMissing and what `_Answer` raises."""
    _known(reason, text)
    found = _Answer(
        session, actor, DISPATCH_STEPS["decline"], _own(actor, dispatch), way=_way(actor)
    )
    return _declined(found, reason, text)


def accept_by_link(
    session: Session,
    *,
    token: str,
    minutes: int | None = None,
    text: str = "",
    request_id: str = "",
) -> Viewed:
    """As `accept`, by the secret of a letter's link; gives the receipt by which whoever pressed the
    button may read, this once, whom it is about. Raises what `accept` does."""
    actor, which = _bearer(token, request_id)
    found = _Answer(session, actor, DISPATCH_STEPS["accept"], which, way="link")
    result = _accepted(found, None, minutes, text)
    return people.record_views(
        session,
        actor,
        "dispatch.view",
        subject=("dispatch", result.dispatch),
        refs=[result.dispatch],
        page="answer",
        after="answer",
    )


def decline_by_link(
    session: Session, *, token: str, reason: str, text: str = "", request_id: str = ""
) -> DispatchResult:
    """As `decline`, by the secret of a letter's link. Raises what `decline` does."""
    _known(reason, text)
    actor, which = _bearer(token, request_id)
    return _declined(
        _Answer(session, actor, DISPATCH_STEPS["decline"], which, way="link"), reason, text
    )


def accept_for(
    session: Session,
    actor: Actor,
    *,
    dispatch: str,
    case: str | None = None,
    minutes: int | None = None,
    text: str = "",
) -> DispatchResult:
    """The partner said yes on the telephone, perhaps after its time. Raises what `accept` does, but
    AnswerTooLate; NotFound for an asking of another `case` where that is named."""
    which = _named(dispatch, case)
    found = _Answer(session, actor, DISPATCH_STEPS["accept_for"], which, way="desk")
    return _accepted(found, None, minutes, text)


def decline_for(
    session: Session,
    actor: Actor,
    *,
    dispatch: str,
    reason: str,
    case: str | None = None,
    text: str = "",
) -> DispatchResult:
    """The partner said no on the telephone. Raises what `decline` does, and NotFound as
    `accept_for`."""
    _known(reason, text)
    which = _named(dispatch, case)
    return _declined(
        _Answer(session, actor, DISPATCH_STEPS["decline_for"], which, way="desk"), reason, text
    )


def lose(
    session: Session, actor: Actor, *, dispatch: str, case: str | None = None, text: str = ""
) -> DispatchResult:
    """Who had accepted doesn't come after all: the promise of a partner runs again, and the next of
    the chain is asked. Raises what `_Answer` raises, and NotFound as `accept_for`."""
    which = _named(dispatch, case)
    found = _Answer(session, actor, DISPATCH_STEPS["lose"], which, way="desk")
    row = found.row
    DISPATCH_STEPS.move(session, dispatch_table, row.id, found.step, row.state, found.step.target)
    found.act.write(
        "partner_lost",
        text=words(text, needed=False),
        other_ref=row.partner,
        reason=row.kind,
        for_member=True,
    )
    go_on(session, found.act, row.chain, last=row.id, kind=row.kind)
    return found.done()


def _named(ref: str, case: str | None) -> ColumnElement[bool]:
    """An asking by its reference, of this case where one is named."""
    which = Dispatch.public_ref == parse_ref(ref, "Z")
    return which if case is None else which & (Case.public_ref == parse_ref(case, "C"))


def _own(actor: Actor, ref: str) -> ColumnElement[bool]:
    return (Dispatch.public_ref == parse_ref(ref, "Z")) & partners_visible_to(actor)


def _bearer(token: str, request_id: str) -> tuple[Actor, ColumnElement[bool]]:
    """Who holds a link, with the right of its one asking."""
    actor = Actor(
        kind="partner",
        permissions=frozenset({str(Permission.DISPATCH_ANSWER)}),
        request_id=request_id,
        name="link",
    )
    return actor, Dispatch.token_hash == token_hash(token)


def _way(actor: Actor) -> str:
    return "api" if actor.channel == "api" else "door"


def _known(reason: str, text: str) -> None:
    if reason not in DECLINE_REASONS or (reason == "other" and not text.strip()):
        raise ReasonNotAccepted()


def _accepted(
    found: _Answer, arrives_at: datetime | None, minutes: int | None, text: str
) -> DispatchResult:
    row, at = found.row, found.act.at
    if minutes is not None:
        arrives_at = at + timedelta(minutes=minutes)
    if arrives_at is not None and not at <= arrives_at <= at + LATEST_ARRIVAL:
        raise ArrivalNotAccepted(hours=int(LATEST_ARRIVAL.total_seconds() // 3600))
    said = found.sealed(text)
    # one who is asked now gives way to one who called after its time
    for other in _others(found):
        if other.state == "accepted":
            raise PartnerFoundAlready()
        if other.state == "asked":
            withdraw(found.session, found.act.actor, other, at=at, channel=found.act.channel)
    found.move(said=said, arrives_at=arrives_at)
    found.act.write(
        "partner_found",
        other_ref=row.partner,
        reason=row.kind,
        until=arrives_at,
        for_member=True,
    )
    tell_desk(
        found.session,
        found.act,
        "partner-found",
        found.act.case.owner_id,
        kind=row.kind,
        version=row.id,
        partner=row.name,
    )
    return found.done(arrives_at, arrives=arrives_at)


def _others(found: _Answer) -> list[Any]:
    """The others of the chain that are asked or have accepted."""
    return [
        one
        for one in open_rows(found.session, found.row.case_id, found.row.chain)
        if one.id != found.row.id and one.state != "listed"
    ]


def _declined(found: _Answer, reason: str, text: str) -> DispatchResult:
    row = found.row
    found.move(said=found.sealed(text), reason=reason)
    found.act.write("partner_declined", other_ref=row.partner, reason=row.kind)
    go_on(found.session, found.act, row.chain, last=row.id, kind=row.kind)
    return found.done(reason=reason)
