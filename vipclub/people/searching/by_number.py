"""By a reference, a phone number or its last four digits, an e-mail address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import cipher_of
from vipclub.core.errors import MalformedRef
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.people.models import OwnDetails, Person, SourceRecord
from vipclub.people.normal_forms.email_addresses import email
from vipclub.people.normal_forms.phone_numbers import phone_numbers
from vipclub.people.normal_forms.texts import visible
from vipclub.people.reasons import BadValue
from vipclub.people.sealed_columns import EMAIL, MOBILE_END
from vipclub.people.searching.meant import FoundBy, Meant, bounded, ranked
from vipclub.people.searching.of_somebody import asked_of, is_called

_asked, _own, _held = aliased(Person), aliased(Person), aliased(Person)
_by_reference = (ranked(_asked, FoundBy.REFERENCE).where(_asked.public_ref == bindparam("person")),)
_numbers: BindParameter[list[bytes]] = bindparam("numbers", expanding=True)
_emails: BindParameter[list[bytes]] = bindparam("emails", expanding=True)
_ends: BindParameter[list[bytes]] = bindparam("mobile_ends", expanding=True)
_in_own_word = ranked(_own, FoundBy.OWN_PHONE).join(OwnDetails, OwnDetails.person_id == _own.id)
_in_a_record = (
    ranked(_held, FoundBy.PHONE)
    .join(SourceRecord, SourceRecord.person_id == _held.id)
    .where(SourceRecord.deleted_at.is_(None))
)
_by_phone = (
    _in_own_word.where(OwnDetails.mobile_index.in_(_numbers)),
    _in_a_record.where(SourceRecord.mobile_index.in_(_numbers)),
)


def by_reference(typed: str) -> Meant | None:
    """The survivor whom a reference names, whoever's of the cluster it is; None for what is no
    reference of a person."""
    try:
        return Meant(_by_reference, {"person": parse_ref(typed, "M")})
    except MalformedRef:
        return None


def by_phone(session: Session, typed: str) -> Meant | None:
    """Survivors who have a number as typed: by their own word, or by a record. None for what is no
    number that can be called."""
    cipher = cipher_of(session)
    found = [i for number in phone_numbers(typed) for i in cipher.blind_indexes("mobile", number)]
    return Meant(_by_phone, {"numbers": found}) if found else None


def by_email(session: Session, typed: str) -> Meant | None:
    """Survivors who have an e-mail address, capitals aside: as it is known of them, or in a record.
    None for what is none."""
    if "@" not in typed:
        return None
    try:
        plain = email(re.sub(r"\s", "", visible(typed).removeprefix("mailto:")))
    except BadValue:
        return None
    return Meant(
        _by_email(), {"emails": cipher_of(session).blind_indexes(EMAIL.kind, EMAIL.of(plain))}
    )


@lru_cache(maxsize=1)
def _by_email() -> tuple[AnySelect, ...]:
    known, held = aliased(Person), aliased(Person)
    return (
        bounded(ranked(known, FoundBy.EMAIL).where(known.email_index.in_(_emails))),
        bounded(
            ranked(held, FoundBy.EMAIL)
            .join(SourceRecord, SourceRecord.person_id == held.id)
            .where(SourceRecord.email_index.in_(_emails), SourceRecord.deleted_at.is_(None))
        ),
    )


def last_four(typed: str) -> str | None:
    """Four digits, when nothing else was typed.

    >>> last_four(" ５６７８ "), last_four("15678"), last_four("5 678")
    ('5678', None, None)
    """
    plain = visible(typed)
    return plain if re.fullmatch(r"\d{4}", plain, re.ASCII) else None


def by_phone_end(
    session: Session, digits: str, *, name: str | None = None, everybody: bool = False
) -> Meant:
    """Survivors whose number ends with four digits, and who are called so if a name is given; not
    only a bounded number of them with `everybody`, for a list that is scoped already."""
    ends = cipher_of(session).blind_indexes(MOBILE_END.kind, digits)
    values: dict[str, Any] = {"mobile_ends": ends}
    if name is not None:
        values |= asked_of(name)
    return Meant(_by_phone_end(name is not None, everybody), values)


@lru_cache(maxsize=4)
def _by_phone_end(named: bool, everybody: bool) -> tuple[AnySelect, ...]:
    own, held = aliased(Person), aliased(Person)
    ways: tuple[AnySelect, ...] = (
        ranked(own, FoundBy.PHONE_END)
        .join(OwnDetails, OwnDetails.person_id == own.id)
        .where(OwnDetails.mobile_end_index.in_(_ends)),
        ranked(held, FoundBy.PHONE_END)
        .join(SourceRecord, SourceRecord.person_id == held.id)
        .where(SourceRecord.mobile_end_index.in_(_ends), SourceRecord.deleted_at.is_(None)),
    )
    if named:
        ways = tuple(way.where(is_called(way.selected_columns.person_id)) for way in ways)
    return ways if everybody else tuple(bounded(way) for way in ways)
