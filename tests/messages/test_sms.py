"""By which ways a letter goes out: what was chosen, what must wake, and how an SMS is sent."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.messages.both_ways import (
    HELP,
    MOBILE,
    NOON,
    BothWays,
    at_noon,
    choose,
    club,
    make_due,
    proven,
    sms_gateway,
)
from tests.messages.composed_letters import an_appointment_letter
from tests.messages.delivery import a_recipient, queue_letter
from tests.messages.mail_server import MailServer
from tests.messages.sms_gateway import KEY, SECRET
from vipclub import messages
from vipclub.core import outbox
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.messages import Message, NotificationChoice, SmsSending, may_send
from vipclub.people import Person

__all__ = ["at_noon", "club", "sms_gateway"]


def test_what_must_wake_goes_by_mail_and_sms(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db, language="zh-Hans"))
    choose(db, person, "cases", mail=False, sms=False)
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    club.deliver()
    ((number, text),) = club.sms.texts
    assert number == MOBILE
    assert text == "【VIP 俱乐部】已收到您的请求：海外急难援助。 https://club.example"
    assert "H-1" not in text
    assert club.mail.recipients == ["chan@example.org"]
    assert club.log() == [("mail", "sent", None), ("sms", "sent", None)]
    with db.read() as session:
        assert messages.unread(session, person) == 1  # one letter, one item


def test_an_sms_goes_out_at_once_while_the_mail_server_is_away(
    db: Database, club: BothWays
) -> None:
    person = proven(db, a_recipient(db))
    club.mail.answer_recipient = "451 later"
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    club.deliver()
    for _ in range(3):
        make_due(db)
        club.deliver()
    assert len(club.sms.texts) == 1  # and once, however often the mail is tried
    assert club.log() == [("sms", "sent", None)]


def test_an_enquiry_wakes_nobody(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    data = HELP | {"kind": "enquiry"}
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=data)
    club.deliver()
    assert club.sms.texts == []
    assert club.log() == [("mail", "sent", None)]


@pytest.mark.parametrize(
    ("mail", "sms", "ways"),
    [
        (True, False, ["mail"]),
        (True, True, ["mail", "sms"]),
        (False, True, ["sms"]),
        (False, False, []),
    ],
)
def test_a_choice_is_honoured_and_the_inbox_has_it_anyway(
    db: Database, club: BothWays, mail: bool, sms: bool, ways: list[str]
) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=mail, sms=sms)
    queue_letter(db, person)
    club.deliver()
    sent = [channel for channel, state, _ in club.log() if state == "sent"]
    assert sent == ways
    assert (len(club.mail.mails), len(club.sms.texts)) == ("mail" in ways, "sms" in ways)
    with db.read() as session:
        assert messages.unread(session, person) == 1


def test_the_newest_word_of_two_who_are_one_counts(db: Database, club: BothWays) -> None:
    elder = proven(db, a_recipient(db))
    later = a_recipient(db, survivor_id=elder)
    choose(db, elder, "visits", mail=True, sms=False)
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        choose(db, later, "visits", mail=False, sms=True)
        queue_letter(db, elder)
        club.deliver()
    assert len(club.sms.texts) == 1
    assert club.mail.mails == []


def test_nobody_is_sent_an_sms_to_a_number_that_was_not_proven(
    db: Database, club: BothWays
) -> None:
    """Not even for an emergency; who chose SMS alone gets the mail."""
    person = a_recipient(db)
    sealed = db.cipher.seal
    with db.read() as session:
        ref = session.scalar(select(Person.public_ref).where(Person.id == person))
    assert ref
    db.run(
        lambda session: session.execute(
            update(Person).values(mobile=sealed("person.mobile", ref, MOBILE))
        )
    )
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    queue_letter(db, person)
    club.deliver()
    assert club.sms.texts == []
    assert len(club.mail.mails) == 2
    no_number = ("sms", "skipped", "no mobile number is verified")
    assert [row for row in club.log() if row[0] == "sms"] == [no_number, no_number]


def test_who_has_no_usable_address_is_reached_by_sms(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db, email=None))
    queue_letter(db, person)
    club.deliver()
    assert len(club.sms.texts) == 1
    assert club.log() == [("mail", "skipped", "no e-mail address"), ("sms", "sent", None)]


def test_an_sms_that_need_not_wake_waits_for_the_morning(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=True, sms=True)
    with time_machine.travel(NOON + timedelta(hours=11), tick=False):  # 23:00
        queue_letter(db, person)
        queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
        club.deliver()
        assert len(club.mail.mails) == 2
        (night,) = club.sms.texts
        assert "emergency" in night[1].lower()
    with time_machine.travel(NOON + timedelta(hours=21), tick=False):
        club.deliver()
    assert len(club.sms.texts) == 2


def test_nobody_is_flooded_by_both_ways_together(
    db: Database, club: BothWays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(may_send, "MOST_AN_HOUR", 3)
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=True, sms=True)
    for number in range(4):
        queue_letter(db, person, ref=f"A-{number}")
    assert club.deliver().postponed
    assert len(club.mail.mails) + len(club.sms.texts) == 3


def test_an_sms_puts_nothing_into_a_calendar(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person)
    club.deliver()
    choose_again = update(NotificationChoice).values(by_mail=True, by_sms=False)
    db.run(lambda session: session.execute(choose_again))
    queue_letter(db, person, template="appointment-declined", version=1)
    club.deliver()
    (mail,) = club.mail.mails
    assert not any(part.get_content_type() == "text/calendar" for part in mail.walk())


def test_development_writes_an_sms_to_a_file_that_nobody_else_may_read(
    db: Database, mail_server: MailServer, tmp_path: Path
) -> None:
    person = proven(db, a_recipient(db))
    post = messages.sms_post_for(None, folder=tmp_path / "sms")
    sender = messages.TextSender(post, "https://club.example")
    data = an_appointment_letter().to_json()

    def write(session: Session) -> None:
        messages.queue(
            session,
            template="appointment-confirmed",
            person_id=person,
            subject=("appointment", "A-1"),
            version=1,
            data=data,
            sms_to="+85291234567",
        )

    db.run(write)
    assert outbox.deliver(db, {"sms": sender}, by="test").done == 1
    (file,) = (tmp_path / "sms").glob("*.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.read_text().startswith("To: +85291234567\n\nVIP Club: Your appointment on")
    with db.read() as session:
        assert session.scalars(select(SmsSending.state)).all() == ["accepted"]


def test_a_club_without_sms_says_so_and_sends_the_mail(
    db: Database, mail_server: MailServer, club: BothWays
) -> None:
    person = proven(db, a_recipient(db))
    choose(db, person, "visits", mail=False, sms=True)
    queue_letter(db, person)
    outbox.deliver(db, {"message": club.handlers["message"]}, by="test")
    none = messages.TextSender(None, "https://club.example")
    outbox.deliver(db, {"sms": none}, by="test")
    club.deliver()
    assert ("sms", "skipped", "the club sends no SMS") in club.log()
    assert len(mail_server.mails) == 1


def test_neither_number_nor_text_nor_key_is_in_tables_or_logs(
    db: Database, club: BothWays, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    person = proven(db, a_recipient(db))
    club.sms.status = 503
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    club.deliver()
    club.sms.status = 200
    make_due(db)
    club.deliver()
    assert club.log()[-1] == ("sms", "sent", None)
    with db.read() as session:
        kept = [
            str(dict(row))
            for table in (Message, OutboxRow, SmsSending)
            for row in session.execute(select(table.__table__)).mappings()
        ]
    said = "".join(capsys.readouterr()) + caplog.text + "".join(kept)
    assert said
    for secret in (MOBILE, MOBILE[1:], KEY, SECRET):
        assert secret not in said
    assert KEY not in repr(club.handlers["sms"])


def test_the_same_reference_comes_with_each_attempt(db: Database, club: BothWays) -> None:
    person = proven(db, a_recipient(db))
    club.sms.says = b"<html>"
    queue_letter(db, person, template="case-received", subject=("case", "H-1"), data=HELP)
    club.deliver()
    club.sms.says = None
    make_due(db)
    club.deliver()
    references = {fields["reference"] for _, _, fields in club.sms.asked}
    assert len(club.sms.asked) == 2
    assert len(references) == 1
