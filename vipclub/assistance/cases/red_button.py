"""The red button: a case by one tap, for everybody, signed in or not. The same tap again is the
same case, and what it says that wasn't said yet is added to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vipclub.accounts import Account
from vipclub.assistance.cases.answering import put_words
from vipclub.assistance.cases.changing_kind import KIND
from vipclub.assistance.cases.finding import LockedCase, find_tapped
from vipclub.assistance.cases.floods import is_one_more
from vipclub.assistance.cases.handling import Act, CaseResult, ClockSaid
from vipclub.assistance.cases.opening import LONGEST_STORY, Call, number_as_said, open_call
from vipclub.assistance.cases.timeline import clock_rows
from vipclub.assistance.models import Case, CaseClock, CaseEntry
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed
from vipclub.people import find_person

BECAME = " → "
"""Between what was said before and what is said now: a number, a place."""


def ask_for_help(
    session: Session,
    actor: Actor,
    *,
    tap: str,
    what: str = "",
    place: str = "",
    phone: str = "",
    abroad: bool = False,
    member: str | None = None,
    address: str | None = None,
) -> tuple[CaseResult, bool]:
    """The red button: for everybody, signed in or not; needs no right. `tap` is a random key made
    where it was pressed: the same again is the same case, to which is added what is new of its
    words, number and place; gives the case, and whether it is new. Many from one `address` by
    people whom nobody knows are kept and marked. Raises Malformed for a key that is none, and what
    `find_person` raises."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{8,64}", tap):
        raise Malformed("tap")
    person = find_person(session, actor, member).id if member else None
    call = Call(
        kind="emergency_overseas" if abroad else "emergency_domestic",
        what=what,
        phone=phone,
        place=" ".join(place.split()),
        unverified=person is None,
    )
    known = find_tapped(session, tap)
    if known is not None:
        return _add(session, actor, tap, known, call, person), False
    now, nobody = clock.now(), person is None  # who is signed in is never a flood
    flooded = nobody and address is not None and is_one_more(session, address, now)
    made = open_call(
        session,
        actor,
        call,
        person=person,
        channel="web",
        tap=tap,
        address=address,
        flooded=flooded,
    )
    return made, True


def _add(
    session: Session, actor: Actor, tap: str, known: LockedCase, call: Call, person: int | None
) -> CaseResult:
    """What a tap says once more, as far as it isn't there: in words of whom the case is for, and
    its newest number and place are the case's. Nothing is written where nothing is new."""
    said, cipher = _said(session, tap, known.id), cipher_of(session)
    number = number_as_said(call.phone)
    lines = [line.strip() for line in call.what.strip()[:LONGEST_STORY].splitlines()]
    lines = [line for line in dict.fromkeys(lines) if line and line not in said.lines]
    values: dict[str, Any] = {}
    if number is not None and number not in said.lines:
        lines.append(BECAME.join(filter(None, (said.phone, number))))
        if number.startswith("+") or not said.phone:  # what can't be called hides no number
            values["phone"] = cipher.seal("case.phone", known.ref, number)
            values["phone_index"] = cipher.blind_index("mobile", number)
    place = call.place[:500]
    if place and place not in said.lines:
        lines.append(BECAME.join(filter(None, (said.place, place))))
        values["place"] = cipher.seal("case.place", known.ref, place)
    if person is not None and known.person_id is None:
        values |= {"person_id": person, "unverified": False}
    if call.kind == "emergency_overseas" and said.at_home and known.kind == "emergency_domestic":
        values["kind"] = call.kind
    if lines:
        act = Act(session, actor, known.ref, channel="web", found=known)
        _note_kind(act, values)
        return put_words(act, "\n".join(lines), **values)
    if values:
        act = Act(session, actor, known.ref, channel="web", found=known)
        _note_kind(act, values)
        return act.finish("case.known", **values)
    return _as_it_stands(session, known)


def _note_kind(act: Act, values: dict[str, Any]) -> None:
    if "kind" in values:
        act.write(KIND, reason=values["kind"], for_member=True)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a case knows already: each line of its words, its numbers and its places; `at_home`
    while nobody has said that it is abroad, or isn't after all."""

    at_home: bool
    lines: frozenset[str] = field(repr=False)
    phone: str = field(repr=False)
    place: str = field(repr=False)


def _said(session: Session, tap: str, case_id: int) -> _Said:
    """What was said by a tap, and in the case where it goes on. Two statements."""
    cipher = cipher_of(session)
    rows = session.execute(
        select(Case.id, Case.public_ref, Case.what, Case.phone, Case.place).where(
            or_(Case.tap == tap, Case.id == case_id)
        )
    ).all()
    lines, phone, place = set(), "", ""
    for row in rows:
        what, number, where = (
            cipher.unseal(f"case.{name}", row.public_ref, sealed) if sealed else ""
            for name, sealed in (("what", row.what), ("phone", row.phone), ("place", row.place))
        )
        lines |= {*map(str.strip, what.splitlines()), number, " ".join(where.split())}
        if row.id == case_id:
            phone, place = number, where
    wrote = session.scalars(
        select(CaseEntry).where(
            CaseEntry.case_id.in_([row.id for row in rows]),
            or_(CaseEntry.what == "wrote", CaseEntry.what == KIND),
        )
    ).all()
    for entry in wrote:
        if not entry.body:
            continue
        text = cipher.unseal("case_entry.body", entry.public_ref, entry.body)
        for line in text.splitlines():
            lines |= {line.strip(), *line.strip().split(BECAME)}
    at_home = all(entry.what != KIND for entry in wrote)
    return _Said(at_home, frozenset(lines), phone, place)


def _as_it_stands(session: Session, known: LockedCase) -> CaseResult:
    clocks = {
        row.clock: ClockSaid(row.clock, row.due_at, row.done_at, row.paused)
        for row in clock_rows(session, [known.id])
    }
    return CaseResult(
        known.ref, known.kind, known.state, known.severity, known.owner, tuple(clocks.values())
    )


@dataclass(frozen=True, slots=True)
class Received:
    """What whoever pressed the red button is told: that it is there, who has it, by when there is
    an answer."""

    case: str
    kind: str
    opened_at: datetime
    owner_name: str
    answer_by: datetime | None
    answered: bool


def received(session: Session, tap: str) -> Received | None:
    """The case of a tap, for whoever knows its random key; None for a key that nobody pressed. One
    statement."""
    row = session.execute(
        select(
            Case.public_ref,
            Case.kind,
            Case.opened_at,
            Account.display_name,
            CaseClock.due_at,
            CaseClock.done_at.is_not(None),
        )
        .outerjoin(Account, Account.id == Case.owner_id)
        .outerjoin(
            CaseClock,
            (CaseClock.case_id == Case.id)
            & (CaseClock.clock == "first_answer")
            & (CaseClock.round == 1),
        )
        .where(Case.tap == tap)
    ).first()
    if row is None:
        return None
    return Received(row[0], row[1], row[2], row[3] or "", row[4], bool(row[5]))
