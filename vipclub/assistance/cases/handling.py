"""What all acts on a case share: found under its lock and asked by the table of steps, first the
entries are written, then the state moves, then the clocks follow; and the acts of the desk that are
no words: triage, severity, starting, waiting, partner, resolving, closing, reopening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.finding import LockedCase, find_case
from vipclub.assistance.cases.open_tasks import end_tasks_of
from vipclub.assistance.cases.timeline import (
    calendar_of,
    keep_clocks,
    write_entry,
)
from vipclub.assistance.clocks.promises import SEVERITIES
from vipclub.assistance.clocks.running import Clock
from vipclub.assistance.dispatch.ending import end_of_case
from vipclub.assistance.letters import tell_member
from vipclub.assistance.models import CHANNELS, case_table
from vipclub.assistance.refusals import (
    ChangeMissing,
    WaitNotAccepted,
    WordsMissing,
)
from vipclub.assistance.steps import MACHINE, OPEN, WAIT_REASONS, CaseState
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import IllegalTransition, Malformed
from vipclub.core.steps import Step

LONGEST_WORDS = 4000
LONGEST_WAIT = timedelta(days=30)
USUAL_WAIT = timedelta(days=1)
CLOSES_AFTER = timedelta(days=7)
"""A resolved case may be reopened by a word for so long before it is closed."""
OF_THE_ACTOR = {"api": "api", "job": "club", "cli": "club"}
"""The channel of an actor -> the way by which the club is reached, where nobody says another."""


@dataclass(frozen=True, slots=True)
class ClockSaid:
    """The last round of a clock as the API tells it; due is None while it is paused."""

    clock: str
    due: datetime | None
    done: datetime | None
    paused: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case after an act, as the API tells it; `owner` is an account."""

    case: str
    kind: str
    status: str
    severity: str
    owner: str | None
    clocks: tuple[ClockSaid, ...]

    @property
    def next_due(self) -> datetime | None:
        """The earliest promise that runs."""
        running = (one.due for one in self.clocks if one.done is None and one.due is not None)
        return min(running, default=None)


def last_rounds(clocks: Sequence[Clock]) -> tuple[ClockSaid, ...]:
    """The last round of each clock, in their order."""
    last = {one.clock: one for one in clocks}
    return tuple(ClockSaid(one.clock, one.due, one.done, one.paused) for one in last.values())


def way_of(actor: Actor, channel: str | None) -> str:
    """By which way an act came: as was said, else as the actor came. Raises Malformed."""
    if channel is None:
        return OF_THE_ACTOR.get(actor.channel, "web")
    if channel not in CHANNELS:
        raise Malformed("channel")
    return channel


def words(text: str, *, needed: bool = True, most: int = LONGEST_WORDS) -> str:
    """What was written, trimmed. Raises WordsMissing for nothing where it is needed, and for more
    than `most` characters."""
    said = text.strip()
    if (needed and not said) or len(said) > most:
        raise WordsMissing(most=most)
    return said


