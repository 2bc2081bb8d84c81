"""Calls taken, and words by other channels: with whom, what about, how it ended, and a note where
there is something to note."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_
from vipclub.core.types import new_ref
from vipclub.desk.models import Interaction
from vipclub.desk.notes import add_note
from vipclub.people import find_person

CHANNELS = {
    "phone": N_("By phone"),
    "counter": N_("At the counter"),
    "mail": N_("By mail"),
    "chat": N_("By chat"),
}
ABOUT = {
    "appointment": N_("An appointment"),
    "benefit": N_("A benefit"),
    "membership": N_("The membership"),
    "details": N_("Own details"),
    "complaint": N_("A complaint"),
    "other": N_("Something else"),
}
OUTCOMES = {
    "settled": N_("Dealt with"),
    "follow-up": N_("We call back"),
    "passed-on": N_("Passed on"),
}


def take_call(
    session: Session,
    actor: Actor,
    *,
    member: str,
    channel: str,
    about: str,
    outcome: str,
    text: str = "",
    kind: str = "general",
) -> str:
    """A word with a member, with a note where there is something to note; gives its reference.
    Raises Malformed, NoteNotAccepted, Forbidden, NotFound."""
    now = clock.now()
    actor.require(Permission.NOTE_WRITE)
    person = find_person(session, actor, member)
    for name, value, known in (
        ("channel", channel, CHANNELS),
        ("about", about, ABOUT),
        ("outcome", outcome, OUTCOMES),
    ):
        if value not in known:
            raise Malformed(name)
    ref = new_ref("I")
    session.execute(
        insert(Interaction).values(
            public_ref=ref,
            person_id=person.id,
            account_id=actor.account_id,
            channel=channel,
            about=about,
            outcome=outcome,
            created_at=now,
        )
    )
    audit.write(
        session,
        actor,
        "interaction.note",
        subject=("person", person.ref),
        after={"interaction": ref, "channel": channel, "about": about, "outcome": outcome},
        at=now,
    )
    if text.strip():
        add_note(session, actor, member=person.ref, text=text, kind=kind)
    return ref
