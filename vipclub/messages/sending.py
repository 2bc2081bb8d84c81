"""Sending a queued message: the outbox's handler for it.

First ask whether it is still true, then compose, then send, then record: in that order, so that
the answer is fresh, nothing is lost by a crash, and a repetition carries the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from vipclub.core import clock
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.db import Database
from vipclub.core.i18n import Language, gettext, language_of
from vipclub.core.outbox import Item, NotNow, Record, Undeliverable
from vipclub.messages import subjects
from vipclub.messages.channels import mail
from vipclub.messages.composing import CLUB_NAME, Recipient, UnknownTemplate, compose
from vipclub.messages.models import Message
from vipclub.people import Person

CHANNEL = "mail"
MOST_AN_HOUR = 30
"""To one person; what is beyond waits. One who can make us write must not be able to flood."""


class NoAddress(Exception):
    """The recipient can't be written to; says why."""


@dataclass(frozen=True)
class Sender:
    """The handler of messages: `Sender(post, base_url)` is registered with the outbox."""

    post: mail.Post
    base_url: str

    def __call__(self, database: Database, item: Item) -> Record:
        """Raises Undeliverable with a record of the failure, NotNow, or what the post raised."""
        now = clock.now()
        payload = item.payload
        with database.read() as session:
            kind, ref = item.subject
            if not subjects.still_true(session, kind, ref, payload["version"]):
                return _record(item, "skipped", Language.EN, "no longer true")
            try:
                recipient = recipient_of(session, payload)
            except NoAddress as why:
                return _record(item, "skipped", Language.EN, str(why))
            _refuse_a_flood(session, payload["person"], now)
        language = Language(recipient.language)
        try:
            content = compose(
                payload["template"],
                payload["data"],
                recipient=recipient,
                at=now,
                sender=self.post.sender,
                base_url=self.base_url,
            )
        except (UnknownTemplate, KeyError, TypeError, ValueError) as error:
            reason = f"can't be composed: {type(error).__name__}"
            raise Undeliverable(reason, _record(item, "failed", language, reason)) from error
        letter = mail.build(
            content,
            to_name=recipient.name,
            to_address=recipient.address,
            from_name=gettext(language, CLUB_NAME),
            from_address=self.post.sender,
            message_ref=payload["message"],
            at=item.created_at,
        )
        try:
            self.post.send(letter)
        except mail.Refusal as refusal:
            raise Undeliverable(
                str(refusal), _record(item, "failed", language, str(refusal))
            ) from refusal
        return _record(item, "sent", language, None)


def sender(mail_url: str, *, folder: Path, host: str, base_url: str) -> Sender:
    """The handler for VIPCLUB_MAIL_URL (see `mail.post_for`). Raises ValueError."""
    return Sender(mail.post_for(mail_url, folder=folder, host=host), base_url)


def recipient_of(session: Session, payload: dict[str, Any]) -> Recipient:
    """Who is written to, as they are known now. Raises NoAddress."""
    if payload["person"] is None:
        raise NoAddress("no person to write to")
    named, now_known = aliased(Person), aliased(Person)
    person = session.execute(
        select(
            now_known.public_ref,
            now_known.full_name,
            now_known.surname,
            now_known.sex,
            now_known.language,
            now_known.email,
        )
        .join(named, named.survivor_id == now_known.id)
        .where(named.id == payload["person"])
    ).one_or_none()
    if person is None:
        raise NoAddress("the person is gone")
    if not person.email:
        raise NoAddress("no e-mail address")
    try:
        address = cipher_of(session).unseal("person.email", person.public_ref, person.email)
    except FieldDamaged:
        raise NoAddress("the e-mail address can't be opened") from None
    usable = mail.usable_address(address)
    if usable is None:
        raise NoAddress("the e-mail address is not usable")
    return Recipient(
        name=person.full_name,
        surname=person.surname or "",
        sex=person.sex,
        language=language_of(person.language) or Language.HANS,
        address=usable,
    )


def _refuse_a_flood(session: Session, person_id: int | None, now: datetime) -> None:
    """Raises NotNow when a person had more than MOST_AN_HOUR messages within the hour."""
    hour_ago = now - timedelta(hours=1)
    sent = session.execute(
        select(func.count())
        .select_from(Message)
        .where(
            Message.person_id == person_id, Message.finished_at > hour_ago, Message.state == "sent"
        )
    ).scalar_one()
    if sent >= MOST_AN_HOUR:
        raise NotNow(now + timedelta(minutes=20), "too many messages to one person in an hour")


def _record(item: Item, state: str, language: Language, reason: str | None) -> Record:
    """What is written when the item is marked."""
    payload = item.payload
    row = {
        "public_ref": payload["message"],
        "template": payload["template"][:60],
        "channel": CHANNEL,
        "language": language.value,
        "person_id": payload["person"],
        "account_id": payload["account"],
        "subject_kind": item.subject[0],
        "subject_ref": item.subject[1],
        "subject_version": payload["version"],
        "state": state,
        "reason": reason[:200] if reason else None,
        "queued_at": item.created_at,
        "finished_at": clock.now(),
        "attempts": item.attempts,
    }

    def write(session: Session) -> None:
        session.execute(insert(Message), row)

    return write
