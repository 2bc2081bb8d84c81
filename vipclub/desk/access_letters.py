"""The letters about accesses in an emergency, to those who answer for the desk and for the trail.
Whose numbers they were and why stands behind the sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.i18n import N_
from vipclub.desk.models import BreakGlass
from vipclub.desk.steps import TO_REVIEW
from vipclub.messages import Letter, Reading, queue


def tell_of_access(
    session: Session, template: str, *, ref: str, account_id: int, at: datetime
) -> None:
    """Write to somebody who should know of an access."""
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("access", ref),
        version=0,
        data={"ref": ref, "at": at.isoformat()},
    )


def _of_desk(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {
        "ref": data["ref"],
        "moment": reading.moment(data["at"]),
        "url": f"{reading.base_url}/desk/access",
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
