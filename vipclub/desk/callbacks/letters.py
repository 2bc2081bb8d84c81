"""The letters about callbacks: the owner is warned, the leader told, the person hears that nobody
was reached. They name nobody and no number: those stand behind the sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.i18n import N_, gettext
from vipclub.desk.callbacks.finding import LockedCallback
from vipclub.desk.callbacks.models import Callback
from vipclub.desk.calls import ABOUT
from vipclub.messages import Letter, Reading, always, queue

STAFF_PAGE, MEMBER_PAGE = "/desk/callbacks/", "/callbacks"


def tell_unreached(session: Session, template: str, found: LockedCallback) -> None:
    """Write to whose callback it is, where that is known."""
    if found.person_id is None:
        return
    queue(
        session,
        template=template,
        person_id=found.person_id,
        subject=("callback", found.ref),
        version=found.version + 1,
        data={"ref": found.ref},
    )


def tell_agent(
    session: Session,
    template: str,
    *,
    ref: str,
    account_id: int,
    version: int,
    about: str,
    due: datetime,
) -> None:
    """Write to somebody of the desk."""
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("callback", ref),
        version=version,
        data={"ref": ref, "about": about, "due": due.isoformat()},
    )


def _of_agent(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    word = ABOUT[data["about"]]
    return {
        "ref": data["ref"],
        "about": gettext(reading.language, word),
        "due": reading.moment(data["due"]),
        "url": f"{reading.base_url}{STAFF_PAGE}{data['ref']}",
    }


def _of_member(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {"ref": data["ref"], "url": f"{reading.base_url}{MEMBER_PAGE}"}


def still_due(session: Session, ref: str, version: int) -> bool:
    """Whether it is due, and by the same moment: no call was made since. `version` is that of the
    callback when somebody was told."""
    found = session.execute(
        select(Callback.state, Callback.version).where(Callback.public_ref == ref)
    ).first()
    return found is not None and found.state == "due" and found.version == version


LETTERS = (
    Letter("callback-alarm", N_("Callback due"), _of_agent, still_due, kept=False),
    Letter("callback-assigned", N_("Callback for an agent"), _of_agent, still_due, kept=False),
    Letter("callback-unreached", N_("Callback without an answer"), _of_member, always),
)
