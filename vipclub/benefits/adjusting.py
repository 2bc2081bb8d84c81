"""Changing a member's allowance by hand: with a reason, and on record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from vipclub.benefits import ledger
from vipclub.benefits.queries import (
    Entitlement,
    LedgerLine,
    benefit_by_code,
    entitlements,
    find_account,
    ledger_of,
)
from vipclub.benefits.refusals import UnlimitedBenefit
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.people import PersonRow, find_person


@dataclass(frozen=True, slots=True)
class Adjustable:
    """A member's accounts of this and later years, and what was changed by hand before, the latest
    first."""

    person: PersonRow
    accounts: list[Entitlement]
    changed: list[LedgerLine]

    @property
    def counted(self) -> list[Entitlement]:
        """The accounts that can be changed: those that have a number."""
        return [account for account in self.accounts if not account.unlimited]


def member_to_adjust(session: Session, actor: Actor, *, member: str) -> PersonRow:
    """Whose allowances are meant. One statement. Raises Forbidden, MalformedRef, NotFound."""
    actor.require("entitlement:adjust")
    return find_person(session, actor, member)


def adjustable(session: Session, actor: Actor, *, member: str) -> Adjustable:
    """What a member was given and what may be changed. Four statements. Raises Forbidden,
    MalformedRef, NotFound."""
    person = member_to_adjust(session, actor, member=member)
    lines = ledger_of(session, actor, member=person.ref)
    return Adjustable(
        person=person,
        accounts=entitlements(session, person.id),
        changed=[line for line in reversed(lines) if line.kind == "adjust"],
    )


def adjust_entitlement(
    session: Session, actor: Actor, *, member: str, benefit: str, year: int, by: int, reason: str
) -> None:
    """Give a member more (by > 0) or fewer units of a benefit in a year.

    Raises Forbidden, NotFound (member, benefit or account), Malformed without a reason,
    UnlimitedBenefit, and NoEntitlement when so many aren't left.
    """
    now = clock.now()
    actor.require("entitlement:adjust")
    if not by or not reason.strip():
        raise Malformed("reason" if by else "by")
    person = find_person(session, actor, member)
    known = benefit_by_code(session, benefit)
    account = find_account(session, person_id=person.id, benefit=benefit, year=year)
    if known is None or account is None:
        raise NotFound()
    if account.unlimited:
        raise UnlimitedBenefit(benefit=known.name)
    subject = ("member", person.public_ref)
    ledger.adjust(
        session, account_id=account.id, by=by, subject=subject, actor=actor, at=now, reason=reason
    )
    audit.write(
        session,
        actor,
        "entitlement.adjust",
        subject=subject,
        after={"benefit": benefit, "year": year, "by": by},
        reason=reason,
        at=now,
    )
