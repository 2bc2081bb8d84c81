"""The timeline of a case: entries that are never changed, and the clocks that follow from them.

What an entry says, by its `what`:

- `opened`, `triaged`, `severity`: with the severity;
- `kind`: with the kind that the case has from then on in `reason`;
- `owner`: with the account's reference in `other_ref`;
- `answered`: the club to whom the case is for; `wrote`: the other way; `noted`: among staff;
- `waited`: with the reason and until when; `resumed`;
- `partner_asked`, `partner_found`, `partner_lost`: with the partner's reference, and in `reason`
  for what; `no_partner`: none is needed; `partner_declined`, `partner_silent`, `partner_withdrawn`
  likewise, `partners_all_asked` when none is left: these move no clock;
- `extended`: with the days in all; `resolved`, with what changed; `closed`, `reopened`;
- `merged`: into the case in `other_ref`; `merged_in`: that one, with `since` when somebody began to
  wait there who waits still;
- `owed`: the clock in `reason`, which ran in a merged case `since` then and is due `until` then;
- `about`: whom of the staff a complaint is about, by the account in `other_ref`; none for nobody;
- `handed`: to the account in `other_ref`, with the giver's word;
- `facts`: answers to questions, as JSON; `step_done`, `step_undone`: the step in `reason`;
- `task_added`, `task_done`, `task_cancelled`, `task_ended`: the task in `other_ref`;
- `linked`, `unlinked`: the case in `other_ref`; `rated`: with the score as `level`;
- `caller_asked`: the member, about a caller who isn't known; `caller_answered`: by her, to the
  question in `other_ref`, with what may be told in `reason`; `caller_verified`: by the desk, with
  who it is in `reason` and the contact in `other_ref`;
- `alarm`: a `level` that the clock in `reason` has reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from vipclub.assistance.clocks.counting import CaseCalendar
from vipclub.assistance.clocks.running import Clock, Event, clocks_of
from vipclub.assistance.models import CaseClock, CaseEntry, clock_table, entry_table
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.rows import AnyRow
from vipclub.core.types import new_ref
from vipclub.core.value_lists import among
from vipclub.core.working_days import load_calendar


def write_entry(
    session: Session,
    actor: Actor,
    case_id: int,
    what: str,
    *,
    at: datetime,
    channel: str,
    text: str = "",
    for_member: bool = False,
    **values: Any,  # noqa: ANN401 - columns of the entry
) -> str:
    """Add an entry; gives its reference. `values` are further columns of `CaseEntry`."""
    ref = new_ref("C")
    row: dict[str, Any] = {
        "severity": None,
        "reason": None,
        "until": None,
        "since": None,
        "days": None,
        "level": None,
        "other_ref": None,
        **values,
    }
    session.execute(
        insert(entry_table).values(
            case_id=case_id,
            public_ref=ref,
            at=at,
            what=what,
            actor_kind=actor.kind,
            account_id=actor.account_id,
            channel=channel,
            body=cipher_of(session).seal("case_entry.body", ref, text) if text else None,
            for_member=for_member,
            **row,
        )
    )
    return ref


OF_EVENTS = (
    CaseEntry.at,
    CaseEntry.what,
    CaseEntry.severity,
    CaseEntry.since,
    CaseEntry.days,
    CaseEntry.until,
    CaseEntry.reason,
)
"""The columns of an `Event`, in their order."""


def history_of(session: Session, case_id: int) -> list[Event]:
    """What the clocks are worked out from, in order. One statement."""
    rows = session.execute(
        select(*OF_EVENTS).where(CaseEntry.case_id == case_id).order_by(CaseEntry.id)
    )
    return [Event(*row) for row in rows]


def calendar_of(session: Session, region: str, time_zone: str) -> CaseCalendar:
    """A case's own calendar. No statement as a rule."""
    return CaseCalendar(ZoneInfo(time_zone), load_calendar(session, region))


def keep_clocks(
    session: Session, case_id: int, kind: str, calendar: CaseCalendar
) -> tuple[list[Clock], dict[str, datetime | None]]:
    """Work the clocks out from the timeline and keep them; gives them, and what the case says of
    them: the earliest promise that runs, and the next alarm. To be called under the lock of the
    case, after its entries are written."""
    clocks = clocks_of(kind, history_of(session, case_id), calendar)
    kept = {
        (row.clock, row.round): row
        for row in session.execute(select(clock_table).where(clock_table.c.case_id == case_id))
    }
    alarms = []
    for one in clocks:
        found = kept.get((one.clock, one.round))
        level = found.level if found is not None else 0
        values = {
            "started_at": one.started,
            "due_at": one.due,
            "paused": one.paused,
            "done_at": one.done,
            "stopped_at": one.stopped,
        }
        alarms.append(next_alarm(one, level))
        if found is None:
            session.execute(
                insert(clock_table).values(
                    case_id=case_id, clock=one.clock, round=one.round, level=0, **values
                )
            )
        elif any(getattr(found, name) != value for name, value in values.items()):
            session.execute(
                update(clock_table).where(clock_table.c.id == found.id).values(**values)
            )
    dues = (one.due for one in clocks if one.running and one.due is not None)
    coming = min((at for at in alarms if at is not None), default=None)
    return clocks, {"due_at": min(dues, default=None), "alarm_at": coming}


def next_alarm(one: Clock, level: int) -> datetime | None:
    """When the next level above this one is reached; None where none is left, or none comes."""
    return next((at for each, at in one.alarms if each > level), None)


_clocks = (
    select(*clock_table.c)
    .where(among(CaseClock.case_id, bindparam("cases")))
    .order_by(CaseClock.case_id, CaseClock.id)
)


def clock_rows(session: Session, case_ids: Sequence[int]) -> Sequence[AnyRow]:
    """The kept clocks of cases, by case, in the order in which they began."""
    return run_built(session, _clocks, {"cases": list(case_ids)}).all()
