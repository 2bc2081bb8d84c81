"""A letter that can't be delivered or composed: tried again with a warning, given up with one
error, and then for operations to send again or close."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update
from structlog.testing import capture_logs

from tests.messages.delivery import a_recipient, queue_letter, states_and_reasons
from tests.messages.mail_server import MailServer
from vipclub import messages, operations
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.core.outbox_backlog import backlog
from vipclub.messages.channels.mail import Smtp, post_for

ADDRESS = "chan@example.org"
Lines = list[MutableMapping[str, Any]]


@dataclass(frozen=True)
class Trouble:
    """How a server behaves, and whether there is any use in another attempt."""

    does: Mapping[str, Any]
    again: bool


TROUBLES = {
    "recipient put off": Trouble({"answer_recipient": f"451 <{ADDRESS}> later"}, again=True),
    "content put off": Trouble({"answer": f"452 no room for {ADDRESS}"}, again=True),
    "recipient refused": Trouble({"answer_recipient": f"550 <{ADDRESS}> unknown"}, again=False),
    "content refused": Trouble({"answer": f"554 {ADDRESS} wants no such mail"}, again=False),
    "closes the line": Trouble({"dies": outbox.ATTEMPTS, "answer": "250 taken"}, again=True),
    "hangs": Trouble({"handle_DATA": None}, again=True),
}


async def _hang(server: SMTP, session: Session, envelope: Envelope) -> str:
    await asyncio.sleep(2)
    return "250 too late"


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest, mail_server: MailServer) -> Trouble:
    found = TROUBLES[request.param]
    for name, value in found.does.items():
        setattr(mail_server, name, _hang if value is None else value)
    return found


def deliver_once(db: Database, server: MailServer) -> tuple[outbox.Delivered, Lines]:
    """A round with what it logged; on a server that hangs half a second is waited."""
    url = f"smtp://127.0.0.1:{server.port}?from=no-reply@club.example"
    post = post_for(url, folder=Path("unused"), host="club.example")
    assert isinstance(post, Smtp)
    patience = 0.5 if server.__dict__.get("handle_DATA") else post.total_seconds
    handler = messages.Sender(replace(post, total_seconds=patience), "https://club.example")
    with capture_logs() as lines:
        told = outbox.deliver(db, {"message": handler}, by="test")
    return told, [line for line in lines if line["event"] != "mark"]


def make_due(db: Database, **values: Any) -> None:
    db.run(
        lambda session: session.execute(
            update(OutboxRow).values(due_at=clock.now() - timedelta(seconds=1), **values)
        )
    )


def item_of(db: Database) -> int:
    with db.read() as session:
        return session.execute(select(OutboxRow.id)).scalar_one()


def loud(lines: Lines, level: str) -> Lines:
    return [line for line in lines if line["log_level"] == level]


def test_what_a_server_did_is_a_warning_or_an_error_once_and_names_nobody(
    db: Database, mail_server: MailServer, trouble: Trouble
) -> None:
    queue_letter(db, a_recipient(db, email=ADDRESS))
    told, lines = deliver_once(db, mail_server)
    if trouble.again:
        assert (told.failed, told.dead) == (1, 0)
        assert len(loud(lines, "warning")) == 1
        assert loud(lines, "error") == []
        make_due(db, attempts=outbox.ATTEMPTS - 1)
        told, lines = deliver_once(db, mail_server)
    assert (told.failed, told.dead) == (0, 1)
    (line,) = loud(lines, "error")
    assert (line["event"], line["kind"], line["item"], line["about"]) == (
        "given_up",
        "message",
        item_of(db),
        "appointment-confirmed",
    )
    if "handle_DATA" not in trouble.does and "dies" not in trouble.does:
        assert line["error"].split()[-1] in {"451", "452", "550", "554"}
    assert ADDRESS not in str(lines)
    assert "Chan" not in str(lines)
    make_due(db)
    told, lines = deliver_once(db, mail_server)
    assert (told.total, lines) == (0, []), "it is tried no more and said no more"
    with db.read() as session:
        assert backlog(session)["message"].dead == 1
        (letter,) = operations.dead_letters(session, Actor.system("tests"))
    assert letter.name == "appointment-confirmed"
    assert ADDRESS not in letter.error


@pytest.mark.parametrize(
    "given",
    [
        {"template": "no-such-letter"},
        {"data": {"ref": 1}},
        {"data": {}},
    ],
    ids=["unknown", "other data", "no data"],
)
def test_a_letter_that_can_not_be_composed_is_an_error_at_once(
    db: Database, mail_server: MailServer, given: dict[str, Any]
) -> None:
    queue_letter(db, a_recipient(db), **given)
    told, lines = deliver_once(db, mail_server)
    assert told.dead == 1
    (line,) = loud(lines, "error")
    assert line["about"] == given.get("template", "appointment-confirmed")


def test_a_letter_that_is_closed_is_sent_no_more_and_what_it_told_is_gone(
    db: Database, mail_server: MailServer
) -> None:
    mail_server.answer_recipient = "550 unknown"
    queue_letter(db, a_recipient(db))
    deliver_once(db, mail_server)
    item, gao = item_of(db), Actor.system("tests")
    db.run(operations.close_dead_letter, gao, item=item)
    mail_server.answer_recipient = "250 OK"
    make_due(db)
    assert deliver_once(db, mail_server)[0].total == 0
    with db.read() as session:
        row = session.execute(select(OutboxRow)).scalar_one()
        assert (row.state, row.payload) == ("closed", {})
        assert operations.dead_letters(session, gao) == []
        assert "message" not in backlog(session)
        record = session.execute(
            select(AuditRow).where(AuditRow.action == "outbox.close")
        ).scalar_one()
        assert record.subject_ref == "A-1"
    for use_case in (operations.close_dead_letter, operations.retry_dead_letter):
        with pytest.raises(NotFound):
            db.run(use_case, gao, item=item)
    assert states_and_reasons(db) == [("failed", "recipient refused: 550")]
    db.run(
        lambda session: session.execute(
            update(OutboxRow).values(done_at=clock.now() - outbox.KEPT - timedelta(days=1))
        )
    )
    assert db.run(outbox.forget_done) == 1
