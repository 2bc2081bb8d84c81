"""Who is meant by what was typed: a reference, a card's number, a phone number. Whoever asks
narrows it to whom the actor may see."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.membership.card import parse_card_no
from vipclub.membership.models import MembershipCard
from vipclub.people import Person

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


def meant_by(session: Session, typed: str) -> CompoundSelect[int, int] | None:
    """Survivors whom a reference, a card or a phone number in any shape names: `person_id` and
    `rank`, the lower the surer. None when it is none of these: perhaps a name. No statement."""
    named = people.by_reference(typed)
    if named is not None:
        return union_all(named)
    if sum(character.isdigit() for character in typed) < FEWEST_DIGITS:
        return None
    ways = []
    card_no = parse_card_no(typed)
    if card_no is not None:
        holder = aliased(Person)
        ways.append(
            people.ranked(holder, 0)
            .join(MembershipCard, MembershipCard.person_id == holder.id)
            .where(MembershipCard.card_no == card_no)
        )
    number = people.phone_number(typed)
    if number is not None:
        ways += people.by_phone(session, number)
    return union_all(*ways) if ways else None
