"""Who calls about a member: in steps, each on record. The agent says whom the caller says to be and
types what they say to at least two questions; three wrong answers end it, for everybody who asks
about this member, and a call back to a number on file is left. What came of it holds for half an
hour, for this agent and this member, and says what may be told.

An outcome is returned, not raised: a wrong answer must be remembered (docs/decisions.md 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session, aliased

from vipclub import assistance, people
from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.rows import AnyRow
from vipclub.core.types import parse_ref
from vipclub.desk.facts_on_file import (
    FACTS,
    LEAST,
    OnFile,
    facts_known,
    facts_on_file,
    is_right,
    numbers_on_file,
)
from vipclub.desk.models import CallerCheck
from vipclub.desk.refusals import CallBackNotOffered, FactsMissing, NoNumberOnFile, NotYetCalled
from vipclub.people import Person, PersonRow, Viewed, find_person
from vipclub.people.emergency_contacts import (
    EmergencyContact,
    Level,
    Verified,
    acts_on,
    level_on,
)

HOLDS = timedelta(minutes=30)
WRONG_AT_MOST = 3
Outcome = Literal["verified", "called_back", "nobody", "wrong", "ended", "calling"]
KNOWN: frozenset[Outcome] = frozenset({"verified", "called_back"})
"""Outcomes by which it is known who calls."""


@dataclass(frozen=True, slots=True)
class Check:
    """What came of an attempt. `left` is how many wrong answers are left; with `verified` and
    `called_back` the receipt says who it is; `number` is the whole number to call back."""

    outcome: Outcome
    left: int
    until: datetime | None
    heard: Verified | None = None
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Caller:
    """Whom the caller says to be: the member, or a contact by its row."""

    person: PersonRow
    contact_id: int | None
    contact: str | None
    level: Level
    acts: bool

    @property
    def who(self) -> str:
        return "member" if self.contact_id is None else "contact"


@dataclass(frozen=True, slots=True)
class Questions:
    """What a caller may be asked, by the codes of `FACTS`; `left` is how many wrong answers are
    left: with none, or fewer questions than it takes, a call back is left."""

    facts: tuple[str, ...]
    left: int

    @property
    def call_back(self) -> bool:
        """Whether only a call back can tell who it is."""
        return not self.left or len(self.facts) < LEAST


def questions_for(
    session: Session, actor: Actor, *, member: str, of_contact: bool, cities: Mapping[str, str]
) -> Questions:
    """The questions that a caller may be asked, of what is on file; a city that the club has no
    word for is not asked. One statement. Raises NotFound, Forbidden."""
    actor.require(Permission.CALLER_VERIFY)
    now = clock.now()
    asked, survivor = aliased(Person), aliased(Person)
    known = facts_known(survivor, now)
    row: AnyRow | None = session.execute(
        select(
            *(column.label(fact) for fact, column in known.items()),
            _wrong_of(survivor, now).label("wrong"),
        )
        .select_from(asked)
        .join(survivor, people.stands_for(survivor, asked))
        .where(asked.public_ref == parse_ref(member, "M"), people.visible_to(actor, survivor))
    ).first()
    if row is None:
        raise NotFound()
    there = {fact for fact in known if getattr(row, fact)}
    if row.city not in cities.values():
        there.discard("city")
    if of_contact:
        there.add("contact_phone")
    facts = tuple(fact for fact in FACTS if fact in there)
    return Questions(facts, max(WRONG_AT_MOST - int(row.wrong), 0))


def check_facts(
    session: Session,
    actor: Actor,
    *,
    member: str,
    said: Mapping[str, str],
    cities: Mapping[str, str],
    contact: str | None = None,
    case: str | None = None,
) -> Check:
    """Compare what a caller said, by fact, with what is on file; `case` is the one they call about.
    Raises FactsMissing, FactUnreadable, NotFound, Forbidden."""
    agent, caller, now = _begin(session, actor, member, contact)
    before = _wrong_lately(session, caller.person.id, now)
    if before >= WRONG_AT_MOST:
        return _keep(session, actor, agent, caller, "ended", now, left=0)
    known = _on_file(session, actor, caller, cities, now)
    given = {fact: said[fact] for fact in known.asked if said.get(fact, "").strip()}
    if len(given) < LEAST:
        raise FactsMissing(least=LEAST)
    right = [is_right(fact, text, known, cities) for fact, text in given.items()]
    wrong = right.count(False)
    left = max(WRONG_AT_MOST - before - wrong, 0)
    outcome: Outcome = "verified" if not wrong else "wrong" if left else "ended"
    return _keep(
        session, actor, agent, caller, outcome, now, facts=tuple(given), wrong=wrong, left=left,
        case=case,
    )  # fmt: skip


def number_to_call(
    session: Session,
    actor: Actor,
    *,
    member: str,
    viewed: Viewed,
    cities: Mapping[str, str],
    contact: str | None = None,
) -> Check:
    """The number on file at which who calls is called back, whole: where questions have ended or
    there are too few. The trail says that it was shown. Raises CallBackNotOffered, NoNumberOnFile,
    NotFound, Forbidden."""
    viewed.must_cover(parse_ref(member, "M"))
    agent, caller, now = _begin(session, actor, member, contact)
    left = max(WRONG_AT_MOST - _wrong_lately(session, caller.person.id, now), 0)
    asked = _on_file(session, actor, caller, cities, now).asked if left else ()
    if not Questions(asked, left).call_back:
        raise CallBackNotOffered()
    mobile, of_contact = numbers_on_file(session, caller.person, contact=caller.contact_id)
    number = mobile if caller.contact_id is None else of_contact
    if number is None:
        raise NoNumberOnFile()
    audit.write(
        session,
        actor,
        "person.reveal",
        subject=("person", caller.person.ref),
        after=["mobile"] if caller.contact_id is None else [caller.contact],
        reason="call back",
        at=now,
    )
    return _keep(session, actor, agent, caller, "calling", now, left=left, number=number)


def called_back(
    session: Session,
    actor: Actor,
    *,
    member: str,
    contact: str | None = None,
    case: str | None = None,
) -> Check:
    """Whoever is meant has answered at the number on file: that verifies by itself. Raises
    NotYetCalled where the number wasn't shown for it just before, NotFound, Forbidden."""
    agent, caller, now = _begin(session, actor, member, contact)
    newest = session.execute(
        select(CallerCheck.outcome, CallerCheck.contact_id, CallerCheck.at)
        .join(Person, Person.id == CallerCheck.person_id)
        .where(CallerCheck.account_id == agent, people.survivor_of(Person) == caller.person.id)
        .order_by(CallerCheck.id.desc())
        .limit(1)
    ).first()
    if (
        newest is None
        or newest.outcome != "calling"
        or newest.contact_id != caller.contact_id
        or newest.at < now - HOLDS
    ):
        raise NotYetCalled()
    return _keep(session, actor, agent, caller, "called_back", now, case=case)


