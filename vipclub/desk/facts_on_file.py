"""What a caller may be asked to know about a member, and whether what they say is what is on file.
The agent types it, the club compares; the right answer is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, select
from sqlalchemy.orm import Session, aliased

from vipclub import bookings, membership, people
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.dates import day_of
from vipclub.core.errors import MalformedRef
from vipclub.core.i18n import N_
from vipclub.core.types import parse_ref
from vipclub.desk.refusals import FactUnreadable
from vipclub.people import Person, PersonRow
from vipclub.people.emergency_contacts import EmergencyContact

FACTS = {
    "card": N_("Last four digits of the card"),
    "born": N_("Year and month of birth"),
    "mobile": N_("Last four digits of the member's mobile"),
    "city": N_("City of residence"),
    "visit": N_("Day of the next visit"),
    "booking": N_("Reference of an appointment"),
    "contact_phone": N_("Last four digits of the contact's number"),
}
"""Code -> what is asked."""
LEAST = 2
"""So many right answers, and none that is wrong, tell who calls."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is known of a member to compare with; what isn't known is not asked."""

    card: str | None = field(repr=False)
    born: tuple[int, int] | None = field(repr=False)
    mobile: str | None = field(repr=False)
    city: str | None = field(repr=False)
    visit: date | None
    bookings: frozenset[str] = frozenset()
    contact_phone: str | None = field(default=None, repr=False)

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts that can be asked, in the order of `FACTS`."""
        known = {
            "card": self.card,
            "born": self.born,
            "mobile": self.mobile,
            "city": self.city,
            "visit": self.visit,
            "booking": self.bookings,
            "contact_phone": self.contact_phone,
        }
        return tuple(fact for fact in FACTS if known[fact])


def facts_on_file(
    session: Session,
    actor: Actor,
    person: PersonRow,
    *,
    contact: int | None,
    cities: Mapping[str, str],
    now: datetime,
) -> OnFile:
    """What there is of a survivor. A city that the club has no word for is not asked. Four
    statements."""
    mobile, number = numbers_on_file(session, person, contact=contact)
    term = membership.member_summary(session, person.id)
    visits = bookings.appointments_by(session, actor, person.id, limit=40).items
    coming = sorted(v.start for v in visits if v.status in bookings.COMING and v.end > now)
    return OnFile(
        card=term.card[-4:] if term else None,
        born=(person.birth_date.year, person.birth_date.month) if person.birth_date else None,
        mobile=mobile[-4:] if mobile else None,
        city=person.city_code if person.city_code in cities.values() else None,
        visit=coming[0].date() if coming else None,
        bookings=frozenset(visit.appointment for visit in visits),
        contact_phone=number[-4:] if number else None,
    )


def facts_known(person: type[Person], now: datetime) -> dict[str, SQLColumnExpression[Any]]:
    """Which facts there are of a survivor, as columns to be asked with others: what
    `facts_on_file` will compare with. The city comes by its code."""
    holder, booker = aliased(Person), aliased(Person)
    visits = (
        select(bookings.Appointment.id)
        .join(booker, booker.id == bookings.Appointment.person_id)
        .where(people.same_person(booker, person))
    )
    coming = visits.where(
        bookings.Appointment.state.in_(sorted(bookings.COMING)),
        bookings.Appointment.ends_at > now,
    )
    return {
        "card": select(membership.Membership.id)
        .join(holder, holder.id == membership.Membership.person_id)
        .where(people.same_person(holder, person))
        .exists(),
        "born": person.birth_date.is_not(None),
        "mobile": person.mobile.is_not(None),
        "city": person.city_code,
        "visit": coming.exists(),
        "booking": visits.exists(),
    }


def numbers_on_file(
    session: Session, person: PersonRow, *, contact: int | None
) -> tuple[str | None, str | None]:
    """The mobile number of a survivor, and that of a contact. Two statements at most."""
    cipher = cipher_of(session)
    sealed = session.execute(select(Person.mobile).where(Person.id == person.id)).scalar()
    mobile = cipher.unseal("person.mobile", person.ref, sealed) if sealed else None
    if contact is None:
        return mobile, None
    row = session.execute(
        select(EmergencyContact.public_ref, EmergencyContact.phone).where(
            EmergencyContact.id == contact
        )
    ).one()
    return mobile, cipher.unseal("emergency_contact.phone", row.public_ref, row.phone)


def is_right(fact: str, typed: str, known: OnFile, cities: Mapping[str, str]) -> bool:
    """Whether what a caller said is what is on file. Raises FactUnreadable for what can't be
    compared: a slip of the keys is no wrong answer."""
    plain = people.visible(typed)
    if fact in {"card", "mobile", "contact_phone"}:
        return bool(last_digits(fact, plain) == getattr(known, fact))
    if fact == "born":
        return year_and_month(plain) == known.born
    if fact == "visit":
        day = day_of(plain)
        if day is None:
            raise FactUnreadable(fact=fact)
        return day == known.visit
    if fact == "booking":
        try:
            return parse_ref(plain, "A") in known.bookings
        except MalformedRef:
            raise FactUnreadable(fact=fact) from None
    return cities.get(plain.casefold().replace("’", "'").removesuffix("市")) == known.city


def last_digits(fact: str, plain: str) -> str:
    """The last four digits, of four or of the whole number. Raises FactUnreadable.

    >>> last_digits("card", "5678"), last_digits("mobile", "+86 138-0013 8000")
    ('5678', '8000')
    """
    digits = re.sub(r"[\s+()\-.]", "", plain)
    if not re.fullmatch(r"\d{4,20}", digits, re.ASCII):
        raise FactUnreadable(fact=fact)
    return digits[-4:]


def year_and_month(plain: str) -> tuple[int, int]:
    """A year and a month in figures, in whichever order; a day behind them doesn't count. Raises
    FactUnreadable.

    >>> year_and_month("1984-05"), year_and_month("1984年5月"), year_and_month("5/1984")
    ((1984, 5), (1984, 5), (1984, 5))
    """
    found = re.findall(r"\d+", plain)
    if len(found) >= 2 and len(found[0]) == 4:
        year, month = int(found[0]), int(found[1])
    elif len(found) == 2 and len(found[1]) == 4:
        month, year = int(found[0]), int(found[1])
    elif len(found) == 1 and len(found[0]) in {6, 8}:
        year, month = int(found[0][:4]), int(found[0][4:6])
    else:
        raise FactUnreadable(fact="born")
    if not 1 <= month <= 12:
        raise FactUnreadable(fact="born")
    return year, month
