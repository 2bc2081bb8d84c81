"""What a gateway says afterwards, what it doesn't say, and the mail that comes instead."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from tests.messages.both_ways import (
    HELP,
    NOON,
    BothWays,
    at_noon,
    choose,
    club,
    make_due,
    proven,
    sms_gateway,
)
from tests.messages.delivery import a_recipient, queue_letter
from vipclub import messages
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.messages.channels.sms import Receipt

__all__ = ["at_noon", "club", "sms_gateway"]


def test_without_a_receipt_in_time_the_mail_comes_instead(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person)
    club.deliver()
    assert club.states() == ["waiting"]
    with time_machine.travel(NOON + timedelta(minutes=4), tick=False):
        club.deliver()
        assert club.mail.mails == []
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        club.deliver()
        club.deliver()
    assert club.states() == ["unheard"]
    assert len(club.mail.mails) == 1
    assert club.log() == [("mail", "sent", None), ("sms", "sent", None)]
    with db.read() as session:
        assert messages.unread(session, person) == 1
        assert not any("data" in payload for payload in session.scalars(select(OutboxRow.payload)))


def test_a_receipt_ends_the_waiting(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person)
    club.deliver()
    receipt = Receipt("g1", "delivered", "DELIVRD")
    assert db.run(messages.note_receipts, receipts=[receipt]) == 1
    assert db.run(messages.note_receipts, receipts=[receipt]) == 1  # told twice, once done
    assert db.run(messages.note_receipts, receipts=[Receipt("g9", "failed", "EXPIRED")]) == 0
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        club.deliver()
    assert club.states() == ["delivered"]
    assert club.mail.mails == []


def test_a_receipt_that_says_no_brings_the_mail_at_once(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person)
    club.deliver()
    db.run(messages.note_receipts, receipts=[Receipt("g1", "failed", "UNDELIV")])
    db.run(messages.note_receipts, receipts=[Receipt("g1", "delivered", "DELIVRD")])
    club.deliver()
    assert club.states() == ["failed"]
    assert len(club.mail.mails) == 1
    assert ("sms", "failed", "the mobile network did not deliver it") in club.log()


def test_a_late_receipt_is_still_one(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    club.deliver()
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        club.deliver()
        assert club.states() == ["unheard"]
        db.run(messages.note_receipts, receipts=[Receipt("g1", "delivered", "DELIVRD")])
    assert club.states() == ["delivered"]
    assert len(club.mail.mails) == 1  # it had gone out anyway


def test_a_gateway_that_refuses_or_stays_away_brings_the_mail(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    club.sms.code = "blocked"
    queue_letter(db, person, ref="A-1")
    assert club.deliver().dead == 1
    assert len(club.mail.mails) == 1
    club.sms.code, club.sms.status = 0, 503
    queue_letter(db, person, ref="A-2")
    for _ in range(8):
        club.deliver()
        make_due(db)
    assert len(club.mail.mails) == 2
    assert [row for row in club.log() if row[0] == "sms"] == [
        ("sms", "failed", "the SMS gateway refused it: blocked"),
        ("sms", "failed", "the SMS gateway could not be reached"),
    ]
