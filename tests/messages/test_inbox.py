"""The inbox: for the member's eyes, in the language of the reading, true when it is read."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.messages.delivery import a_recipient, deliver_letters, queue_letter, states_and_reasons
from tests.messages.mail_server import MailServer
from tests.messages.vouching import present_versions
from tests.statements import statements
from vipclub import accounts, messages
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.messages import InboxItem, Message
from vipclub.people import Person


def ref_of(db: Database, person: int) -> str:
    with db.read() as session:
        return session.execute(select(Person.public_ref).where(Person.id == person)).scalar_one()


def as_member(ref: str) -> Actor:
    return Actor(
        kind="member",
        account_ref="U-her",
        permissions=accounts.permissions_of("member"),
        scopes=frozenset({("person", ref)}),
    )


def as_staff(role: str) -> Actor:
    return Actor(
        kind=role,
        account_ref=f"U-{role}",
        permissions=accounts.permissions_of(role),
        scopes=frozenset({("all", "*")}),
    )


def read(db: Database, person: int, language: str | None = None) -> list[InboxItem]:
    ref = ref_of(db, person)
    with db.read() as session:
        return messages.inbox(session, as_member(ref), member=ref, language=language)


def unread(db: Database, person: int) -> int:
    with db.read() as session, statements(exactly=1):
        return messages.unread(session, person)


def test_what_was_sent_is_in_the_inbox(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db, language="zh-Hant")
    queue_letter(db, person, ref="A-7K2Q9-XM4TR-C")
    assert read(db, person) == []
    deliver_letters(db, mail_server)
    (item,) = read(db, person)
    assert item.title == "您的預約已確認：2026年12月3日（星期四）08:30"
    assert "靜安院區" in item.text
    assert "陳" not in item.text
    assert "http" not in item.text
    assert item.href == "/appointments/A-7K2Q9-XM4TR-C"
    assert not item.read


def test_the_reader_chooses_the_language_again_with_each_reading(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db, language="zh-Hans")
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    assert "静安院区" in read(db, person)[0].text
    assert "Jing'an branch" in read(db, person, "en")[0].text


def test_a_member_without_an_address_still_gets_it(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db, email=None)
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    assert states_and_reasons(db) == [("skipped", "no e-mail address")]
    assert mail_server.mails == []
    assert len(read(db, person)) == 1
    assert unread(db, person) == 1


def test_so_does_one_whose_mailbox_is_gone(db: Database, mail_server: MailServer) -> None:
    mail_server.answer_recipient = "550 no such mailbox"
    person = a_recipient(db)
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    assert len(read(db, person)) == 1


def test_what_was_no_longer_true_is_in_no_inbox(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    queue_letter(db, person)
    present_versions["A-1"] = 2
    deliver_letters(db, mail_server)
    assert read(db, person) == []


def test_an_item_that_was_overtaken_says_so(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    assert not read(db, person)[0].overtaken
    present_versions["A-1"] = 2
    queue_letter(db, person, version=2, template="appointment-cancelled")
    deliver_letters(db, mail_server)
    cancelled, confirmed = read(db, person)
    assert cancelled.title.endswith("is cancelled")
    assert not cancelled.overtaken
    assert confirmed.overtaken
    assert confirmed.text.startswith("This has changed since.")


def test_reading_is_counted_down(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    for number in range(3):
        queue_letter(db, person, ref=f"A-{number}")
    deliver_letters(db, mail_server)
    her = as_member(ref_of(db, person))
    assert unread(db, person) == 3
    one = read(db, person)[0].ref
    for _ in range(2):
        db.run(messages.mark_read, her, member=ref_of(db, person), message=one)
    assert unread(db, person) == 2
    assert [item.read for item in read(db, person)] == [True, False, False]
    db.run(messages.mark_read, her, member=ref_of(db, person))
    assert unread(db, person) == 0


def test_the_survivor_of_a_merge_reads_all(db: Database, mail_server: MailServer) -> None:
    survivor = a_recipient(db)
    loser = a_recipient(db, email="old@example.org")
    queue_letter(db, survivor, ref="A-1")
    queue_letter(db, loser, ref="A-2")
    deliver_letters(db, mail_server)
    assert len(read(db, survivor)) == 1
    db.run(
        lambda session: session.execute(
            update(Person).where(Person.id == loser).values(survivor_id=survivor)
        )
    )
    assert len(read(db, survivor)) == 2
    assert unread(db, survivor) == unread(db, loser) == 2


@pytest.mark.promise("P24")
def test_nobody_reads_what_is_somebody_elses(db: Database, mail_server: MailServer) -> None:
    person, other = a_recipient(db), a_recipient(db, email="other@example.org")
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    message, mine = read(db, person)[0].ref, ref_of(db, person)
    stranger = as_member(ref_of(db, other))
    with db.read() as session:
        with pytest.raises(NotFound):
            messages.inbox(session, stranger, member=mine)
        for role in ("desk", "manager", "auditor"):
            with pytest.raises(Forbidden):
                messages.inbox(session, as_staff(role), member=mine)
    with pytest.raises(NotFound):
        db.run(messages.mark_read, stranger, member=ref_of(db, other), message=message)
    assert unread(db, person) == 1


def test_staff_see_that_something_was_sent_and_never_what(
    db: Database, mail_server: MailServer
) -> None:
    person = a_recipient(db)
    queue_letter(db, person)
    queue_letter(db, person, ref="A-2")
    present_versions["A-2"] = 2
    deliver_letters(db, mail_server)
    ref = ref_of(db, person)
    with db.read() as session, statements(at_most=2):
        rows = messages.messages_of(session, as_staff("desk"), member=ref)
    assert [(row.title, row.channel, row.state, row.reason) for row in rows] == [
        ("Appointment confirmed", "mail", "skipped", "no longer true"),
        ("Appointment confirmed", "mail", "sent", None),
    ]
    assert "Huashan" not in str(rows)
    with db.read() as session, pytest.raises(Forbidden):
        messages.messages_of(session, as_member(ref_of(db, person)), member=ref_of(db, person))


def test_a_page_of_the_inbox_takes_few_statements(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    for number in range(20):
        queue_letter(db, person, ref=f"A-{number}")
    deliver_letters(db, mail_server)
    ref = ref_of(db, person)
    with db.read() as session, statements(at_most=3):
        assert len(messages.inbox(session, as_member(ref), member=ref)) == 20


def test_what_was_told_lies_sealed_and_nowhere_else(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    queue_letter(db, person)
    deliver_letters(db, mail_server)
    with db.read() as session:
        kept = [
            str(dict(row))
            for table in (Message, OutboxRow)
            for row in session.execute(select(table.__table__)).mappings()
        ]
    assert len(kept) == 2
    assert not any("Huashan" in text or "Health check" in text for text in kept)


def test_without_its_key_an_item_says_nothing(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    queue_letter(db, person, ref="A-1")
    queue_letter(db, person, ref="A-2")
    deliver_letters(db, mail_server)

    def erase(session: Session) -> None:
        one = select(Message.id).where(Message.subject_ref == "A-1")
        session.execute(update(Message).where(Message.id.in_(one)).values(told=b"\x01gone"))

    db.run(erase)
    assert len(read(db, person)) == 1
