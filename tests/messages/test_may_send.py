"""Sending rules: consent, the reader's own choice, and what comes too late; all asked when a letter
is sent, whatever they were when it was queued."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.messages.composed_letters import START
from tests.messages.delivery import a_recipient, deliver_letters, queue_letter, states_and_reasons
from tests.messages.mail_server import MailServer
from vipclub import membership, messages
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import Localized
from vipclub.messages.letter import letter_of
from vipclub.people import Consent
from vipclub.people.models import OwnDetails

GOLD = Localized("金卡", "金卡", "Gold").to_json()
NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
"""On the club's wall."""


def say(db: Database, person: int, purpose: str, granted: bool) -> None:
    def write(session: Session) -> None:
        session.execute(
            insert(Consent).values(
                person_id=person, purpose=purpose, granted=granted, source="own", at=clock.now()
            )
        )

    db.run(write)


def invite(db: Database, person: int, **given: Any) -> None:
    expires = clock.now() + timedelta(days=14)
    values: dict[str, Any] = {
        "template": "invitation",
        "data": {"tier": GOLD, "expires_at": expires.isoformat()},
        "secret": "s3cret",
    }
    queue_letter(db, person, **(values | given))


def test_a_reminder_whose_time_has_passed_is_skipped(db: Database, mail_server: MailServer) -> None:
    """One that was due days ago, or whose visit has begun, is of no use."""
    person = a_recipient(db)
    with time_machine.travel(START - timedelta(hours=20), tick=False):
        queue_letter(
            db,
            person,
            template="appointment-reminder",
            due_at=START - timedelta(hours=72),
        )
        assert deliver_letters(db, mail_server).done == 1
    with time_machine.travel(START - timedelta(hours=2), tick=False):
        queue_letter(db, person, template="appointment-reminder")
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        assert deliver_letters(db, mail_server).done == 1
    assert mail_server.mails == []
    assert states_and_reasons(db) == [("skipped", "too late to be of use")] * 2


@pytest.mark.promise("P23")
def test_a_consent_withdrawn_between_queueing_and_sending_stops_the_letter(
    db: Database, mail_server: MailServer
) -> None:
    person, other = a_recipient(db), a_recipient(db, email="other@example.org")
    with time_machine.travel(NOON):
        for somebody in (person, other):
            say(db, somebody, "group_sharing", True)
            invite(db, somebody)
        say(db, person, "group_sharing", False)
        assert deliver_letters(db, mail_server).done == 2
    assert mail_server.recipients == ["other@example.org"]
    assert states_and_reasons(db) == [("skipped", "consent is not given"), ("sent", None)]


@pytest.mark.promise("P34")
def test_no_word_is_no_consent_and_one_record_may_speak_for_all(
    db: Database, mail_server: MailServer
) -> None:
    silent, survivor = a_recipient(db), a_recipient(db, email="two@example.org")
    loser = a_recipient(db, email="three@example.org", survivor_id=survivor)
    with time_machine.travel(NOON):
        say(db, survivor, "group_sharing", True)
        say(db, loser, "group_sharing", False)
        invite(db, silent)
        invite(db, survivor)
        deliver_letters(db, mail_server)
        assert mail_server.mails == []
        say(db, loser, "group_sharing", True)
        invite(db, survivor)
        deliver_letters(db, mail_server)
    assert mail_server.recipients == ["two@example.org"]


@pytest.mark.promise("P34")
def test_marketing_asks_for_its_own_consent(db: Database, mail_server: MailServer) -> None:
    messages.register_letters([replace(letter_of("welcome"), purpose="marketing")])
    person = a_recipient(db)
    data = membership.WelcomeLetter(
        Localized("金卡", "金卡", "Gold"), "80", START.date(), START.date(), ()
    ).to_json()
    with time_machine.travel(NOON):
        say(db, person, "group_sharing", True)
        queue_letter(db, person, template="welcome", data=data)
        deliver_letters(db, mail_server)
        say(db, person, "marketing", True)
        queue_letter(db, person, template="welcome", data=data)
        deliver_letters(db, mail_server)
    assert states_and_reasons(db) == [("skipped", "consent is not given"), ("sent", None)]


@pytest.mark.promise("P23")
def test_who_wants_no_reminders_gets_none_and_hears_all_else(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    with time_machine.travel(NOON, tick=False):
        queue_letter(db, person, template="appointment-reminder")
        queue_letter(db, person)

        def say_no(session: Session) -> None:
            session.execute(
                insert(OwnDetails).values(person_id=person, reminders=False, changed_at=clock.now())
            )

        db.run(say_no)
        assert deliver_letters(db, mail_server).done == 2
    assert states_and_reasons(db) == [("skipped", "reminders are not wanted"), ("sent", None)]


def test_the_secret_of_a_letter_is_sealed_and_gone_when_it_is_sent(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)

    def outbox() -> str:
        with db.read() as session:
            return str(session.scalars(select(OutboxRow.payload)).all())

    with time_machine.travel(NOON):
        say(db, person, "group_sharing", True)
        invite(db, person)
        assert "s3cret" not in outbox()
        assert "sealed" in outbox()
        deliver_letters(db, mail_server)
    assert "sealed" not in outbox()
    (mail,) = mail_server.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "https://club.example/invitation/s3cret" in body.get_content()


def test_a_letter_for_another_address_goes_there_and_into_no_inbox(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    data = {"at": clock.now().isoformat(), "what": ["email"]}
    queue_letter(
        db, person, template="contact-details-changed", data=data, address="old@example.org"
    )
    queue_letter(db, person, template="contact-details-changed", data=data)
    deliver_letters(db, mail_server)
    assert mail_server.recipients == ["old@example.org", "chan@example.org"]
    with db.read() as session:
        assert messages.unread(session, person) == 1


def test_a_declined_request_takes_out_of_the_calendar_what_a_mail_has_put_there(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    with time_machine.travel(NOON):
        queue_letter(db, person, ref="A-1", template="appointment-declined", version=2)
        queue_letter(db, person, ref="A-2", template="appointment-confirmed", version=1)
        queue_letter(db, person, ref="A-2", template="appointment-declined", version=2)
        deliver_letters(db, mail_server)
    methods = [
        [part.get_param("method") for part in mail.walk() if part.get_param("method")]
        for mail in mail_server.mails
    ]
    assert methods == [[], ["REQUEST"], ["CANCEL"]]
