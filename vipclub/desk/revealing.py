"""Numbers whole, at the desk: for whoever knows who calls, for an open emergency, or with a reason
that a second person reviews. A relationship manager sees a portfolio of known people and says what
for; the desk sees everybody, and needs a ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from vipclub import assistance, people
from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Forbidden
from vipclub.core.types import new_ref
from vipclub.desk.access_letters import tell_of_access, who_names_leaders
from vipclub.desk.known_callers import verified_caller
from vipclub.desk.models import BreakGlass
from vipclub.desk.refusals import RevealNotAllowed
from vipclub.desk.steps import BREAK_GLASS_STEPS
from vipclub.people import ContactDetails, PersonRow, Viewed
from vipclub.people.emergency_contacts import ContactView

LEAST_REASON, LEAST_WORDS, LONGEST_REASON = 12, 3, 1000
"""Letters and figures, of which a Chinese character counts for two; different words, for one of
which two Chinese characters count."""
REVIEW_WITHIN = timedelta(days=3)
Ground = Literal["portfolio", "caller", "case", "emergency"]


@dataclass(frozen=True, slots=True)
class Revealed:
    """A member's numbers and those of her contacts, whole; `access` is the reference of what a
    second person reviews, where it was an emergency."""

    details: ContactDetails
    contacts: tuple[ContactView, ...]
    ground: Ground
    access: str | None


def ground_of(session: Session, actor: Actor, *, member: str) -> Ground | None:
    """On which ground this actor may see a member's numbers whole; None where only an emergency is
    left. Four statements at most. Raises NotFound, Forbidden."""
    actor.require(Permission.PERSONAL_REVEAL)
    if not actor.sees_all:
        return "portfolio"
    if verified_caller(session, actor, member=member) is not None:
        return "caller"
    person = people.find_person(session, actor, member)
    if assistance.open_emergency(session, actor, person.id) is not None:
        return "case"
    return None


def reveal(
    session: Session,
    actor: Actor,
    *,
    member: str,
    purpose: str,
    viewed: Viewed,
    emergency: str = "",
) -> Revealed:
    """The numbers whole, and why on record; `emergency` says in words why it can't wait, where
    there is no other ground. Raises RevealNotAllowed, NotFound, Forbidden."""
    ground, access = ground_of(session, actor, member=member), None
    if ground is None:
        ground = "emergency"
        access = _break_glass(session, actor, member, emergency)
    details = people.reveal_contact_details(
        session, actor, member=member, purpose=purpose, viewed=viewed
    )
    contacts: list[ContactView] = []
    if people.emergency_contacts.may_view_contacts(actor):
        contacts = people.emergency_contacts.reveal_contacts(
            session, actor, member=member, purpose=purpose, viewed=viewed
        )
    return Revealed(details, tuple(contacts), ground, access)


def _break_glass(session: Session, actor: Actor, member: str, emergency: str) -> str:
    reason = emergency.strip()[:LONGEST_REASON]
    if said_in(reason) < LEAST_REASON or words_in(reason) < LEAST_WORDS:
        raise RevealNotAllowed()
    BREAK_GLASS_STEPS.require(BREAK_GLASS_STEPS["access"], actor)
    if actor.account_id is None:
        raise Forbidden(permission=str(Permission.PERSONAL_REVEAL))
    person, now = people.find_person(session, actor, member), clock.now()
    ref = _write(session, person, actor.account_id, reason, now)
    audit.write(
        session,
        actor,
        "person.break_glass",
        subject=("person", person.ref),
        after={"access": ref},
        at=now,
    )
    _tell_leaders(session, actor.account_id, ref, now)
    return ref


def _tell_leaders(session: Session, me: int, ref: str, now: datetime) -> None:
    """The leader on duty or on call, else all who lead otherwise; where nobody else leads, those
    who name a leader."""
    leader = assistance.duty_at(session, now).leader(but=me)
    told = [leader.account_id] if leader else assistance.leaders(session, now, but=me)
    name = not told
    for account_id in told or who_names_leaders(session):
        tell_of_access(
            session, "emergency-access", ref=ref, account_id=account_id, at=now, name=name
        )


def _write(session: Session, person: PersonRow, account_id: int, reason: str, now: datetime) -> str:
    ref = new_ref("X")
    session.execute(
        insert(BreakGlass).values(
            public_ref=ref,
            person_id=person.id,
            account_id=account_id,
            state=BREAK_GLASS_STEPS["access"].target,
            reason=cipher_of(session).seal("break_glass.reason", ref, reason),
            at=now,
            due_at=now + REVIEW_WITHIN,
        )
    )
    return ref


def said_in(reason: str) -> int:
    """How much is said: letters and figures, a Chinese character as two; the same ones again and
    again say nothing, so that each counts twice at most.

    >>> said_in("客户在酒店昏迷"), said_in("........."), said_in("abababababababab")
    (14, 0, 4)
    """
    letters = [c for c in reason.casefold() if c.isalnum()]
    return min(sum(2 if _is_han(c) else 1 for c in letters), 2 * len(set(letters)))


def words_in(reason: str) -> int:
    """How many different words: what stands between spaces and marks, and two different Chinese
    characters for one.

    >>> words_in("Unconscious, hospital asks"), words_in("客户昏迷在酒店"), words_in("help help")
    (3, 3, 1)
    """
    han = {c for c in reason if _is_han(c)}
    others = "".join(c if c.isalnum() and c not in han else " " for c in reason.casefold())
    return len(set(others.split())) + len(han) // 2


def _is_han(character: str) -> bool:
    return character.isalnum() and ord(character) > 0x2E7F
