"""A person proves the own number or address by a code that was sent there. Until then an older one
that was proven stays the one for what opens a door or wakes (`proven_contacts`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.facts import record
from vipclub.core.types import parse_ref
from vipclub.people import codes
from vipclub.people.codes import CodeOver, CodeRight, CodeSent, CodeTooSoon, CodeWrong, OpenCode
from vipclub.people.contact import details_of, write_own_details
from vipclub.people.facts import CodeAsked
from vipclub.people.finding import find_person
from vipclub.people.locking import lock_persons
from vipclub.people.proven_contacts import KINDS
from vipclub.people.refusals import NothingToProve
from vipclub.people.search_keys import mobile_end_index


def ask_proof(session: Session, actor: Actor, *, member: str, kind: str) -> CodeSent | CodeTooSoon:
    """Send a code to the person's own number or address as it is known now. What comes too soon is
    returned. Raises NotFound, Forbidden, Malformed, NothingToProve."""
    own = _own(actor, member, kind)
    lock_persons(session, actor, [own])  # two at once are one after the other
    person = find_person(session, actor, own)
    value = getattr(details_of(session, person), kind)
    if not value:
        raise NothingToProve(field=kind)
    sent = codes.send_code(session, owner=own, kind=kind, value=value)
    if isinstance(sent, CodeSent):
        asked = CodeAsked(sent.ref, kind, value, sent.digits, sent.expires_at, person_id=person.id)
        record(session, asked)
        audit.write(
            session, actor, "person.ask_proof", subject=("person", person.ref), after={"what": kind}
        )
    return sent


def prove_contact(
    session: Session, actor: Actor, *, member: str, kind: str, typed: str
) -> CodeRight | CodeWrong | CodeOver:
    """Enter the code. When it is right and the number or address is still the one that it went to,
    that is the person's own proven word; what came of it is returned (docs/decisions.md 8). Raises
    NotFound, Forbidden, Malformed."""
    own = _own(actor, member, kind)
    lock_persons(session, actor, [own])
    person = find_person(session, actor, own)
    outcome = codes.enter_code(session, owner=own, kind=kind, typed=typed)
    if not isinstance(outcome, CodeRight):
        return outcome
    value = outcome.value
    if getattr(details_of(session, person), kind) != value:  # a file brought another meanwhile
        return CodeOver()
    cipher = cipher_of(session)
    changes: dict[str, Any] = {
        kind: cipher.seal(f"own_details.{kind}", own, value),
        f"{kind}_index": cipher.blind_index(kind, value.lower()),
        f"{kind}_proven_at": clock.now(),
        f"proven_{kind}": None,
    }
    if kind == "mobile":
        changes["mobile_end_index"] = mobile_end_index(cipher, value)
    write_own_details(session, person, changes)
    audit.write(
        session, actor, "person.prove_details", subject=("person", person.ref), after={"what": kind}
    )
    return outcome


def code_open(session: Session, actor: Actor, *, member: str, kind: str) -> OpenCode | None:
    """The code that may still be entered, for the page. One statement. Raises NotFound."""
    return codes.open_code(session, owner=_own(actor, member, kind), kind=kind)


def _own(actor: Actor, member: str, kind: str) -> str:
    """The reference, when it is the actor's own: nobody proves for another."""
    if kind not in KINDS:
        raise Malformed("kind")
    actor.require("details:state")
    own = parse_ref(member, "M")
    if own not in actor.refs("person"):
        raise NotFound()
    return own
