"""A member, found by reference, card or phone number: who it is, and the membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.membership.queries import MemberSummary, member_summary
from vipclub.membership.searching import find_by_card
from vipclub.people import PersonRow, find_by_phone, find_person, person_of


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a membership, running or not."""

    person: PersonRow
    term: MemberSummary

    def to_json(self) -> dict[str, Any]:
        """As the API says it."""
        return {
            "member": self.person.ref,
            "name": self.person.full_name,
            **self.term.to_json(),
        }


def show_member(session: Session, actor: Actor, ref: str) -> Member:
    """The member of a reference. Two statements. Raises NotFound for somebody who never was one
    too, MalformedRef, Forbidden."""
    actor.require("member:view")
    return _member(session, find_person(session, actor, ref))


def find_member(
    session: Session, actor: Actor, *, card: str | None = None, phone: str | None = None
) -> Member:
    """The member behind a card number or a phone number. Three statements. Raises Malformed
    unless exactly one is given, NotFound, Forbidden."""
    actor.require("member:find")
    if (card is None) == (phone is None):
        raise Malformed("body", problem="card or phone, one of the two")
    by_card = find_by_card(session, card) if card is not None else None
    found = by_card if phone is None else find_by_phone(session, phone)
    if found is None:
        raise NotFound()
    return _member(session, person_of(session, found))


def _member(session: Session, person: PersonRow) -> Member:
    term = member_summary(session, person.id)
    if term is None:
        raise NotFound()
    return Member(person, term)
