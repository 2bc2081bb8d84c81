"""The letters about accesses in an emergency, to those who answer for the desk and for the trail.
Whose numbers they were and why stands behind the sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.accounts import Account
from vipclub.core.i18n import N_
from vipclub.desk.models import BreakGlass
from vipclub.desk.steps import TO_REVIEW
from vipclub.messages import Letter, Reading, queue

_ANSWERABLE = ("operations", "auditor", "admin")


def who_names_leaders(session: Session) -> list[int]:
    """Operations; where there are none the auditors, else the administrators."""
    rows = session.execute(
        select(Account.id, Account.role)
        .where(Account.role.in_(_ANSWERABLE), Account.state == "active")
        .order_by(Account.id)
    ).all()
    first = min((_ANSWERABLE.index(row.role) for row in rows), default=0)
    return [row.id for row in rows if row.role == _ANSWERABLE[first]]


def tell_of_access(
    session: Session, template: str, *, ref: str, account_id: int, at: datetime, name: bool = False
) -> None:
    """Write to somebody who should know of an access; with `name` that there is nobody who reviews
    it until a leader is named."""
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("access", ref),
        version=0,
        data={"ref": ref, "at": at.isoformat(), "name": name},
    )


def _of_desk(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    name = data.get("name", False)
    return {
        "ref": data["ref"],
        "moment": reading.moment(data["at"]),
        "name": name,
        "url": f"{reading.base_url}/desk/{'duty' if name else 'access'}",
    }


def _of_trail(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {"ref": data["ref"], "moment": reading.moment(data["at"]), "url": ""}


def still_to_review(session: Session, ref: str, version: int) -> bool:
    """Whether nobody has reviewed it yet."""
    state = session.execute(select(BreakGlass.state).where(BreakGlass.public_ref == ref)).scalar()
    return state in TO_REVIEW


ACCESS_LETTERS = (
    Letter(
        "emergency-access",
        N_("Emergency access to review"),
        _of_desk,
        still_to_review,
        purpose="security",
        kept=False,
    ),
    Letter(
        "emergency-access-overdue",
        N_("Emergency access without a review"),
        _of_trail,
        still_to_review,
        purpose="security",
        kept=False,
    ),
)
