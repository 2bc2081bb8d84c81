"""What happened lately with a member, in one list: notes, calls, letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import LargeBinary, Select, String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.desk.models import Interaction, Note
from vipclub.desk.notes import note_kinds_for
from vipclub.messages import Message
from vipclub.people import Viewed


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line. `what` is note, call or letter; `kind` a note's kind, what a call was about, or a
    letter's template; `state` a call's outcome or whether a letter went out; `channel` where there
    is one. A letter's content is never here."""

    what: str
    ref: str
    at: datetime
    who: str
    kind: str
    channel: str
    state: str
    text: str = field(repr=False)
    corrects: str | None


_NONE = cast(null(), String)


def history(
    session: Session, actor: Actor, *, member: str, viewed: Viewed, limit: int = 30
) -> list[HistoryLine]:
    """The newest first, of a person whom the reader is on record to look at. One statement. Raises
    MalformedRef, Forbidden."""
    actor.require(Permission.NOTE_VIEW)
    ref = parse_ref(member, "M")
    viewed.must_cover(ref)
    cluster = people.cluster_behind(ref)
    newest = [
        select(part.limit(limit).subquery())
        for part in (_notes(actor, cluster), _calls(cluster), _letters(cluster))
    ]
    lines = union_all(*newest).subquery()
    rows = session.execute(select(lines).order_by(lines.c.at.desc(), lines.c.ref).limit(limit))
    cipher = cipher_of(session)
    return [
        HistoryLine(
            row.what,
            row.ref,
            row.at,
            row.who or "",
            row.kind,
            row.channel or "",
            row.state or "",
            cipher.unseal("note.body", row.ref, row.body) if row.body else "",
            row.corrects,
        )
        for row in rows
    ]


def _notes(actor: Actor, cluster: Select[int]) -> AnySelect:
    """Notes of the kinds that this reader may see; the other two have the same columns."""
    old = aliased(Note)
    return (
        select(
            literal("note").label("what"),
            Note.public_ref.label("ref"),
            Note.created_at.label("at"),
            Account.display_name.label("who"),
            Note.kind.label("kind"),
            _NONE.label("channel"),
            _NONE.label("state"),
            Note.body.label("body"),
            old.public_ref.label("corrects"),
        )
        .outerjoin(Account, Account.id == Note.account_id)
        .outerjoin(old, old.id == Note.corrects_id)
        .where(Note.person_id.in_(cluster), Note.kind.in_(note_kinds_for(actor)))
        .order_by(Note.id.desc())
    )


def _calls(cluster: Select[int]) -> AnySelect:
    return (
        select(
            literal("call").label("what"),
            Interaction.public_ref.label("ref"),
            Interaction.created_at.label("at"),
            Account.display_name.label("who"),
            Interaction.about.label("kind"),
            Interaction.channel.label("channel"),
            Interaction.outcome.label("state"),
            cast(null(), LargeBinary).label("body"),
            _NONE.label("corrects"),
        )
        .outerjoin(Account, Account.id == Interaction.account_id)
        .where(Interaction.person_id.in_(cluster))
        .order_by(Interaction.id.desc())
    )


def _letters(cluster: Select[int]) -> AnySelect:
    return (
        select(
            literal("letter").label("what"),
            Message.public_ref.label("ref"),
            Message.finished_at.label("at"),
            _NONE.label("who"),
            Message.template.label("kind"),
            Message.channel.label("channel"),
            Message.state.label("state"),
            cast(null(), LargeBinary).label("body"),
            _NONE.label("corrects"),
        )
        .where(Message.person_id.in_(cluster))
        .order_by(Message.finished_at.desc())
    )