class Act:
    """One act on a case, from its lock to its clocks.

    `found` is a case under its lock already, of whoever may act on it by something else than their
    right. Raises Forbidden, MalformedRef, NotFound, and with a step IllegalTransition with what is
    possible.
    """

    def __init__(
        self,
        session: Session,
        actor: Actor,
        ref: str,
        *,
        permission: Permission | None = None,
        step: Step[CaseState] | None = None,
        channel: str | None = None,
        found: LockedCase | None = None,
    ) -> None:
        if step is not None:
            MACHINE.require(step, actor)
        elif permission is not None:
            actor.require(permission)
        self.session, self.actor, self.step = session, actor, step
        self.channel = way_of(actor, channel)
        self.case = found or find_case(session, actor, ref)
        self.at = self.case.moment(clock.now())
        if step is not None:
            self._ask(step)

    def _ask(self, step: Step[CaseState]) -> None:
        try:
            MACHINE.ask(step, self.actor, self.case.state, self.case, self.at)
        except IllegalTransition:
            raise self.illegal() from None

    def illegal(self) -> IllegalTransition:
        """The refusal of what isn't done here; nothing is possible in what goes on elsewhere."""
        refused = MACHINE.illegal(self.actor, self.case.state, self.case, self.at)
        if self.case.merged_into_id is not None:
            refused.data["possible"] = []
        return refused

    def write(self, what: str, *, text: str = "", for_member: bool = False, **values: Any) -> str:  # noqa: ANN401
        """Add an entry to the timeline; gives its reference."""
        return write_entry(
            self.session,
            self.actor,
            self.case.id,
            what,
            at=self.at,
            channel=self.channel,
            text=text,
            for_member=for_member,
            **values,
        )

    def finish(
        self,
        action: str,
        *,
        after: Mapping[str, object] | None = None,
        owner: str | None = None,
        **values: Any,  # noqa: ANN401
    ) -> CaseResult:
        """End the tasks of a case that ends and what partners are asked, work the clocks out from
        what was written, then move the state, where a step is taken, set `values` and write the
        trail; gives the case as it stands, with its new `owner`."""
        case = self.case
        if self.step is not None and self.step.target not in OPEN:
            for task in end_tasks_of(self.session, case.id, self.at):
                self.write("task_ended", other_ref=task)
            if case.state in OPEN:
                end_of_case(
                    self.session,
                    self.actor,
                    case.id,
                    at=self.at,
                    channel=self.channel,
                    done="merged_into_id" not in values,
                )
        calendar = calendar_of(self.session, case.region, case.time_zone)
        kind: str = values.get("kind", case.kind)
        clocks, moments = keep_clocks(self.session, case.id, kind, calendar)
        values |= {"version": case.version + 1, "last_at": self.at, **moments}
        state = case.state
        if self.step is not None:
            state = self.step.target
            MACHINE.move(self.session, case_table, case.id, self.step, case.state, state, **values)
        else:
            self.session.execute(
                update(case_table).where(case_table.c.id == case.id).values(**values)
            )
        audit.write(
            self.session,
            self.actor,
            action,
            subject=("case", case.ref),
            before={"state": case.state},
            after={"state": state, "channel": self.channel, **(after or {})},
            at=self.at,
        )
        return CaseResult(
            case=case.ref,
            kind=kind,
            status=state,
            severity=values.get("severity", case.severity),
            owner=owner if owner is not None else case.owner,
            clocks=last_rounds(clocks),
        )

    def tell(self, template: str, result: CaseResult) -> None:
        """Write to whom the case is for, with the moment by which the next word is promised."""
        tell_member(
            self.session,
            template,
            ref=self.case.ref,
            person_id=self.case.person_id,
            version=self.case.version + 1,
            kind=self.case.kind,
            by=result.next_due,
        )

    def must_be_open(self) -> None:
        """Raises IllegalTransition for a case that isn't open."""
        if self.case.state not in OPEN:
            raise self.illegal()

    def wake(self) -> None:
        """A case that waits goes on: whatever it waited for has been said."""
        if self.case.state == "waiting":
            self.step = MACHINE["resume"]
            self.write("resumed")


def triage(
    session: Session,
    actor: Actor,
    *,
    case: str,
    severity: str,
    channel: str | None = None,
) -> CaseResult:
    """Say how severe a case is, after asking. Raises Malformed and what `Act` raises."""
    _known(severity)
    act = Act(session, actor, case, step=MACHINE["triage"], channel=channel)
    act.write("triaged", severity=severity)
    return act.finish("case.triage", after={"severity": severity}, severity=severity)


def change_severity(
    session: Session, actor: Actor, *, case: str, severity: str, channel: str | None = None
) -> CaseResult:
    """Say anew how severe an open case is: a case that nobody has asked about yet is triaged by
    it. Raises Malformed and what `Act` raises."""
    _known(severity)
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel=channel)
    act.must_be_open()
    if act.case.state in MACHINE["triage"].sources:
        act.step = MACHINE["triage"]
    act.write("triaged" if act.step else "severity", severity=severity)
    return act.finish("case.severity", after={"severity": severity}, severity=severity)


