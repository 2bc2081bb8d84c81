"""What was said in a person's cases, both ways, for a page that shows a conversation whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.clocks.promises import KINDS
from vipclub.assistance.models import Case, CaseEntry
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.value_lists import one_of

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
    session: Session, actor: Actor, person_id: int, *, limit: int = 100
) -> list[CaseWords]:
    """The newest words in the cases of a person whom the actor may see, by the id of any row of the
    cluster: of all of them for the person and the desk, of enquiries for a manager, who
    sees neither health nor complaints (docs/decisions.md 22). One statement."""
    kinds = KINDS if actor.has(Permission.CASE_VIEW) else ("enquiry",)
    rows = session.execute(
        select(CaseEntry, Case.public_ref, Case.kind, Account.display_name)
        .join(Case, Case.id == CaseEntry.case_id)
        .outerjoin(Account, Account.id == CaseEntry.account_id)
        .where(
            Case.person_id.in_(people.cluster_of(person_id)),
            one_of(Case.kind, kinds),
            or_(Case.against_id.is_(None), Case.against_id != (actor.account_id or 0)),
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
            text=cipher.unseal("case_entry.body", entry.public_ref, entry.body or b""),
        )
        for entry, case, kind, name in rows
    ]
