"""Who is written to, as they are known at the moment of sending."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import accounts, people
from vipclub.accounts import Account
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.i18n import N_, Language, language_of
from vipclub.messages.channels import mail
from vipclub.messages.composing import Recipient
from vipclub.people import Person


class NoAddress(Exception):
    """The recipient can't be written to; says why. `person_known`: an inbox reaches them still."""

    def __init__(self, reason: str, *, person_known: bool = False) -> None:
        super().__init__(reason)
        self.person_known = person_known


def recipient_of(
    session: Session,
    payload: dict[str, Any],
    elsewhere: str | None = None,
    *,
    by_sign_in: bool = False,
    surely: bool = False,
) -> Recipient:
    """The person, by the record's address or, where there is none, by the sign-in name; or the
    account's keeper. A letter about a sign-in (`by_sign_in`) goes to the sign-in name first: what
    companies send about a person must not lead a stranger into the account. Such a one, and one
    that must reach its reader (`surely`), goes to the address that was proven as long as a newer
    one is not. `elsewhere` is another address that this letter is for, of somebody named in it
    where it is to no person. Raises NoAddress."""
    if payload["person"] is None:
        if payload["account"] is None:
            return _elsewhere(payload, elsewhere)
        return _keeper(session, payload["account"], elsewhere)
    named, now_known = aliased(Person), aliased(Person)
    person = session.execute(
        select(
            now_known.public_ref,
            now_known.full_name,
            now_known.surname,
            now_known.sex,
            now_known.language,
            now_known.email,
        )
        .join(named, people.stands_for(now_known, named))
        .where(named.id == payload["person"])
    ).one_or_none()
    if person is None:
        raise NoAddress("the person is gone")
    address = elsewhere
    if address is None and by_sign_in and payload["account"] is not None:
        address = _login(session, payload["account"])
    if address is None and (by_sign_in or surely):
        address = people.proven_contacts(session, payload["person"]).email
    if address is None and person.email:
        address = _opened(session, "person.email", person.public_ref, person.email)
    if address is None and payload["account"] is not None:
        address = _login(session, payload["account"])
    return Recipient(
        name=person.full_name,
        surname=person.surname or "",
        sex=person.sex,
        language=language_of(person.language) or Language.HANS,
        address=_usable(address, person_known=True),
    )


def number_of(
    session: Session, payload: dict[str, Any], elsewhere: str | None = None
) -> tuple[str | None, Language]:
    """The number that an SMS goes to, and in which language: one that was proven, a person's or an
    account's, and no other; or `elsewhere`, for the SMS that proves it."""
    if payload["person"] is None:
        language = session.scalar(select(Account.language).where(Account.id == payload["account"]))
        number = elsewhere or accounts.mobile_of(session, payload["account"])
        return number, language_of(language) or Language.HANS
    named, now_known = aliased(Person), aliased(Person)
    language = session.scalar(
        select(now_known.language)
        .join(named, people.stands_for(now_known, named))
        .where(named.id == payload["person"])
    )
    number = elsewhere or people.proven_contacts(session, payload["person"]).mobile
    return number, language_of(language) or Language.HANS


NO_ADDRESS = N_("no e-mail address")
UNUSABLE = N_("the e-mail address is not usable")
SEALED = N_("the e-mail address can't be opened")


def _elsewhere(payload: dict[str, Any], elsewhere: str | None) -> Recipient:
    """A company at an address of its own."""
    if "named" not in payload:
        raise NoAddress("no person to write to")
    name, language = payload["named"]
    return Recipient(name, "", None, language, _usable(elsewhere))


def _keeper(session: Session, account_id: int, elsewhere: str | None) -> Recipient:
    """Staff have no person: they sign in with an address."""
    row = session.execute(
        select(Account.display_name, Account.language).where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise NoAddress("the account is gone")
    address = elsewhere or _login(session, account_id)
    return Recipient(row.display_name, "", None, row.language, _usable(address))


def _login(session: Session, account_id: int) -> str | None:
    """The sign-in name when it is an address."""
    row = session.execute(
        select(Account.public_ref, Account.login).where(Account.id == account_id)
    ).one_or_none()
    if row is None or row.login is None:
        return None
    login = _opened(session, "account.login", row.public_ref, row.login)
    return login if "@" in login else None


def _opened(session: Session, place: str, ref: str, sealed: bytes) -> str:
    try:
        return cipher_of(session).unseal(place, ref, sealed)
    except FieldDamaged:
        raise NoAddress(SEALED, person_known=True) from None


def _usable(address: str | None, *, person_known: bool = False) -> str:
    if not address:
        raise NoAddress(NO_ADDRESS, person_known=person_known)
    usable = mail.usable_address(address)
    if usable is None:
        raise NoAddress(UNUSABLE, person_known=person_known)
    return usable
