"""Letters about a member's emergency contacts: that somebody changed among them, whoever did it,
and that somebody may act for her no longer. They answer facts of `people`, which stands before this
part."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vipclub.core import i18n
from vipclub.core.i18n import N_
from vipclub.messages.letter import Letter, Reading, always
from vipclub.messages.queueing import queue
from vipclub.people import ContactsChanged, DelegationEnded

_CHANGES = {
    "add": N_("a contact was added"),
    "change": N_("a contact was changed"),
    "remove": N_("a contact was removed"),
}


def tell_of_new_contacts(session: Session, fact: ContactsChanged) -> None:
    """Answers ContactsChanged: to the member, whoever changed something."""
    queue(
        session,
        template="contacts-changed",
        person_id=fact.person_id,
        subject=("person", fact.person),
        version=0,
        data={"at": fact.at.isoformat(), "change": fact.change},
    )


def tell_of_ended_delegation(session: Session, fact: DelegationEnded) -> None:
    """Answers DelegationEnded: who it was stands on the member's own page."""
    queue(
        session,
        template="delegation-ended",
        person_id=fact.person_id,
        subject=("person", fact.person),
        version=0,
        data={"at": fact.at.isoformat()},
    )


def _of_change(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """No link in the mail, as in every warning: who is warned types the address, or calls."""
    word = _CHANGES[data["change"]]
    return {
        "moment": reading.moment(data["at"]),
        "what": i18n.gettext(reading.language, word),
        "url": "" if reading.base_url else "/contacts",
    }


def _of_end(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {"moment": reading.moment(data["at"]), "url": f"{reading.base_url}/contacts"}


LETTERS = (
    Letter(
        "contacts-changed",
        N_("Emergency contacts changed"),
        _of_change,
        always,
        purpose="security",
    ),
    Letter("delegation-ended", N_("End of a delegation"), _of_end, always, waits=True),
)
"""That something was changed doesn't wait for the morning; that a day is over does."""
