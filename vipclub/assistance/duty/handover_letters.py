"""The letters about a handover, to the two whose shifts meet and to the leader. They name people
and moments; the cases stand on the page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Account
from vipclub.assistance.work_models import Handover
from vipclub.core.i18n import N_
from vipclub.messages import Letter, Reading, always, queue

HANDOVER_PAGE = "/desk/handover/"


def tell_of_handover(session: Session, template: str, *, ref: str, to: int, version: int) -> None:
    """Write to an account about a handover. Two statements."""
    giver, receiver = aliased(Account), aliased(Account)
    row = session.execute(
        select(giver.display_name, receiver.display_name, Handover.ends_at)
        .select_from(Handover)
        .join(giver, giver.id == Handover.giver_id)
        .join(receiver, receiver.id == Handover.receiver_id)
        .where(Handover.public_ref == ref)
    ).one()
    queue(
        session,
        template=template,
        person_id=None,
        account_id=to,
        subject=("handover", ref),
        version=version,
        data={"ref": ref, "giver": row[0], "receiver": row[1], "ends": row[2].isoformat()},
    )


def _context(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {
        "giver": data["giver"],
        "receiver": data["receiver"],
        "ends": reading.moment(data["ends"]),
        "url": f"{reading.base_url}{HANDOVER_PAGE}{data['ref']}",
    }


def _of_list(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """For who is neither of the two, and so doesn't see their list."""
    return {**_context(data, reading), "url": f"{reading.base_url}/desk/cases"}


def still_waiting(session: Session, ref: str, version: int) -> bool:
    """Whether it still waits to be accepted."""
    state = session.execute(select(Handover.state).where(Handover.public_ref == ref)).scalar()
    return state == "given"


HANDOVER_LETTERS = (
    Letter("handover-given", N_("Handover to accept"), _context, still_waiting, kept=False),
    Letter("handover-accepted", N_("Handover accepted"), _context, always, kept=False),
    Letter("handover-declined", N_("Handover declined"), _context, always, kept=False),
    Letter("handover-lapsed", N_("Handover not accepted"), _of_list, always, kept=False),
)