def nobody_known(
    session: Session,
    actor: Actor,
    *,
    member: str,
    case: str | None = None,
    caller: str = "",
    phone: str = "",
) -> Check:
    """Somebody calls who is neither the member nor a contact: nothing may be told. With a `case`
    and a name the member is asked about them. Raises what `assistance.ask_about_caller` raises,
    NotFound, Forbidden."""
    agent, meant, now = _begin(session, actor, member, None)
    made = _keep(session, actor, agent, meant, "nobody", now)
    if case is not None and caller.strip():
        assistance.ask_about_caller(session, actor, case=case, caller=caller, phone=phone)
    return made


def _begin(
    session: Session, actor: Actor, member: str, contact: str | None
) -> tuple[int, _Caller, datetime]:
    """The agent, whom the caller says to be, and now; under the member's lock, so that of two
    agents who ask at once the second sees what the first was told."""
    actor.require(Permission.CALLER_VERIFY)
    if actor.account_id is None:
        raise Forbidden(permission=str(Permission.CALLER_VERIFY))
    caller = _caller(session, actor, member, contact)
    session.execute(for_no_key_update(select(Person.id).where(Person.id == caller.person.id)))
    return actor.account_id, caller, clock.now()


def _caller(session: Session, actor: Actor, member: str, contact: str | None) -> _Caller:
    person = find_person(session, actor, member)
    if contact is None:
        return _Caller(person, None, None, "all", True)
    row = session.execute(
        select(EmergencyContact.id, *people.emergency_contacts.CONTACT_COLUMNS)
        .join(Person, Person.id == EmergencyContact.person_id)
        .where(
            EmergencyContact.public_ref == parse_ref(contact, "G"),
            EmergencyContact.removed_at.is_(None),
            people.survivor_of(Person) == person.id,
        )
    ).first()
    if row is None:
        raise NotFound()
    today, until = clock.club_today(), row.delegate_until
    level = level_on(today, until, row.may_be_told)
    return _Caller(person, row.id, row.contact, level, acts_on(today, until))


def _on_file(
    session: Session, actor: Actor, caller: _Caller, cities: Mapping[str, str], now: datetime
) -> OnFile:
    return facts_on_file(
        session,
        actor,
        caller.person,
        contact=caller.contact_id,
        cities=cities,
        now=now,
    )


def _wrong_lately(session: Session, person_id: int, now: datetime) -> int:
    """How many wrong answers were given about a survivor in the last half hour, whoever asked. One
    statement."""
    survivor = aliased(Person)
    wrong = select(_wrong_of(survivor, now)).where(survivor.id == person_id)
    return int(session.execute(wrong).scalar_one())


def _wrong_of(person: type[Person], now: datetime) -> ColumnElement[int]:
    """The same, as a column beside the person."""
    checked = aliased(Person)
    return (
        select(func.coalesce(func.sum(CallerCheck.wrong), 0))
        .join(checked, checked.id == CallerCheck.person_id)
        .where(people.same_person(checked, person), CallerCheck.at > now - HOLDS)
        .scalar_subquery()
    )


def _keep(
    session: Session,
    actor: Actor,
    agent: int,
    caller: _Caller,
    outcome: Outcome,
    now: datetime,
    *,
    facts: tuple[str, ...] = (),
    wrong: int = 0,
    left: int = WRONG_AT_MOST,
    number: str = "",
    case: str | None = None,
) -> Check:
    """The row, the trail and, where it is known who calls about a case, the case."""
    who = "other" if outcome == "nobody" else caller.who
    until = now + HOLDS if outcome in KNOWN or outcome == "nobody" else None
    session.execute(
        insert(CallerCheck).values(
            person_id=caller.person.id,
            account_id=agent,
            contact_id=caller.contact_id,
            who=who,
            outcome=outcome,
            facts=" ".join(facts),
            wrong=wrong,
            at=now,
            valid_until=until,
        )
    )
    audit.write(
        session,
        actor,
        "caller.check",
        subject=("person", caller.person.ref),
        after={
            "who": caller.contact or who,
            "outcome": outcome,
            "facts": [fact for fact in FACTS if fact in facts],
            "wrong": wrong,
        },
        at=now,
    )
    heard = None
    if until is not None and outcome in KNOWN:
        heard = Verified(caller.person.id, caller.contact, caller.level, caller.acts, until)
        if case is not None:
            assistance.note_verified_caller(session, actor, case=case, heard=heard)
    return Check(outcome, left, until, heard, number)
