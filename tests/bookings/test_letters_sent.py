"""From the steps of a real appointment to the calendars and mailboxes they reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from icalendar import Calendar, Event
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR
from tests.messages.delivery import deliver_letters, states_and_reasons
from tests.messages.mail_server import MailServer
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, messages
from vipclub.bookings.letters import SENTENCES
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.people import Person

pytestmark = pytest.mark.slow

NOON = datetime(2026, 12, 7, 4, 0, tzinfo=UTC)
"""On the club's wall, a Monday."""


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as time:
        yield time


@pytest.fixture
def club(db: Database, noon: Any) -> SmallClub:
    made = a_small_club(db)

    def address(session: Session) -> None:
        for ref in made.members:
            sealed = db.cipher.seal("person.email", ref, f"{ref.lower()}@example.org")
            session.execute(
                update(Person)
                .where(Person.public_ref == ref)
                .values(email=sealed, language="en", sex="F", surname="Lin")
            )

    db.run(address)
    return made


def a_request(db: Database, club: SmallClub, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[slot],
    )
    return str(made.appointment)


def arrived(db: Database, server: MailServer) -> list[EmailMessage]:
    """The mails that come in now."""
    before = len(server.mails)
    deliver_letters(db, server)
    return server.mails[before:]


def entry(mail: EmailMessage) -> tuple[str, Event] | None:
    """METHOD and event of a mail's calendar file."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            assert isinstance(event, Event)
            assert part.get_param("method") == str(calendar["METHOD"])
            return str(calendar["METHOD"]), event
    return None


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.pain(19)
def test_one_entry_follows_an_appointment_from_confirmation_to_cancellation(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    """Elsewhere cancelled visits stayed in calendars (calcom/cal.com#29706)."""
    ref = a_request(db, club)
    (requested,) = arrived(db, mail_server)
    assert entry(requested) is None
    db.run(bookings.confirm, club.he, appointment=ref)
    (confirmed,) = arrived(db, mail_server)
    db.run(bookings.reschedule, club.lin, appointment=ref, slot=club.slots[3])
    (moved,) = arrived(db, mail_server)
    db.run(bookings.confirm, club.he, appointment=ref)
    (again,) = arrived(db, mail_server)
    db.run(bookings.cancel, club.lin, appointment=ref)
    (cancelled,) = arrived(db, mail_server)
    entries = [entry(mail) for mail in (confirmed, moved, again, cancelled)]
    assert all(entries)
    methods = [one[0] for one in entries if one]
    events = [one[1] for one in entries if one]
    assert methods == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [str(event["STATUS"]) for event in events] == [
        "CONFIRMED",
        "TENTATIVE",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert len({str(event["UID"]) for event in events}) == 1
    sequence = [int(event["SEQUENCE"]) for event in events]
    assert sequence == sorted(set(sequence))
    assert events[0]["DTSTART"].dt != events[1]["DTSTART"].dt == events[3]["DTSTART"].dt
    assert "before." in text(moved)


def test_a_request_that_is_declined_was_in_no_calendar(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    ref = a_request(db, club)
    db.run(bookings.decline, club.he, appointment=ref, kind="equipment", reason="until Friday")
    (declined,) = arrived(db, mail_server)
    assert entry(declined) is None
    assert "The equipment for it is out of service at that time." in text(declined)
    assert "Reason: until Friday" in text(declined)


def test_each_reason_of_a_partner_has_its_sentence_for_the_member() -> None:
    assert set(SENTENCES) == set(bookings.DECLINE_REASONS)


def test_an_offer_taken_back_takes_the_confirmed_visit_out_of_the_calendar(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[3])
    (proposed,) = arrived(db, mail_server)
    assert entry(proposed) is None
    assert "offers you another time" in text(proposed)
    assert "Nothing changes until you" in text(proposed)
    db.run(bookings.decline, club.he, appointment=ref, kind="closed")
    (declined,) = arrived(db, mail_server)
    found = entry(declined)
    assert found is not None
    assert found[0] == "CANCEL"


def test_an_accepted_offer_moves_the_entry(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    (confirmed,) = arrived(db, mail_server)
    db.run(bookings.propose, club.he, appointment=ref, slot=club.slots[3])
    arrived(db, mail_server)
    db.run(bookings.accept, club.lin, appointment=ref)
    (accepted,) = arrived(db, mail_server)
    before, after = entry(confirmed), entry(accepted)
    assert before is not None
    assert after is not None
    assert after[0] == "REQUEST"
    assert after[1]["STATUS"] == "CONFIRMED"
    assert after[1]["UID"] == before[1]["UID"]
    assert after[1]["SEQUENCE"] > before[1]["SEQUENCE"]
    assert after[1]["DTSTART"].dt != before[1]["DTSTART"].dt


def test_what_was_entered_by_mistake_leaves_the_calendar(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    db.run(bookings.enter_in_error, CLUB_ACTOR, appointment=ref, reason="typed for another")
    (mistaken,) = arrived(db, mail_server)
    found = entry(mistaken)
    assert found is not None
    assert found[0] == "CANCEL"
    assert "entered by mistake" in text(mistaken)
    assert "typed for another" not in text(mistaken)


def the_eve(db: Database, ref: str) -> datetime:
    """A day before the visit, less an hour, when reminders are due."""
    with db.read() as session:
        start = session.scalar(
            select(bookings.Appointment.starts_at).where(bookings.Appointment.public_ref == ref)
        )
    assert start is not None
    return start - timedelta(hours=23)


def test_no_reminder_comes_after_a_cancel(
    db: Database, club: SmallClub, mail_server: MailServer, noon: Any
) -> None:
    """Elsewhere reminders kept coming after a cancellation (calcom/cal.com#6973)."""
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    noon.move_to(the_eve(db, ref))
    assert bookings.remind_members(db) == 1
    db.run(bookings.cancel, CLUB_ACTOR, appointment=ref)
    subjects = [str(mail["Subject"]) for mail in arrived(db, mail_server)]
    assert len(subjects) == 1
    assert "cancelled" in subjects[0]
    assert ("skipped", "no longer true") in states_and_reasons(db)


def test_a_reminder_comes_once_with_how_to_prepare(
    db: Database, club: SmallClub, mail_server: MailServer, noon: Any
) -> None:
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    noon.move_to(the_eve(db, ref))
    assert [bookings.remind_members(db) for _ in range(2)] == [1, 0]
    (reminder,) = arrived(db, mail_server)
    assert "You can change the time or cancel until Sat 12 Dec 2026 12:00." in text(reminder)
    assert str(reminder["Subject"]).startswith("A reminder of your appointment")
    assert entry(reminder) is None


def test_no_reminder_for_a_visit_booked_the_day_before(
    db: Database, club: SmallClub, mail_server: MailServer, noon: Any
) -> None:
    """Elsewhere the 72-hour reminder went out for a visit booked the day before
    (onehashai/Cal-ID#1442)."""
    ref = a_request(db, club)
    noon.move_to(the_eve(db, ref))
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    assert bookings.remind_members(db) == 0
    assert arrived(db, mail_server) == []


def test_a_reminder_delayed_past_the_visit_is_skipped(
    db: Database, club: SmallClub, mail_server: MailServer, noon: Any
) -> None:
    """A reminder whose time has passed is skipped."""
    ref = a_request(db, club)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    noon.move_to(the_eve(db, ref))
    bookings.remind_members(db)
    noon.shift(timedelta(hours=24))
    assert arrived(db, mail_server) == []
    assert states_and_reasons(db)[-1][0] == "skipped"


def test_the_inbox_tells_which_of_its_items_still_stand(
    db: Database, club: SmallClub, mail_server: MailServer
) -> None:
    ref = a_request(db, club)
    arrived(db, mail_server)
    db.run(bookings.confirm, club.he, appointment=ref)
    arrived(db, mail_server)
    with db.read() as session:
        items = messages.inbox(session, club.lin, member=club.members[0])
    assert [(item.overtaken, item.href) for item in items] == [
        (False, f"/appointments/{ref}"),
        (True, f"/appointments/{ref}"),
    ]
    assert clock.now() == NOON
