"""Who hears of a referral: the company's managers that it is there, whoever waits for it that it
has ended. The letters name nobody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import accounts
from vipclub.accounts import Account, AccountScope
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, pgettext
from vipclub.messages import Letter, Reading, queue
from vipclub.people import (
    Person,
    ReferralEnded,
    ReferralMade,
    SourceRecord,
    Subsidiary,
    same_person,
)
from vipclub.people.referrals import Referral

MOST = 5
"""Managers of a company who hear of a referral when none of them knows the person."""
SUBJECT_WORDS = {
    "insurance": N_("Insurance"),
    "wealth": N_("Wealth management"),
    "banking": N_("Banking"),
    "trust": N_("Trust services"),
    "other": N_("Something else"),
}
STATE_WORDS = {
    "made": N_("Waiting for the company", context="state of a referral"),
    "accepted": N_("Accepted", context="state of a referral"),
    "won": N_("Contract made", context="state of a referral"),
    "lost": N_("No contract", context="state of a referral"),
    "unanswered": N_("No answer", context="state of a referral"),
    "withdrawn": N_("Withdrawn", context="state of a referral"),
}


def tell_of_referral(session: Session, fact: ReferralMade) -> None:
    """The managers on the person's records at that company; where there are none, some of the
    company's."""
    for account_id in _managers(session, fact):
        _tell(session, "referral-made", fact.referral, account_id, fact.subject, "made")


def _managers(session: Session, fact: ReferralMade) -> list[int]:
    """One statement, two where no manager there knows the person."""
    of_company = (
        select(Account.id)
        .join(AccountScope, AccountScope.account_id == Account.id)
        .where(
            AccountScope.kind == "portfolio",
            Account.role == "manager",
            Account.state == "active",
            accounts.scope_runs(clock.now()),
        )
        .order_by(Account.id)
        .limit(MOST)
    )
    asked, holder = aliased(Person), aliased(Person)
    own = (
        select(Subsidiary.code + "/" + SourceRecord.manager_no)
        .select_from(SourceRecord)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .join(holder, holder.id == SourceRecord.person_id)
        .join(asked, same_person(asked, holder))
        .where(
            asked.id == fact.person_id,
            Subsidiary.code == fact.company,
            SourceRecord.deleted_at.is_(None),
        )
    )
    found = session.scalars(of_company.where(AccountScope.ref.in_(own)).distinct()).all()
    if not found:
        any_of_it = AccountScope.ref.startswith(f"{fact.company}/", autoescape=True)
        found = session.scalars(of_company.where(any_of_it).distinct()).all()
    return list(found)


def tell_of_end(session: Session, fact: ReferralEnded) -> None:
    """Whoever waits for it, where that is an account."""
    account_id = session.scalar(select(Account.id).where(Account.public_ref == fact.whom))
    if account_id is not None:
        _tell(session, "referral-ended", fact.referral, account_id, fact.subject, fact.state)


def _tell(
    session: Session, template: str, ref: str, account_id: int, subject: str, state: str
) -> None:
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("referral", ref),
        version=0,
        data={"ref": ref, "subject": subject, "state": state},
    )


def _context(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    language = reading.language
    word, state = SUBJECT_WORDS[data["subject"]], STATE_WORDS[data["state"]]
    return {
        "ref": data["ref"],
        "subject": gettext(language, word),
        "state": pgettext(language, "state of a referral", state),
        "url": f"{reading.base_url}/",
    }


def still_there(session: Session, ref: str, version: int) -> bool:
    """Whether the company is still waited for."""
    return session.scalar(select(Referral.state).where(Referral.public_ref == ref)) == "made"


def still_ended(session: Session, ref: str, version: int) -> bool:
    """An end stays."""
    state = session.scalar(select(Referral.state).where(Referral.public_ref == ref))
    return state not in {None, "made", "accepted"}


REFERRAL_LETTERS = (
    Letter("referral-made", N_("Referral"), _context, still_there, waits=True, kept=False),
    Letter("referral-ended", N_("Referral ended"), _context, still_ended, waits=True, kept=False),
)
