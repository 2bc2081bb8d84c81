"""The sheet of open cases: a text file a language, written every few minutes, for when all else is
down. Who is ill, where, which number to call back, what was said last, what is due, who is on duty.

It is the one place where the club's words about people lie in clear: the file is its owner's alone
(0600), the newest replaces the one before, and each case that comes onto it is on record in the
trail, before it is read.
"""

from __future__ import annotations

import os
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.assistance.cases.queries import CaseLine, lines_of, select_cases
from vipclub.assistance.duty.owners import Duty, duty_at
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.questions.answering import FACTS, answers_in_words
from vipclub.assistance.steps import OPEN
from vipclub.assistance.words import (
    CLOCK_WORDS,
    ENTRY_WORDS,
    KIND_WORDS,
    SEVERITY_WORDS,
    STATE_WORDS,
)
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.i18n import N_, Language, format_moment, gettext, labelled
from vipclub.core.private_files import forget_drafts, private_folder, write_privately
from vipclub.core.rows import AnyRow
from vipclub.core.value_lists import among

ACTOR = Actor.system("write_case_sheet")
SHEETS_FOLDER = "sheets"
"""Within the instance's folder."""
MOST = 1000
"""Cases on a sheet, those first whose promise is due first; it says when there are more."""
LAST_WORDS = 3
"""Entries with words under a case."""
_REF = re.compile(r"^(C-[0-9A-Z-]+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One of the last entries with words."""

    at: datetime
    what: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetCase:
    """A case on the sheet. What a complaint says of somebody of the staff isn't there."""

    line: CaseLine
    caller: str = field(repr=False)
    phone: str = field(repr=False)
    place: str = field(repr=False)
    what: str = field(repr=False)
    last: tuple[SheetEntry, ...]


def write_case_sheet(db: Database, folder: Path) -> int:
    """Write the sheet anew in each language; gives how many open cases are on it. Raises OSError
    where the folder can't be written to: the sheet of before stays."""
    now = clock.now()
    private_folder(folder)
    forget_drafts(folder, "open-cases.*.draft", older_than=3600)
    with db.read() as session:
        refs = _open_refs(session)
    db.run(_record, ACTOR, refs[:MOST], _on_last_sheet(folder))
    with db.read() as session:
        cases = _read(session, refs[:MOST])
        duty = duty_at(session, now)
    for language in Language:
        text = "\n".join(_lines(language, cases, duty, now, more=len(refs) > MOST)) + "\n"
        draft = folder / f"open-cases.{language}.{secrets.token_hex(8)}.draft"
        write_privately(draft, text.encode())
        os.replace(draft, folder / f"open-cases.{language}.txt")
    return len(cases)


def _open_refs(session: Session) -> list[str]:
    return list(
        session.scalars(
            select(Case.public_ref)
            .where(Case.state.in_(sorted(OPEN)))
            .order_by(Case.due_at.is_(None), Case.due_at, Case.id)
            .limit(MOST + 1)
        )
    )


def _on_last_sheet(folder: Path) -> set[str]:
    try:
        text = (folder / f"open-cases.{Language.EN}.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):  # the first one, or one that somebody spoilt
        return set()
    return set(_REF.findall(text))


def _record(session: Session, actor: Actor, refs: Sequence[str], before: set[str]) -> None:
    """Put on record each case that comes onto the sheet."""
    for ref in refs:
        if ref not in before:
            audit.write(session, actor, "case.sheet", subject=("case", ref), at=clock.now())


def _read(session: Session, refs: Sequence[str]) -> list[SheetCase]:
    """The cases of the sheet in its order. Three statements."""
    rows = session.execute(
        select_cases()
        .add_columns(Case.against_id, Case.caller, Case.phone, Case.place, Case.what)
        .where(among(Case.public_ref, refs))
        .order_by(Case.due_at.is_(None), Case.due_at, Case.id)
    ).all()
    said = _last_words(session, [row.id for row in rows if row.against_id is None])
    cipher = cipher_of(session)

    def opened(row: AnyRow, place: str) -> str:
        sealed = getattr(row, place)
        return cipher.unseal(f"case.{place}", row.ref, sealed) if sealed else ""

    return [
        SheetCase(
            line=line,
            caller=opened(row, "caller"),
            phone=opened(row, "phone"),
            place=opened(row, "place"),
            what=opened(row, "what") if row.against_id is None else "",
            last=said.get(row.id, ()),
        )
        for row, line in zip(rows, lines_of(session, rows), strict=True)
    ]


def _last_words(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[SheetEntry, ...]]:
    """By case, what was said last, the newest last. One statement."""
    newest = func.row_number().over(partition_by=CaseEntry.case_id, order_by=CaseEntry.id.desc())
    numbered = (
        select(CaseEntry.id, newest.label("place"))
        .where(among(CaseEntry.case_id, case_ids), CaseEntry.body.is_not(None))
        .subquery()
    )
    cipher, said = cipher_of(session), defaultdict[int, list[SheetEntry]](list)
    for row in session.execute(
        select(
            CaseEntry.case_id, CaseEntry.public_ref, CaseEntry.at, CaseEntry.what, CaseEntry.body
        )
        .join(numbered, numbered.c.id == CaseEntry.id)
        .where(numbered.c.place <= LAST_WORDS)
        .order_by(CaseEntry.id)
    ):
        text = cipher.unseal("case_entry.body", row.public_ref, row.body)
        said[row.case_id].append(SheetEntry(row.at, row.what, text))
    return {case_id: tuple(entries) for case_id, entries in said.items()}


def _lines(
    language: Language, cases: Sequence[SheetCase], duty: Duty, now: datetime, *, more: bool
) -> Iterator[str]:
    """The sheet's text, line by line."""
    zone = clock.club_zone()
    yield gettext(
        language,
        N_("Open cases: %(count)s. As of %(moment)s (%(zone)s)."),
        count=len(cases),
        moment=format_moment(language, now, zone),
        zone=zone,
    )
    if more:
        yield gettext(language, N_("There are more; the list ends with those due last."))
    agents = [agent.name for agent in duty.agents] or [gettext(language, N_("nobody"))]
    yield gettext(language, N_("On duty: %(names)s"), names=", ".join(agents))
    if duty.on_call is not None:
        yield gettext(language, N_("Leader on call: %(name)s"), name=duty.on_call.name)
    for case in cases:
        yield ""
        yield from _case_lines(language, case, now, zone)


def _case_lines(language: Language, case: SheetCase, now: datetime, zone: str) -> Iterator[str]:
    line = case.line
    words = [KIND_WORDS[line.kind], SEVERITY_WORDS[line.severity], STATE_WORDS[line.status]]
    yield f"{line.ref}  " + " · ".join(gettext(language, word) for word in words)
    told = (
        (N_("Opened"), format_moment(language, line.opened_at, zone)),
        (N_("Owner"), line.owner_name or gettext(language, N_("nobody"))),
        (N_("Member"), " ".join(part for part in (line.name, line.member or "") if part)),
        (N_("Caller"), " ".join(filter(None, (case.caller, _unverified(language, line))))),
        (N_("Number to call back"), case.phone),
        (N_("Place"), case.place),
    )
    for label, value in told:
        if value:
            yield "    " + labelled(language, gettext(language, label), _indented(value))
    for one in line.clocks:
        if one.done is None and not one.stopped and one.due is not None:
            due = format_moment(language, one.due, zone)
            missed = f" ({gettext(language, N_('missed'))})" if one.due < now else ""
            yield "    " + labelled(
                language, gettext(language, CLOCK_WORDS[one.clock]), due + missed
            )
    if case.what:
        yield f"    {_indented(case.what)}"
    for entry in case.last:
        what = gettext(language, ENTRY_WORDS.get(entry.what, entry.what))
        moment = format_moment(language, entry.at, zone)
        said = answers_in_words(language, entry.text) if entry.what == FACTS else entry.text
        yield "    " + labelled(language, f"{moment} {what}", _indented(said))


def _unverified(language: Language, line: CaseLine) -> str:
    if not line.unverified:
        return ""
    word = N_("not verified", context="a caller")
    if line.flooded:
        word = N_("not verified, many from one address")
    return f"({gettext(language, word)})"


def _indented(text: str) -> str:
    """What somebody wrote can't look like a line of the sheet."""
    return "\n      ".join(printed for line in text.splitlines() if (printed := line.strip()))
