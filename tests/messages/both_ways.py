"""A club that sends by mail and SMS, to people who have proven their numbers and chosen ways. What
takes `at_noon` along is at noon of the club's wall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.messages.mail_server import MailServer
from tests.messages.sms_gateway import SmsGateway, sms_gateway
from vipclub import messages
from vipclub.core import clock, outbox
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.messages import Message, NotificationChoice, SmsSending
from vipclub.people import Person
from vipclub.people.models import OwnDetails

__all__ = ["sms_gateway"]

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
"""On the club's wall."""
MOBILE = "+8613800138000"
HELP = {"ref": "H-1", "kind": "emergency_overseas", "by": None}


def proven(db: Database, person: int, mobile: str = MOBILE) -> int:
    """The person has proven a number."""

    def write(session: Session) -> None:
        ref = session.scalar(select(Person.public_ref).where(Person.id == person))
        assert ref
        cipher = db.cipher
        session.execute(
            insert(OwnDetails).values(
                person_id=person,
                mobile=cipher.seal("own_details.mobile", ref, mobile),
                mobile_index=cipher.blind_index("mobile", mobile),
                mobile_proven_at=clock.now(),
                changed_at=clock.now(),
            )
        )

    db.run(write)
    return person


def choose(db: Database, person: int, kind: str, *, mail: bool, sms: bool) -> None:
    db.run(
        lambda session: session.execute(
            insert(NotificationChoice).values(
                person_id=person, kind=kind, by_mail=mail, by_sms=sms, changed_at=clock.now()
            )
        )
    )


class BothWays:
    """Both ways, a round of the outbox at a time."""

    def __init__(self, db: Database, mail: MailServer, sms: SmsGateway, folder: Path) -> None:
        self.db, self.mail, self.sms = db, mail, sms
        post = messages.sms_post_for(sms.description(folder), folder=None)
        sender = messages.sender(
            f"smtp://127.0.0.1:{mail.port}?from=no-reply@club.example",
            folder=folder,
            host="club.example",
            base_url="https://club.example",
            texts=True,
        )
        self.handlers: dict[str, outbox.Handler] = {
            "message": sender,
            "sms": messages.TextSender(post, "https://club.example"),
            messages.SILENCE: messages.after_silence,
        }

    def deliver(self) -> outbox.Delivered:
        """Until nothing is due any more; what failed is due again."""
        told = outbox.Delivered()
        for _ in range(4):
            done = outbox.deliver(self.db, self.handlers, by="test")
            for name in ("done", "failed", "dead", "postponed"):
                setattr(told, name, getattr(told, name) + getattr(done, name))
        return told

    def log(self) -> list[tuple[str, str, str | None]]:
        with self.db.read() as session:
            rows = session.execute(
                select(Message.channel, Message.state, Message.reason).order_by(
                    Message.channel, Message.id
                )
            )
            return [(row.channel, row.state, row.reason) for row in rows]

    def states(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(SmsSending.state).order_by(SmsSending.id)))


def make_due(db: Database) -> None:
    db.run(
        lambda session: session.execute(
            update(OutboxRow)
            .where(OutboxRow.state == "waiting", OutboxRow.kind != messages.SILENCE)
            .values(due_at=clock.now())
        )
    )


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def club(
    db: Database, mail_server: MailServer, sms_gateway: SmsGateway, tmp_path: Path
) -> BothWays:
    return BothWays(db, mail_server, sms_gateway, tmp_path)
