"""What was said in a person's cases, both ways, for a page that shows a conversation whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Account
from vipclub.assistance.models import Case, CaseEntry
from vipclub.core.crypto import cipher_of

SAID = ("answered", "wrote", "resolved")


@dataclass(frozen=True, slots=True)
class CaseWords:
    """Words in a case: who of the staff said them, empty for whom the case is for."""

    ref: str
    at: datetime
    case: str
    kind: str
    who: str
    by_member: bool
    text: str = field(repr=False)


def words_in_cases(
    session: Session, person_id: int, *, kinds: tuple[str, ...], limit: int = 100
) -> list[CaseWords]:
    """The newest words in a person's cases of these kinds, by the id of any row of the cluster.
    Asks nobody who may: whoever shows them has. One statement."""
    rows = session.execute(
        select(CaseEntry, Case.public_ref, Case.kind, Account.display_name)
        .join(Case, Case.id == CaseEntry.case_id)
        .outerjoin(Account, Account.id == CaseEntry.account_id)
        .where(
            Case.person_id.in_(people.cluster_of(person_id)),
            Case.kind.in_(kinds),
            CaseEntry.for_member,
            CaseEntry.body.is_not(None),
            CaseEntry.what.in_(SAID),
        )
        .order_by(CaseEntry.id.desc())
        .limit(limit)
    )
    cipher = cipher_of(session)
    return [
        CaseWords(
            ref=entry.public_ref,
            at=entry.at,
            case=case,
            kind=kind,
            who="" if entry.what == "wrote" else name or "",
            by_member=entry.what == "wrote",
            text=cipher.unseal("case_entry.body", entry.public_ref, entry.body),
        )
        for entry, case, kind, name in rows
    ]
