"""A conversation as its reader sees it: the thread with the relationship manager and, among its
messages by time, what was said in cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vipclub.assistance import CaseWords
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.messages import ThreadLine
from vipclub.web.case_words import kind_name
from vipclub.web.day_words import before, day_and_hour

HOW = {
    "waiting": N_("no answer yet"),
    "answered": N_("answered"),
    "passed_on": N_("passed on to the service desk"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A message: `own` is whether the reader's side wrote it; `how` what became of it, `case` the
    request that it belongs to."""

    ref: str
    at: str
    who: str
    own: bool
    how: str
    waiting: bool
    case: str
    case_kind: str
    text: str = field(repr=False)


def conversation(
    language: str,
    thread: Sequence[ThreadLine],
    words: Sequence[CaseWords],
    now: datetime,
    *,
    member: bool,
) -> list[Said]:
    """All that was said, the newest first; a `member` reads it, or staff."""
    said = [(line.at, _of_thread(language, line, now, member)) for line in thread]
    said += [(each.at, _of_case(language, each, now, member)) for each in words]
    return [each for _, each in sorted(said, key=lambda one: one[0], reverse=True)]


def _of_thread(language: str, line: ThreadLine, now: datetime, member: bool) -> Said:
    word, zone = HOW.get(line.state), clock.club_zone()
    how = gettext(language, word) if word else ""
    if line.answer_by is not None:
        until = before(language, line.answer_by, now, zone)
        how = gettext(language, N_("answer due: %(until)s"), until=until)
    return Said(
        ref=line.ref,
        at=day_and_hour(language, line.at, now, zone),
        who=line.who,
        own=bool(line.who) != member,
        how=how,
        waiting=line.state == "waiting",
        case=line.case or "",
        case_kind="",
        text=line.text,
    )


def _of_case(language: str, each: CaseWords, now: datetime, member: bool) -> Said:
    return Said(
        ref=each.ref,
        at=day_and_hour(language, each.at, now, clock.club_zone()),
        who=each.who,
        own=each.by_member == member,
        how="",
        waiting=False,
        case=each.case,
        case_kind=kind_name(language, each.kind),
        text=each.text,
    )