def start(session: Session, actor: Actor, *, case: str) -> CaseResult:
    """Somebody works on it. Raises what `Act` raises."""
    act = Act(session, actor, case, step=MACHINE["start"])
    act.write("started")
    return act.finish("case.start")


def wait(
    session: Session,
    actor: Actor,
    *,
    case: str,
    reason: str,
    until: datetime | None = None,
    text: str = "",
    channel: str | None = None,
) -> CaseResult:
    """The ball is with whom the case is for: clocks that pause do so until there is an answer, or
    until the wait ends (a day, where nobody says), and the case goes on by itself. Raises
    WaitNotAccepted and what `Act` raises."""
    act = Act(session, actor, case, step=MACHINE["wait"], channel=channel)
    ends = until or act.at + USUAL_WAIT
    if reason not in WAIT_REASONS or not act.at < ends <= act.at + LONGEST_WAIT:
        raise WaitNotAccepted(days=LONGEST_WAIT.days)
    # what was said is on record before the state moves
    if text.strip():
        act.write("answered", text=words(text), for_member=True)
    act.write("waited", reason=reason, until=ends, for_member=True)
    result = act.finish("case.wait", after={"reason": reason, "until": ends}, wait_until=ends)
    if text.strip():
        act.tell("case-answered", result)
    return result


def resume(session: Session, actor: Actor, *, case: str, channel: str | None = None) -> CaseResult:
    """Go on with a case that waited. Raises what `Act` raises."""
    act = Act(session, actor, case, step=MACHINE["resume"], channel=channel)
    act.write("resumed", for_member=True)
    return act.finish("case.resume", wait_until=None)


PARTNER_EVENTS = ("partner_asked", "partner_found", "partner_lost", "no_partner")


def note_partner(
    session: Session, actor: Actor, *, case: str, event: str, partner: str = "", text: str = ""
) -> CaseResult:
    """That a partner was asked, found or lost, or none is needed: `event` is one of
    `PARTNER_EVENTS`. Raises Malformed, IllegalTransition for a case that isn't open, and what `Act`
    raises."""
    if event not in PARTNER_EVENTS:
        raise Malformed("event")
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.must_be_open()
    act.write(
        event,
        text=words(text, needed=False),
        other_ref=partner[:64] or None,
        for_member=event == "partner_found",
    )
    return act.finish(f"case.{event}", after={"partner": partner})


def resolve(
    session: Session,
    actor: Actor,
    *,
    case: str,
    text: str,
    changed: str = "",
    channel: str | None = None,
) -> CaseResult:
    """Say what came of it, to whom the case is for: that is an answer, too; and of a complaint what
    `changed` because of it. Raises WordsMissing, ChangeMissing and what `Act` raises."""
    said, change = words(text), words(changed, needed=False)
    act = Act(session, actor, case, step=MACHINE["resolve"], channel=channel)
    if act.case.kind == "complaint" and not change:
        raise ChangeMissing()
    act.write("answered", text=said, for_member=True)
    act.write("resolved", text=change, for_member=True)
    closes = act.at + CLOSES_AFTER
    result = act.finish("case.resolve", close_at=closes, wait_until=None)
    act.tell("case-resolved", result)
    return result


def close(session: Session, actor: Actor, *, case: str) -> CaseResult:
    """Put a resolved case away. Raises what `Act` raises."""
    act = Act(session, actor, case, step=MACHINE["close"])
    act.write("closed", for_member=True)
    return act.finish("case.close", close_at=None)


def reopen(
    session: Session, actor: Actor, *, case: str, text: str = "", channel: str | None = None
) -> CaseResult:
    """It isn't over: its clocks begin anew. Raises what `Act` raises."""
    said = words(text, needed=False)
    act = Act(session, actor, case, step=MACHINE["reopen"], channel=channel)
    act.write("reopened", text=said, for_member=True)
    result = act.finish("case.reopen", close_at=None)
    act.tell("case-reopened", result)
    return result


def _known(severity: str) -> None:
    if severity not in SEVERITIES:
        raise Malformed("severity")


__all__ = ["Act", "CaseResult", "LockedCase"]
