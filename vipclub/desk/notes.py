"""Notes on a member: writing one, correcting one, reading them. Their words are sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.i18n import N_
from vipclub.core.types import new_ref, parse_ref
from vipclub.desk.models import Note
from vipclub.desk.refusals import NoteNotAccepted
from vipclub.people import Person, Viewed, find_person

LONGEST_NOTE = 2000
NOTE_KINDS = {
    "general": N_("Note"),
    "wish": N_("Preference"),
    "follow-up": N_("To follow up"),
    "care": N_("Health, for the service desk only"),
}
"""Code -> word."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as staff read it; `corrects` is the reference of the note that it puts right."""

    ref: str
    at: datetime
    author: str
    kind: str
    text: str = field(repr=False)
    corrects: str | None


def note_kinds_for(actor: Actor) -> dict[str, str]:
    """The kinds of notes that this reader may write and see."""
    sees = actor.has(Permission.NOTE_CARE)
    return {code: word for code, word in NOTE_KINDS.items() if sees or code != "care"}


def add_note(
    session: Session,
    actor: Actor,
    *,
    member: str,
    text: str,
    kind: str = "general",
    corrects: str | None = None,
) -> str:
    """A note on a member; gives its reference. A correction is a new note that names the old one.
    Raises NoteNotAccepted, Malformed (an unknown kind), Forbidden, NotFound."""
    now = clock.now()
    actor.require(Permission.NOTE_WRITE)
    person = find_person(session, actor, member)
    if kind not in note_kinds_for(actor):
        raise Malformed("kind")
    body = text.strip()
    if not 0 < len(body) <= LONGEST_NOTE:
        raise NoteNotAccepted(most=LONGEST_NOTE)
    old = _own_note(session, person.id, corrects) if corrects else None

    ref = new_ref("N")
    session.execute(
        insert(Note).values(
            public_ref=ref,
            person_id=person.id,
            account_id=actor.account_id,
            corrects_id=old,
            kind=kind,
            body=cipher_of(session).seal("note.body", ref, body),
            created_at=now,
        )
    )
    audit.write(
        session,
        actor,
        "note.write",
        subject=("person", person.ref),
        after={"note": ref, "kind": kind},
        at=now,
    )
    return ref


def _own_note(session: Session, person_id: int, ref: str) -> int:
    """The note to put right, of the same member."""
    found = session.scalar(
        select(Note.id)
        .join(Person, Person.id == Note.person_id)
        .where(Note.public_ref == parse_ref(ref, "N"), people.survivor_of(Person) == person_id)
    )
    if found is None:
        raise NotFound()
    return found


def notes_of(
    session: Session, actor: Actor, *, member: str, viewed: Viewed, limit: int = 50
) -> list[NoteView]:
    """A member's notes, the newest first, of the kinds that this reader may see. Two statements.
    Raises Forbidden, NotFound."""
    actor.require(Permission.NOTE_VIEW)
    viewed.must_cover(parse_ref(member, "M"))
    person = find_person(session, actor, member)
    old = Note.__table__.alias("old")
    rows = session.execute(
        select(
            Note.public_ref,
            Note.created_at,
            Account.display_name,
            Note.kind,
            Note.body,
            old.c.public_ref.label("corrects"),
        )
        .join(Person, Person.id == Note.person_id)
        .outerjoin(Account, Account.id == Note.account_id)
        .outerjoin(old, old.c.id == Note.corrects_id)
        .where(people.survivor_of(Person) == person.id, Note.kind.in_(note_kinds_for(actor)))
        .order_by(Note.id.desc())
        .limit(limit)
    )
    cipher = cipher_of(session)
    return [
        NoteView(
            row.public_ref,
            row.created_at,
            row.display_name or "",
            row.kind,
            cipher.unseal("note.body", row.public_ref, row.body),
            row.corrects,
        )
        for row in rows
    ]
