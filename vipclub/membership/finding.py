"""Finding a member by reference, card or phone number: by one that is given as such (`show_member`,
`find_member`), or by whatever was typed (`meant_by`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.rows import AnySelect
from vipclub.membership.card import parse_card_no
from vipclub.membership.models import MembershipCard, card_end
from vipclub.membership.queries import MemberSummary, member_summary
from vipclub.people import (
    FoundBy,
    Meant,
    Person,
    PersonRow,
    find_by_phone,
    find_person,
    person_of,
)


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


FEWEST_DIGITS = 6
"""With fewer it is a name, or nothing."""


def find_by_card(session: Session, text: str) -> int | None:
    """The survivor's person id behind a card number as typed; None when there is none. One
    statement.
    """
    card_no = parse_card_no(text)
    if card_no is None:
        return None
    return session.execute(
        select(people.survivor_of(Person))
        .join(MembershipCard, MembershipCard.person_id == Person.id)
        .where(MembershipCard.card_no == card_no)
    ).scalar_one_or_none()


_card_holder = aliased(Person)
_by_card = (
    people.ranked(_card_holder, FoundBy.CARD)
    .join(MembershipCard, MembershipCard.person_id == _card_holder.id)
    .where(MembershipCard.card_no == bindparam("card"))
)


def meant_by(session: Session, typed: str) -> Meant | None:
    """Who is meant by what was typed: the survivors whom a reference, a card, an e-mail address or
    a phone number in any shape names. None when it is none of these: perhaps a name. Runs no query;
    whoever asks narrows it to whom the actor may see."""
    typed = people.visible(typed)
    named = people.by_reference(typed) or people.by_email(session, typed)
    if named is not None:
        return named
    if not _has_digits(typed):
        return None
    card_no, by_phone = parse_card_no(typed), people.by_phone(session, typed)
    if card_no is None:
        return by_phone
    return Meant((_by_card,), {"card": card_no}).or_by(by_phone)


def is_whole_number(typed: str) -> bool:
    """Whether what was typed is a whole number that may name one person: a reference, a card or a
    phone number."""
    typed = people.visible(typed)
    if people.by_reference(typed) is not None or parse_card_no(typed) is not None:
        return True
    return _has_digits(typed) and people.phone_number(typed) is not None


def _has_digits(typed: str) -> bool:
    return sum(character.isdigit() for character in typed) >= FEWEST_DIGITS


def meant_by_end(
    session: Session, digits: str, *, name: str | None = None, everybody: bool = False
) -> Meant:
    """The survivors whose card or number ends with four digits, as `people.by_phone_end`."""
    asked: dict[str, Any] = {"card_end": digits}
    if name is not None:
        asked |= people.asked_of(name)
    by_card = Meant(_by_card_end(name is not None, everybody), asked)
    return by_card.or_by(people.by_phone_end(session, digits, name=name, everybody=everybody))


@lru_cache(maxsize=4)
def _by_card_end(named: bool, everybody: bool) -> tuple[AnySelect, ...]:
    holder = aliased(Person)
    way = (
        people.ranked(holder, FoundBy.CARD_END)
        .join(MembershipCard, MembershipCard.person_id == holder.id)
        .where(card_end == bindparam("card_end"))
    )
    if named:
        way = way.where(people.is_called(way.selected_columns.person_id))
    return (way if everybody else people.bounded(way),)
