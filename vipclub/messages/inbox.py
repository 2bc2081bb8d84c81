"""The inbox: what the club wrote to a member, composed when it is read, as it is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, Language, gettext, language_of
from vipclub.core.rows import AnyRow
from vipclub.core.types import parse_ref
from vipclub.messages.composing import compose_item
from vipclub.messages.letter import UnknownTemplate, present_versions, title_of
from vipclub.messages.models import Message
from vipclub.people import Person, find_person

log = structlog.get_logger("vipclub.messages")
OVERTAKEN = N_("This has changed since. The page it leads to tells how it stands now.")


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One item. `text` is plain, its lines as they are to be shown; `href` a page of this site.
    `overtaken`: what it told of has changed since, and the text begins by saying so."""

    ref: str
    at: datetime
    title: str = field(repr=False)
    text: str = field(repr=False)
    href: str
    read: bool
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message as staff see it, never its content. `title` and `reason` are sentences to be said
    in the reader's language."""

    ref: str
    title: str
    channel: str
    state: str
    reason: str | None
    at: datetime
    read: bool


def inbox(
    session: Session,
    actor: Actor,
    *,
    member: str,
    limit: int = 50,
    language: str | None = None,
) -> list[InboxItem]:
    """The newest items first, of the member and whoever turned out to be the same person. In
    `language`, else the member's own. Two statements, and one an owner of what they tell of.
    Raises NotFound, Forbidden."""
    actor.require(Permission.MESSAGE_READ)
    person = find_person(session, actor, member)
    rows = session.execute(
        select(
            Message.public_ref,
            Message.template,
            Message.subject_ref,
            Message.subject_version,
            Message.finished_at,
            Message.told,
            Message.read_at,
        )
        .where(Message.person_id.in_(people.cluster_of(person.id)), Message.told.is_not(None))
        .order_by(Message.finished_at.desc(), Message.id.desc())
        .limit(limit)
    ).all()
    present = present_versions(session, {(row.template, row.subject_ref) for row in rows})
    reads = Language(language) if language else language_of(person.language) or Language.HANS
    items = []
    for row in rows:
        told_of = (row.template, row.subject_ref)
        overtaken = present.get(told_of, row.subject_version) != row.subject_version
        item = _item(session, row, reads, overtaken)
        if item is not None:
            items.append(item)
    return items


def _item(session: Session, row: AnyRow, language: str, overtaken: bool) -> InboxItem | None:
    """None for one whose key is gone: erased, it says nothing any more."""
    try:
        data = json.loads(cipher_of(session).unseal("message.told", row.public_ref, row.told))
        content = compose_item(row.template, data, language=language, at=clock.now())
    except (FieldDamaged, UnknownTemplate, KeyError, TypeError, ValueError) as error:
        log.warning("inbox_item_left_out", message=row.public_ref, error=type(error).__name__)
        return None
    text = content.text
    if overtaken:
        text = f"{gettext(language, OVERTAKEN)}\n\n{text}"
    return InboxItem(
        ref=row.public_ref,
        at=row.finished_at,
        title=content.title,
        text=text,
        href=content.href,
        read=row.read_at is not None,
        overtaken=overtaken,
    )


_own, _holder = aliased(Person), aliased(Person)
_unopened = (
    select(func.count())
    .select_from(Message)
    .join(_holder, _holder.id == Message.person_id)
    .join(_own, people.same_person(_own, _holder))
    .where(Message.told.is_not(None), Message.read_at.is_(None))
)
_of_person = _unopened.where(_own.id == bindparam("person"))
UNREAD = (
    _unopened.where(_own.id == Account.person_id)
    .correlate(Account)
    .scalar_subquery()
    .label("unread")
)
"""How many items nobody has opened yet, of an account's own inbox: a column for the statement that
finds its sign-in, since every page has the mark."""
_of_account = select(UNREAD).select_from(Account).where(Account.id == bindparam("account"))


def unread(session: Session, person_id: int) -> int:
    """How many items nobody has opened yet, of a person's inbox. One statement."""
    unread: int = run_built(session, _of_person, {"person": person_id}).scalar_one()
    return unread


def unread_by(session: Session, actor: Actor) -> int:
    """How many of the asking account's own, as `UNREAD` says it. One statement."""
    found = run_built(session, _of_account, {"account": actor.account_id})
    return found.scalar_one_or_none() or 0


def mark_read(session: Session, actor: Actor, *, member: str, message: str | None = None) -> None:
    """One item, or all, were read. Reading twice changes nothing. Raises NotFound, Forbidden."""
    actor.require(Permission.MESSAGE_READ)
    person = find_person(session, actor, member)
    which: list[ColumnElement[bool]] = [
        Message.person_id.in_(people.cluster_of(person.id)),
        Message.told.is_not(None),
    ]
    if message is not None:
        which.append(Message.public_ref == parse_ref(message, "E"))
        if not session.execute(select(Message.id).where(*which)).first():
            raise NotFound()
    session.execute(
        update(Message)
        .where(*which, Message.read_at.is_(None))
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def messages_of(
    session: Session, actor: Actor, *, member: str, limit: int = 50
) -> list[SentMessage]:
    """What was sent to a member and when, for those who look after them: never what it said. Two
    statements. Raises NotFound, Forbidden."""
    actor.require(Permission.MESSAGE_VIEW)
    person = find_person(session, actor, member)
    rows = session.execute(
        select(
            Message.public_ref,
            Message.template,
            Message.channel,
            Message.state,
            Message.reason,
            Message.finished_at,
            Message.read_at,
        )
        .where(Message.person_id.in_(people.cluster_of(person.id)))
        .order_by(Message.finished_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return [
        SentMessage(
            ref=row.public_ref,
            title=title_of(row.template),
            channel=row.channel,
            state=row.state,
            reason=row.reason,
            at=row.finished_at,
            read=row.read_at is not None,
        )
        for row in rows
    ]
