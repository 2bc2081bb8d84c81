"""The letters about a case. They say that something is there and by when the next word comes; what
was said itself stands behind the sign-in alone, since a mail may be read by others."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.assistance.cases.task_steps import TASKS_TO_DO
from vipclub.assistance.clocks.promises import EMERGENCIES
from vipclub.assistance.dispatch.letters import LETTERS as TO_PARTNERS
from vipclub.assistance.duty.handover_letters import HANDOVER_LETTERS
from vipclub.assistance.models import Case, CaseAlarm, CaseClock
from vipclub.assistance.steps import OPEN
from vipclub.assistance.words import CLOCK_WORDS, KIND_WORDS, SEVERITY_WORDS
from vipclub.assistance.work_models import CaseTask
from vipclub.core.i18n import N_, gettext
from vipclub.messages import Letter, Reading, always, queue

STAFF_PAGE, MEMBER_PAGE = "/desk/cases/", "/cases/"


def tell_member(
    session: Session,
    template: str,
    *,
    ref: str,
    person_id: int | None,
    version: int,
    kind: str,
    by: datetime | None = None,
) -> None:
    """Write to whom a case is for, where that is known. `by` is when the next word is promised."""
    if person_id is None:
        return
    queue(
        session,
        template=template,
        person_id=person_id,
        subject=("case", ref),
        version=version,
        data={"ref": ref, "kind": kind, "by": by.isoformat() if by else None},
    )


def tell_agent(
    session: Session,
    template: str,
    *,
    ref: str,
    account_id: int,
    version: int,
    kind: str,
    severity: str,
    clock: str | None = None,
    due: datetime | None = None,
) -> None:
    """Write to somebody of the desk."""
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("case", ref),
        version=version,
        data={
            "ref": ref,
            "kind": kind,
            "severity": severity,
            "clock": clock,
            "due": due.isoformat() if due else None,
        },
    )


def _of_member(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    kind = KIND_WORDS[data["kind"]]
    return {
        "ref": data["ref"],
        "kind": gettext(reading.language, kind),
        "by": reading.moment(data["by"]) if data["by"] else "",
        "url": f"{reading.base_url}{MEMBER_PAGE}{data['ref']}",
    }


def _of_agent(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    language = reading.language
    kind, severity = KIND_WORDS[data["kind"]], SEVERITY_WORDS[data["severity"]]
    clock = CLOCK_WORDS[data["clock"]] if data["clock"] else None
    return {
        "ref": data["ref"],
        "kind": gettext(language, kind),
        "severity": gettext(language, severity),
        "clock": gettext(language, clock) if clock else "",
        "due": reading.moment(data["due"]) if data["due"] else "",
        "url": f"{reading.base_url}{STAFF_PAGE}{data['ref']}",
    }


def _state(session: Session, ref: str) -> str | None:
    return session.execute(select(Case.state).where(Case.public_ref == ref)).scalar()


def still_open(session: Session, ref: str, version: int) -> bool:
    """Whether somebody still waits in the case."""
    return _state(session, ref) in OPEN


def still_resolved(session: Session, ref: str, version: int) -> bool:
    """Whether it hasn't been opened again since."""
    return _state(session, ref) in {"resolved", "closed"}


def still_owned(session: Session, ref: str, version: int) -> bool:
    """Whether the case is open; `version` is that of the case when its owner was told."""
    return still_open(session, ref, version)


def still_alarming(session: Session, ref: str, version: int) -> bool:
    """Whether the clock of an alarm (its row's id is the version) still runs."""
    found = session.execute(
        select(CaseClock.id)
        .join(
            CaseAlarm,
            (CaseAlarm.case_id == CaseClock.case_id)
            & (CaseAlarm.clock == CaseClock.clock)
            & (CaseAlarm.round == CaseClock.round),
        )
        .where(CaseAlarm.id == version, CaseClock.done_at.is_(None), CaseClock.stopped_at.is_(None))
    ).first()
    return found is not None


def task_to_do(session: Session, ref: str, version: int) -> bool:
    """Whether a task (its row's id is the version) is still to be done."""
    state = session.execute(select(CaseTask.state).where(CaseTask.id == version)).scalar()
    return state in TASKS_TO_DO


def of_emergency(data: dict[str, Any]) -> bool:
    """Whether somebody may be in danger: then mail alone is not enough."""
    return data["kind"] in EMERGENCIES


def of_urgency(data: dict[str, Any]) -> bool:
    """Whether who works on it must know at once, at night too."""
    return of_emergency(data) or data["severity"] in ("critical", "high")


_to_member = partial(Letter, context=_of_member, about="cases", wakes=of_emergency)
_to_agent = partial(Letter, context=_of_agent, wakes=of_urgency, kept=False)
LETTERS = (
    _to_member("case-received", N_("Case received"), still_true=still_open),
    _to_member("case-caller", N_("Call about the member"), still_true=still_open),
    _to_member("case-answered", N_("Answer in a case"), still_true=always),
    _to_member("case-resolved", N_("Case resolved"), still_true=still_resolved),
    _to_member("case-reopened", N_("Case reopened"), still_true=still_open),
    _to_agent("case-assigned", N_("Case for an agent"), still_true=still_owned),
    _to_agent("case-task", N_("Task of a case"), still_true=task_to_do),
    Letter("case-rated-low", N_("Low rating of a case"), _of_agent, always, kept=False),
    *HANDOVER_LETTERS,
    _to_agent("case-alarm", N_("Alarm of a case"), still_true=still_alarming),
    *TO_PARTNERS,
)
"""None of them waits for the morning: whoever needs help is awake. They go to the person's own
proven number, never to the one that a caller left: the red button is open to everybody, and whoever
pressed it could have anybody's phone ring with our letters."""
