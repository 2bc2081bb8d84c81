"""From the use case that queues to the mail that arrives."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.messages.composed_letters import an_appointment_letter
from tests.messages.delivery import a_recipient, deliver_letters, queue_letter, states_and_reasons
from tests.messages.mail_server import MailServer
from tests.messages.vouching import present_versions
from tests.statements import statements
from tests.web.signing_in import an_account
from vipclub import messages, operations
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.messages import Message, may_send
from vipclub.people import Person


def test_queueing_is_one_statement(db: Database) -> None:
    person = a_recipient(db)
    with statements(at_most=1):
        queue_letter(db, person)


def test_a_message_reaches_its_person_in_their_language(
    db: Database, mail_server: MailServer
) -> None:
    queue_letter(db, a_recipient(db, language="zh-Hant"))
    assert deliver_letters(db, mail_server).done == 1
    (mail,) = mail_server.mails
    assert mail_server.recipients == ["chan@example.org"]
    assert mail["Subject"] == "您的預約已確認：2026年12月3日（星期四）08:30"
    assert mail["Content-Language"] == "zh-Hant"
    assert states_and_reasons(db) == [("sent", None)]


@pytest.mark.promise("P22")
def test_nothing_is_sent_for_what_was_rolled_back(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)

    def fails(session: Session) -> None:
        messages.queue(
            session,
            template="appointment-confirmed",
            person_id=person,
            subject=("appointment", "A-1"),
            version=1,
            data=an_appointment_letter().to_json(),
        )
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(fails)
    assert deliver_letters(db, mail_server).total == 0


@pytest.mark.promise("P23")
def test_what_is_no_longer_true_when_it_is_sent_is_not_sent(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    queue_letter(db, person, version=1, template="appointment-requested")
    queue_letter(db, person, version=2)
    present_versions["A-1"] = 2
    assert deliver_letters(db, mail_server).done == 2
    assert len(mail_server.mails) == 1
    assert states_and_reasons(db) == [("skipped", "no longer true"), ("sent", None)]


def test_a_letter_that_nobody_vouches_for_is_not_sent(
    db: Database, mail_server: MailServer
) -> None:
    queue_letter(db, a_recipient(db), template="rumour", subject=("rumour", "R-1"))
    assert deliver_letters(db, mail_server).dead == 1
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        (None, "no e-mail address"),
        ("nobody", "the e-mail address is not usable"),
        ("a@b.org\r\nBcc: c@d.org", "the e-mail address is not usable"),
    ],
)
def test_somebody_who_can_not_be_written_to_is_seen_as_skipped(
    db: Database, mail_server: MailServer, email: str | None, reason: str
) -> None:
    queue_letter(db, a_recipient(db, email=email))
    assert deliver_letters(db, mail_server).done == 1
    assert states_and_reasons(db) == [("skipped", reason)]
    assert mail_server.mails == []


@pytest.mark.promise("P23")
def test_a_person_found_to_be_another_is_written_to_as_that_one(
    db: Database, mail_server: MailServer
) -> None:
    survivor = a_recipient(db, email="new@example.org")
    loser = a_recipient(db, email="old@example.org", survivor_id=survivor)
    queue_letter(db, loser)
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["new@example.org"]


@pytest.mark.promise("P24")
def test_an_address_moved_to_another_row_does_not_open(
    db: Database, mail_server: MailServer
) -> None:
    one, other = a_recipient(db), a_recipient(db, email="other@example.org")

    def swap(session: Session) -> None:
        stolen = session.execute(select(Person.email).where(Person.id == other)).scalar_one()
        session.execute(update(Person).where(Person.id == one).values(email=stolen))

    db.run(swap)
    queue_letter(db, one)
    deliver_letters(db, mail_server)
    assert states_and_reasons(db) == [("skipped", "the e-mail address can't be opened")]


def test_a_recipient_refused_for_good_is_a_dead_letter_that_is_seen(
    db: Database, mail_server: MailServer
) -> None:
    mail_server.answer_recipient = "550 no such mailbox"
    queue_letter(db, a_recipient(db))
    assert deliver_letters(db, mail_server).dead == 1
    assert states_and_reasons(db) == [("failed", "recipient refused: 550")]


def test_a_letter_that_can_not_be_composed_is_dead_and_stops_no_other(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    queue_letter(db, person, template="no-such-letter")
    queue_letter(db, person, data={"ref": 1})
    queue_letter(db, person)
    result = deliver_letters(db, mail_server)
    assert (result.dead, result.done) == (2, 1)
    assert [state for state, _ in states_and_reasons(db)] == ["failed", "failed", "sent"]


@pytest.mark.promise("P25")
def test_nobody_is_flooded(
    db: Database, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(may_send, "MOST_AN_HOUR", 3)
    person, other = a_recipient(db), a_recipient(db, email="other@example.org")
    for number in range(5):
        queue_letter(db, person, ref=f"A-{number}")
    queue_letter(db, other)
    result = deliver_letters(db, mail_server)
    assert (result.done, result.postponed) == (4, 2)
    assert mail_server.recipients.count("chan@example.org") == 3
    with db.read() as session:
        waiting = session.execute(
            select(OutboxRow.due_at).where(OutboxRow.state == "waiting")
        ).scalars()
        assert all(due > clock.now() + timedelta(minutes=5) for due in waiting)


def test_an_alarm_to_staff_waits_for_no_other_one(
    db: Database, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters to whoever works for the club are to no person: they don't count as one's."""
    monkeypatch.setattr(may_send, "MOST_AN_HOUR", 3)
    agent = an_account(db, "desk", login="ping@club.example")
    for number in range(5):
        queue_letter(
            db,
            None,
            ref=f"P-{number}",
            template="password-changed",
            account_id=agent.id,
            data={"at": clock.now().isoformat()},
        )
    assert deliver_letters(db, mail_server).done == 5
    assert mail_server.recipients.count("ping@club.example") == 5


