"""Sending a queued message: the outbox's handler for it.

First ask whether it is still true and allowed, then compose, then send, then record: in that order,
so that the answer is fresh, nothing is lost by a crash, and a repetition carries the same
Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from jinja2 import TemplateError
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.club_name import club_name
from vipclub.core.db import Database
from vipclub.core.i18n import N_, Language
from vipclub.core.outbox import ATTEMPTS, Item, Record, Undeliverable
from vipclub.messages.channels import mail
from vipclub.messages.composing import (
    Recipient,
    compose,
)
from vipclub.messages.letter import Letter, UnknownTemplate, letter_of
from vipclub.messages.may_send import in_calendar, refuse_a_flood, why_not
from vipclub.messages.queueing import sealed_in
from vipclub.messages.quiet_hours import wait_for_the_morning
from vipclub.messages.recipients import NoAddress, recipient_of
from vipclub.messages.routes import Routes, both, put_sms, routes_of
from vipclub.messages.sent_log import record

NO_LONGER_TRUE = N_("no longer true")
NOT_BY_MAIL = N_("not wanted by e-mail")
GIVEN_UP = N_("the mail server could not be reached")


@dataclass(frozen=True)
class _Ready:
    """What was asked before composing."""

    recipient: Recipient
    secret: str | None
    known: bool
    routes: Routes


@dataclass(frozen=True)
class _NoMail:
    """No mail goes out: what is to be recorded of it; whether an SMS does, and whether a mail may
    come in the place of that one."""

    record: Record
    sms: bool = False
    may_come: bool = False


@dataclass(frozen=True)
class Sender:
    """The handler of messages: `Sender(post, base_url)` is registered with the outbox. `texts`:
    the club sends SMS too, each of which is an item of its own (`texting`)."""

    post: mail.Post
    base_url: str
    texts: bool = False

    def __call__(self, database: Database, item: Item) -> Record | None:
        """Raises Undeliverable with a record of the failure, NotNow, or what the post raised."""
        now = clock.now()
        payload = item.payload
        try:
            letter = letter_of(payload["template"])
        except UnknownTemplate as error:
            raise _unfit(item, Language.EN, error) from error
        with database.read() as session:
            ready = self._ask(session, item, letter, now)
        if ready is None:
            return None
        if isinstance(ready, _NoMail):
            if ready.sms:
                return both(ready.record, partial(put_sms, item=item, mailed=not ready.may_come))
            return ready.record
        if ready.routes.sms:  # at once, and by itself: the mail server may be away
            database.run(put_sms, item=item, mailed=True)
        recipient, language = ready.recipient, Language(ready.recipient.language)
        try:
            content = compose(
                payload["template"],
                payload["data"],
                recipient=recipient,
                at=now,
                sender=self.post.sender,
                base_url=self.base_url,
                secret=ready.secret,
                known=ready.known,
            )
            written = mail.build(
                content,
                to_name=recipient.name,
                to_address=recipient.address,
                from_name=club_name(language),
                from_address=self.post.sender,
                message_ref=payload["message"],
                at=item.created_at,
            )
        except (UnknownTemplate, TemplateError, LookupError, TypeError, ValueError) as error:
            raise _unfit(item, language, error) from error
        kept = letter.kept and not payload.get("elsewhere")
        try:
            self.post.send(written)
        except mail.Refusal as refusal:
            ending = _failed(item, ready, str(refusal), kept=kept)
            raise Undeliverable(str(refusal), ending, letter.template) from refusal
        except Exception as error:  # the post is away: again later, unless this was the last try
            if item.attempts < ATTEMPTS:
                raise
            ending = _failed(item, ready, GIVEN_UP, kept=kept)
            reason = f"{type(error).__name__}: {error}"
            raise Undeliverable(reason, ending, letter.template) from error
        return record(item, "sent", language, None, kept=kept)

    def _ask(
        self, session: Session, item: Item, letter: Letter, now: datetime
    ) -> _Ready | _NoMail | None:
        """Whether it may go out by mail, and to whom; else what is to be recorded instead."""
        payload, secure = item.payload, letter.purpose == "security"
        if payload["person"] is None and payload["account"] is None and secure:
            return None  # asked for in the name of nobody: nothing to send, nothing to remember
        if not letter.still_true(session, item.subject[1], payload["version"]):
            return _NoMail(record(item, "skipped", Language.EN, NO_LONGER_TRUE))
        reason = why_not(session, item, letter, now)
        if reason is not None:
            return _NoMail(record(item, "skipped", Language.EN, reason))
        wait_for_the_morning(letter, payload["data"], now)
        routes = routes_of(session, letter, payload, texts=self.texts)
        if not routes.mail:
            instead = record(item, "skipped", Language.EN, NOT_BY_MAIL, kept=letter.kept)
            return _NoMail(instead, sms=routes.sms, may_come=True)
        secret, elsewhere = sealed_in(session, payload)
        wakes = letter.must_wake(payload["data"])
        try:
            recipient = recipient_of(session, payload, elsewhere, by_sign_in=secure, surely=wakes)
        except NoAddress as why:
            kept = letter.kept and why.person_known and not payload.get("elsewhere")
            instead = record(item, "skipped", Language.EN, str(why), kept=kept)
            return _NoMail(instead, sms=routes.sms or routes.fall_back)
        if not secure:
            refuse_a_flood(session, payload["person"], now)
        known = not letter.if_known or in_calendar(session, item.subject)
        return _Ready(recipient, secret, known, routes)


def _failed(item: Item, ready: _Ready, reason: str, *, kept: bool) -> Record:
    """A mail that was given up; an SMS goes in its place where none goes out anyway."""
    ending = record(item, "failed", Language(ready.recipient.language), reason, kept=kept)
    if ready.routes.sms or not ready.routes.fall_back:
        return ending
    return both(ending, partial(put_sms, item=item, mailed=True))


def _unfit(item: Item, language: Language, error: Exception) -> Undeliverable:
    reason = f"can't be composed: {type(error).__name__}"
    ending = record(item, "failed", language, reason)
    return Undeliverable(reason, ending, item.payload["template"][:60])


def sender(mail_url: str, *, folder: Path, host: str, base_url: str, texts: bool = False) -> Sender:
    """The handler for VIPCLUB_MAIL_URL (see `mail.post_for`). Raises ValueError."""
    return Sender(mail.post_for(mail_url, folder=folder, host=host), base_url, texts)
