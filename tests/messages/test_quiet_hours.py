"""Quiet hours: what can wait comes in the morning, the rest at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.messages.composed_letters import an_appointment_letter
from tests.messages.delivery import a_recipient, deliver_letters, queue_letter, states_and_reasons
from tests.messages.mail_server import MailServer
from tests.messages.vouching import present_versions
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.messages.quiet_hours import quiet_until

LATE = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
"""22:00 on the club's wall."""
MORNING = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)


def due(db: Database) -> list[datetime]:
    with db.read() as session:
        return list(session.scalars(select(OutboxRow.due_at).where(OutboxRow.state == "waiting")))


@pytest.mark.parametrize(
    ("wall", "ends"),
    [
        ("2026-12-01T21:29:59+08:00", None),
        ("2026-12-01T21:30:00+08:00", "2026-12-02T08:00:00+08:00"),
        ("2026-12-02T00:00:00+08:00", "2026-12-02T08:00:00+08:00"),
        ("2026-12-02T07:59:59+08:00", "2026-12-02T08:00:00+08:00"),
        ("2026-12-02T08:00:00+08:00", None),
    ],
)
def test_quiet_hours_are_from_half_past_nine_to_eight(wall: str, ends: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(wall), "Asia/Shanghai")
    assert found == (datetime.fromisoformat(ends) if ends else None)


@pytest.mark.promise("P23")
def test_a_reminder_waits_for_the_morning(db: Database, mail_server: MailServer) -> None:
    person = a_recipient(db)
    with time_machine.travel(LATE, tick=False):
        queue_letter(db, person, template="appointment-reminder")
        assert deliver_letters(db, mail_server).postponed == 1
        assert due(db) == [MORNING]
    with time_machine.travel(MORNING, tick=False):
        assert deliver_letters(db, mail_server).done == 1
    assert len(mail_server.mails) == 1


def test_a_reminder_that_the_morning_would_make_useless_goes_at_once(
    db: Database, mail_server: MailServer
) -> None:
    with time_machine.travel(LATE, tick=False):
        early = an_appointment_letter(version=1, start=MORNING, end=MORNING + timedelta(hours=1))
        queue_letter(db, a_recipient(db), template="appointment-reminder", data=early.to_json())
        assert deliver_letters(db, mail_server).done == 1
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("template", ["appointment-confirmed", "appointment-cancelled"])
def test_an_answer_waits_for_nothing(db: Database, mail_server: MailServer, template: str) -> None:
    with time_machine.travel(LATE, tick=False):
        queue_letter(db, a_recipient(db), template=template)
        assert deliver_letters(db, mail_server).done == 1
    assert len(mail_server.mails) == 1


def test_a_warning_wakes_people(db: Database, mail_server: MailServer) -> None:
    with time_machine.travel(LATE, tick=False):
        data = {"at": clock.now().isoformat()}
        queue_letter(db, a_recipient(db), template="password-changed", data=data)
        assert deliver_letters(db, mail_server).done == 1
    assert len(mail_server.mails) == 1


def test_reminders_do_not_keep_coming_after_a_cancel(db: Database, mail_server: MailServer) -> None:
    """Decided at the time of sending, from the state as it is then, also when the quiet
    hours held it back and the visit was cancelled in the night."""
    person = a_recipient(db)
    with time_machine.travel(LATE, tick=False):
        queue_letter(db, person, template="appointment-reminder")
        assert deliver_letters(db, mail_server).postponed == 1
    present_versions["A-1"] = 2
    with time_machine.travel(MORNING, tick=False):
        assert deliver_letters(db, mail_server).done == 1
    assert mail_server.mails == []
    assert states_and_reasons(db) == [("skipped", "no longer true")]
