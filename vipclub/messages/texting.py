"""Sending a message by SMS, and what follows when nobody says that it was delivered: the outbox's
handlers for it.

What need not wake waits for the morning, whatever it tells: an SMS is heard. As with mail: ask
whether it is still true, compose, send, record. Who is reached by SMS alone gets the mail instead
when the gateway refuses, when it stays away, when it says that the SMS was not delivered, and when
it says nothing in time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from jinja2 import TemplateError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.db import Database, upsert_of
from vipclub.core.i18n import N_, Language
from vipclub.core.outbox import Entry, Item, Record, Undeliverable, put_many
from vipclub.messages.channels import sms
from vipclub.messages.composing import compose_sms
from vipclub.messages.letter import Letter, UnknownTemplate, letter_of
from vipclub.messages.may_send import refuse_a_flood, why_not
from vipclub.messages.models import SmsSending
from vipclub.messages.queueing import sealed_in
from vipclub.messages.quiet_hours import wait_for_the_morning
from vipclub.messages.recipients import number_of
from vipclub.messages.routes import both, erased, put_mail_instead
from vipclub.messages.sent_log import record
from vipclub.messages.steps import FAIL, HEAR_NOTHING

ATTEMPTS = 6
"""Some eight minutes: what was to be an SMS is soon a mail instead."""
SILENCE = "sms_silence"
"""The kind of item that looks, when its time has come, whether a receipt was heard."""
NOT_DELIVERED = frozenset({FAIL.target, HEAR_NOTHING.target})
NO_LONGER_TRUE = N_("no longer true")
NO_GATEWAY = N_("the club sends no SMS")
NO_NUMBER = N_("no mobile number is verified")
GIVEN_UP = N_("the SMS gateway could not be reached")


@dataclass(frozen=True, slots=True)
class _Ready:
    number: str
    language: Language
    secret: str | None


@dataclass(frozen=True)
class TextSender:
    """The handler of an SMS; without a post it says that the club sends none."""

    post: sms.SmsPost | None
    base_url: str

    def __call__(self, database: Database, item: Item) -> Record | None:
        """Raises Undeliverable with a record of the failure, NotNow, or what the post raised."""
        now, payload = clock.now(), item.payload
        try:
            letter = letter_of(payload["template"])
        except UnknownTemplate as error:
            raise _unfit(item, Language.EN, error) from error
        with database.read() as session:
            ready = _ask(session, item, letter, now)
        if not isinstance(ready, _Ready):
            return ready
        if self.post is None:
            return _not_sent(item, "skipped", ready.language, NO_GATEWAY)
        try:
            text = compose_sms(
                payload["template"],
                payload["data"],
                language=ready.language,
                at=now,
                base_url=self.base_url,
                secret=ready.secret,
            )
        except (UnknownTemplate, TemplateError, LookupError, TypeError, ValueError) as error:
            raise _unfit(item, ready.language, error) from error
        try:
            taken = self.post.send(ready.number, text, payload["message"])
        except sms.Refusal as refusal:
            ending = _not_sent(item, "failed", ready.language, str(refusal))
            raise Undeliverable(str(refusal), ending, letter.template) from refusal
        except Exception as error:  # the gateway is away: again later, unless it took too long
            if item.attempts < ATTEMPTS:
                raise
            ending = _not_sent(item, "failed", ready.language, GIVEN_UP)
            reason = f"{type(error).__name__}: {error}"
            raise Undeliverable(reason, ending, letter.template) from error
        return both(
            record(item, "sent", ready.language, None, channel="sms"),
            _taken(item, taken, sms.segments(text), clock.now()),
        )


def _ask(session: Session, item: Item, letter: Letter, now: datetime) -> _Ready | Record:
    """Whether it may go out, and to which number; else what is to be recorded instead."""
    payload = item.payload
    if not letter.still_true(session, item.subject[1], payload["version"]):
        return record(item, "skipped", Language.EN, NO_LONGER_TRUE, channel="sms")
    reason = why_not(session, item, letter, now)
    if reason is not None:
        return record(item, "skipped", Language.EN, reason, channel="sms")
    if letter.purpose != "security" and not letter.must_wake(payload["data"]):
        wait_for_the_morning(replace(letter, waits=True), payload["data"], now)
    secret, elsewhere = sealed_in(session, payload)
    number, language = number_of(session, payload, elsewhere)
    if number is None:
        return _not_sent(item, "skipped", language, NO_NUMBER)
    if letter.purpose != "security":
        refuse_a_flood(session, payload["person"], now)
    return _Ready(number, language, secret)


def _not_sent(item: Item, state: str, language: Language, reason: str) -> Record:
    """Its row, and the mail in its place where none goes out anyway."""
    ending = record(item, state, language, reason, channel="sms")
    if "of" not in item.payload or item.payload["mailed"]:
        return ending
    return both(ending, lambda session: put_mail_instead(session, item.subject, item.payload))


def _unfit(item: Item, language: Language, error: Exception) -> Undeliverable:
    reason = f"can't be composed: {type(error).__name__}"
    ending = record(item, "failed", language, reason, channel="sms")
    return Undeliverable(reason, ending, item.payload["template"][:60])


def _taken(item: Item, taken: sms.Taken, parts: int, now: datetime) -> Record:
    """What the gateway took, and where a receipt is to come, the item that looks for it then."""
    ref, until = item.payload["message"], now + taken.within if taken.within else None
    row = {
        "gateway_id": taken.id or None,
        "segments": parts,
        "state": "waiting" if until else "accepted",
        "code": None,
        "sent_at": now,
        "receipt_by": until,
        "settled_at": None if until else now,
    }
    then = item.payload if "of" in item.payload and not item.payload["mailed"] else None
    watch = Entry(SILENCE, ("sms", ref), {"sms": ref, "about": item.subject, "data": then}, until)

    def write(session: Session) -> None:
        session.execute(
            upsert_of(session)(SmsSending)
            .values(message_ref=ref, **row)
            .on_conflict_do_update(index_elements=["message_ref"], set_=row)
        )
        if until is not None:
            put_many(session, [watch])

    return write


def after_silence(database: Database, item: Item) -> Record | None:
    """Due when a receipt should be there. Without one, or with one that says that it failed, the
    mail goes out where it didn't before; what a receipt says meanwhile is looked at last."""
    ref, then = item.payload["sms"], item.payload["data"]

    def write(session: Session) -> None:
        erased(item)(session)
        session.execute(
            update(SmsSending)
            .where(SmsSending.message_ref == ref, HEAR_NOTHING.at(SmsSending.state))
            .values(state=HEAR_NOTHING.target, settled_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        if then is None:
            return
        state = session.scalar(select(SmsSending.state).where(SmsSending.message_ref == ref))
        if state in NOT_DELIVERED:
            put_mail_instead(session, tuple(item.payload["about"]), then)

    return write