@pytest.mark.promise("P21")
def test_a_server_that_dies_before_it_says_yes_gets_the_same_message_again(
    db: Database, mail_server: MailServer
) -> None:
    mail_server.dies = 1
    queue_letter(db, a_recipient(db))
    assert deliver_letters(db, mail_server).failed == 1
    assert states_and_reasons(db) == []
    db.run(lambda session: session.execute(update(OutboxRow).values(due_at=clock.now())))
    assert deliver_letters(db, mail_server).done == 1
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert states_and_reasons(db) == [("sent", None)]


def test_a_server_that_stays_away_is_given_up_in_the_open(
    db: Database, mail_server: MailServer
) -> None:
    """Staff see it, and the member has it in the inbox."""
    mail_server.answer_recipient = "451 later"
    person = a_recipient(db)
    queue_letter(db, person)
    for _ in range(outbox.ATTEMPTS):
        deliver_letters(db, mail_server)
        db.run(lambda session: session.execute(update(OutboxRow).values(due_at=clock.now())))
    assert states_and_reasons(db) == [("failed", "the mail server could not be reached")]
    with db.read() as session:
        assert session.scalars(select(OutboxRow.state)).all() == ["dead"]
        assert messages.unread(session, person) == 1


def test_what_was_given_up_arrives_when_operations_have_it_sent_again(
    db: Database, mail_server: MailServer
) -> None:
    mail_server.answer_recipient = "550 no such mailbox"
    person = a_recipient(db)
    queue_letter(db, person)
    assert deliver_letters(db, mail_server).dead == 1
    with db.read() as session:
        (item,) = session.scalars(select(OutboxRow.id))
    mail_server.answer_recipient = "250 OK"
    db.run(operations.retry_dead_letter, Actor.system("tests"), item=item)
    assert deliver_letters(db, mail_server).done == 1
    assert len(mail_server.mails) == 1
    assert states_and_reasons(db) == [("sent", None)]
    with db.read() as session:
        assert messages.unread(session, person) == 1
        (payload,) = session.scalars(select(OutboxRow.payload))
    assert "data" not in payload


def test_a_message_says_nothing_about_its_person_in_the_tables(
    db: Database, mail_server: MailServer
) -> None:
    queue_letter(db, a_recipient(db, email="secret.name@example.org"))
    deliver_letters(db, mail_server)
    with db.read() as session:
        kept = [
            str(dict(row))
            for table in (Message, OutboxRow)
            for row in session.execute(select(table.__table__)).mappings()
        ]
    assert kept
    assert not any("secret.name" in text or "Chan Tai Man" in text for text in kept)


SENDER = """
import sys
from vipclub import bookings, logs, messages
from vipclub.core import clock, outbox
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from tests.databases import TEST_KEYS
from tests.messages.vouching import vouched_for
from pathlib import Path

logs.configure("error")
outbox.LEASE_SECONDS, outbox.DOING_SECONDS = 1.0, 0.2
messages.register_letters(map(vouched_for, bookings.LETTERS))
clock.settle_zone("Asia/Shanghai")
db = Database(sys.argv[1], keys=TEST_KEYS)
handler = messages.sender(
    sys.argv[2], folder=Path("unused"), host="club.example", base_url="https://club.example"
)
print("ready", flush=True)
while True:
    outbox.deliver(db, {"message": handler}, by="killed")
"""


@pytest.mark.promise("P21")
@pytest.mark.slow
@pytest.mark.race
def test_a_sender_killed_again_and_again_loses_no_mail(
    db: Database, url: str, mail_server: MailServer
) -> None:
    """None is lost; a repetition only for what was being sent, with the same Message-ID."""
    letters, kills = 60, 5
    people = [a_recipient(db, email=f"p{number}@example.org") for number in range(letters)]
    for number, person in enumerate(people):
        queue_letter(db, person, ref=f"A-{number}")
    to = f"smtp://127.0.0.1:{mail_server.port}?from=no-reply@club.example"

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, url, to], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        return process

    chance = random.Random(7)
    for _ in range(kills):
        process = start()
        time.sleep(chance.uniform(0.02, 0.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = start()
    deadline = time.monotonic() + 60
    while len(states_and_reasons(db)) < letters and time.monotonic() < deadline:
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert set(mail_server.recipients) == {f"p{number}@example.org" for number in range(letters)}
    assert states_and_reasons(db) == [("sent", None)] * letters
    assert len(mail_server.mails) <= letters + kills
    ids = {(str(mail["To"]), str(mail["Message-ID"])) for mail in mail_server.mails}
    assert len(ids) == letters
