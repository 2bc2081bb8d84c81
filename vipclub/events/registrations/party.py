"""Who comes along with a member: names, ages where the event asks for them, and needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from vipclub.core.crypto import cipher_of
from vipclub.core.types import new_ref
from vipclub.events.finding import EventRow
from vipclub.events.models import party_table
from vipclub.events.refusals import PartyNotAccepted
from vipclub.people import visible

LONGEST_NAME = 120
LONGEST_NEEDS = 300
OLDEST = 130


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes along; `needs` are what they eat and what access they need."""

    name: str = field(repr=False)
    age: int | None = None
    needs: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Party:
    """A member with guests, as accepted: `own_needs` are the member's."""

    guests: tuple[Guest, ...] = ()
    own_needs: str = field(default="", repr=False)

    @classmethod
    def of_size(cls, size: int) -> Party:
        """A party of whom nobody has said yet who they are."""
        return cls(tuple(Guest("") for _ in range(size - 1)))

    @property
    def size(self) -> int:
        """How many people, the member among them."""
        return 1 + len(self.guests)


def accepted(event: EventRow, guests: Sequence[Guest], own_needs: str) -> Party:
    """The party, written as it is kept. Raises PartyNotAccepted."""
    if len(guests) > event.guests_at_most:
        rule = "guests" if event.guests_at_most else "alone"
        raise PartyNotAccepted(rule=rule, most=event.guests_at_most)
    return Party(tuple(_guest(event, one) for one in guests), _needs(own_needs))


def _guest(event: EventRow, given: Guest) -> Guest:
    name = visible(given.name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise PartyNotAccepted(rule="name")
    least, age = event.guest_age_from, given.age
    if age is not None and not 0 <= age <= OLDEST:
        raise PartyNotAccepted(rule="age", age=least or 0)
    if least is not None and (age is None or age < least):
        raise PartyNotAccepted(rule="age", age=least)
    return Guest(name, age, _needs(given.needs))


def _needs(text: str) -> str:
    written = visible(text)
    if len(written) > LONGEST_NEEDS:
        raise PartyNotAccepted(rule="needs")
    return written


def write_party(session: Session, registration_id: int, party: Party) -> None:
    """Keep who comes, in place of whoever was named before. Two statements."""
    cipher = cipher_of(session)
    session.execute(
        delete(party_table)
        .where(party_table.c.registration_id == registration_id)
        .execution_options(synchronize_session=False)
    )
    rows = []
    for position, one in enumerate((Guest("", None, party.own_needs), *party.guests)):
        ref = new_ref("R")
        needs = cipher.seal("registration_party.needs", ref, one.needs) if one.needs else None
        rows.append(
            {
                "public_ref": ref,
                "registration_id": registration_id,
                "position": position,
                "name": one.name,
                "age": one.age,
                "needs": needs,
            }
        )
    session.execute(insert(party_table), rows)
