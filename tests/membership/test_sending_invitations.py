"""Invitations go out by themselves, once and once more; accepting brings a welcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from jobs import invite_members
from tests.cast import CLUB_ACTOR, wu
from tests.mailbox import Mailbox
from tests.mails_arriving import mails_arriving
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.web.signing_in import PASSWORD
from vipclub import accounts, benefits, membership, messages
from vipclub.accounts import Invitation, InvitationAccepted
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership import Membership
from vipclub.people import Consent, Person
from vipclub.settings import Settings, SettingsError

TODAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
BORN = date(1980, 5, 4)


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    """On the club's wall."""
    accounts.settle_passwords(memory_kib=8, passes=1)
    with time_machine.travel(NOON, tick=False) as time:
        yield time


def the_invited(db: Database, count: int = 1, *, email: bool = True) -> list[str]:
    """Persons whom yesterday's rating invited; they share their data within the group."""
    db.run(benefits.load_catalogue, CLUB_ACTOR)
    refs = persons_under_policy(
        db, *[[source_record(value=600_000 + number)] for number in range(count)]
    )
    membership.rate_everyone(db, CLUB_ACTOR, as_of=TODAY - timedelta(days=1))

    def complete(session: Session) -> None:
        for number, ref in enumerate(refs):
            address = db.cipher.seal("person.email", ref, f"p{number}@example.org")
            values = {"birth_date": BORN, "language": "en", "sex": "F", "surname": "Lin"}
            if email:
                values["email"] = address
            session.execute(update(Person).where(Person.public_ref == ref).values(**values))
            person = session.scalar(select(Person.id).where(Person.public_ref == ref))
            session.execute(
                insert(Consent).values(
                    person_id=person,
                    purpose="group_sharing",
                    granted=True,
                    source="delivery of LIFE",
                    at=clock.now(),
                )
            )

    db.run(complete)
    return refs


def token_in(text: str) -> str:
    found = re.search(r"https://club\.example/invitation/(\S+)", text)
    assert found, text
    return found[1]


def accept(db: Database, token: str) -> Any:
    return db.run(
        accounts.accept_invitation,
        token=token,
        birth_date=BORN,
        login="lin@example.org",
        password=PASSWORD,
    )


def status(db: Database, ref: str) -> str:
    with db.read() as session:
        person = session.scalar(select(Person.id).where(Person.public_ref == ref))
        assert person is not None
        summary = membership.member_summary(session, person, today=TODAY)
    assert summary is not None
    return summary.status


def test_the_job_invites_and_the_link_opens_the_account(db: Database, mail: Mailbox) -> None:
    (lin,) = the_invited(db)
    assert invite_members.run(db, Settings.load()) == {"invited": 1, "waiting": 0, "days": 0}
    (letter,) = mails_arriving(db, mail)
    assert "Your membership card: Gold." in letter
    assert "until Tue 15 Dec 2026 12:00 (China time)" in letter
    assert status(db, lin) == "invited"
    assert isinstance(accept(db, token_in(letter)), InvitationAccepted)
    assert status(db, lin) == "active"


def test_accepting_brings_a_welcome_with_tier_card_and_benefits(
    db: Database, mail: Mailbox
) -> None:
    (lin,) = the_invited(db)
    membership.invite_waiting(db, today=TODAY, limit=20)
    accept(db, token_in(mails_arriving(db, mail)[0]))
    (welcome,) = mails_arriving(db, mail)
    assert "Membership tier: Gold" in welcome
    assert re.search(r"Membership card: 80\d\d \d{4} \d{4} \d{4}", welcome)
    assert "· Health check" in welcome
    with db.read() as session:
        person = session.scalar(select(Person.id).where(Person.public_ref == lin))
        assert person is not None
        assert messages.unread(session, person) == 1, "the welcome, and no link"


def test_who_has_an_account_is_not_invited_and_keeps_nobody_else_from_it(
    db: Database, mail: Mailbox
) -> None:
    the_invited(db, 3)
    membership.invite_waiting(db, today=TODAY, limit=1)
    accept(db, token_in(mails_arriving(db, mail)[0]))
    db.run(lambda session: session.execute(update(Membership).values(state="invited")))
    db.run(lambda session: session.execute(delete(Invitation)))
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 2


def test_nobody_is_invited_twice_at_once(db: Database, mail: Mailbox) -> None:
    the_invited(db)
    assert [membership.invite_waiting(db, today=TODAY, limit=20) for _ in range(3)] == [1, 0, 0]
    assert len(mails_arriving(db, mail)) == 1


def test_a_week_later_once_more_and_then_never(db: Database, mail: Mailbox, noon: Any) -> None:
    the_invited(db)
    membership.invite_waiting(db, today=TODAY, limit=20)
    (first,) = mails_arriving(db, mail)
    noon.shift(timedelta(days=6, hours=23))
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 0
    noon.shift(timedelta(hours=1))
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 1
    (second,) = mails_arriving(db, mail)
    for _ in range(5):
        noon.shift(timedelta(days=8))
        assert membership.invite_waiting(db, today=TODAY, limit=20) == 0
    assert token_in(first) != token_in(second)


def test_the_second_link_takes_the_place_of_the_first(
    db: Database, mail: Mailbox, noon: Any
) -> None:
    the_invited(db)
    membership.invite_waiting(db, today=TODAY, limit=20)
    (first,) = mails_arriving(db, mail)
    noon.shift(timedelta(days=7))
    membership.invite_waiting(db, today=TODAY, limit=20)
    (second,) = mails_arriving(db, mail)
    assert not isinstance(accept(db, token_in(first)), InvitationAccepted)
    assert isinstance(accept(db, token_in(second)), InvitationAccepted)
    noon.shift(timedelta(days=7))
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 0


def test_an_invitation_replaced_before_it_was_sent_is_not_sent(db: Database, mail: Mailbox) -> None:
    (lin,) = the_invited(db)
    membership.invite_waiting(db, today=TODAY, limit=20)
    with db.read() as session:
        person = session.scalar(select(Person.id).where(Person.public_ref == lin))
    db.run(accounts.invite, CLUB_ACTOR, person_id=person)
    assert mails_arriving(db, mail) == []


def test_a_run_writes_only_a_few(db: Database) -> None:
    the_invited(db, 7)
    runs = [membership.invite_waiting(db, today=TODAY, limit=3) for _ in range(4)]
    assert runs == [3, 3, 1, 0]


def test_nobody_is_reminded_while_somebody_waits_for_the_first_letter(
    db: Database, noon: Any
) -> None:
    the_invited(db, 4)
    assert membership.invite_waiting(db, today=TODAY, limit=2) == 2
    noon.shift(timedelta(days=8))
    later = clock.club_today()
    assert waiting(db) == 2
    assert membership.invite_waiting(db, today=later, limit=2) == 2
    assert waiting(db) == 0, "the first letters went first"
    assert membership.invite_waiting(db, today=later, limit=20) == 2, "then the second ones"


def waiting(db: Database) -> int:
    with db.read() as session:
        return membership.invitations_waiting(session, CLUB_ACTOR, pace=20).waiting


def test_the_pace_is_a_setting_and_the_job_tells_how_long_it_takes(db: Database) -> None:
    the_invited(db, 7)
    settings = Settings.load(invitations_per_quarter_hour=3)
    assert invite_members.run(db, settings) == {"invited": 3, "waiting": 4, "days": 0}
    assert membership.InvitationsWaiting(88_656, pace=20).days == 46
    assert membership.InvitationsWaiting(88_656, pace=200).days == 4
    assert membership.InvitationsWaiting(1_920, pace=20).days == 1
    assert membership.InvitationsWaiting(1_900, pace=20).days == 0


@pytest.mark.parametrize("pace", ["0", "-1", "2001", "many", "", "20.5"])
def test_a_pace_that_is_none_is_refused(pace: str) -> None:
    with pytest.raises(SettingsError, match="VIPCLUB_INVITATIONS_PER_QUARTER_HOUR is no number"):
        Settings.load(invitations_per_quarter_hour=pace)


def test_a_consent_withdrawn_after_the_invitation_was_queued_keeps_it_unsent(
    db: Database, mail: Mailbox
) -> None:
    the_invited(db)
    membership.invite_waiting(db, today=TODAY, limit=20)

    def withdraw(session: Session) -> None:
        words = session.execute(select(Consent.person_id)).scalars().all()
        for person in words:
            session.execute(
                insert(Consent).values(
                    person_id=person,
                    purpose="group_sharing",
                    granted=False,
                    source="own word",
                    at=clock.now(),
                )
            )

    db.run(withdraw)
    assert mails_arriving(db, mail) == []
    with db.read() as session:
        rows = session.execute(select(messages.Message.state, messages.Message.reason)).all()
    assert [tuple(row) for row in rows] == [("skipped", "consent is not given")]


def test_an_invitation_waits_for_the_morning(db: Database, mail: Mailbox, noon: Any) -> None:
    the_invited(db)
    noon.shift(timedelta(hours=11))
    membership.invite_waiting(db, today=TODAY, limit=20)
    assert mails_arriving(db, mail) == []
    noon.shift(timedelta(hours=9))
    assert len(mails_arriving(db, mail)) == 1


def test_who_can_not_be_written_to_is_on_the_managers_list(db: Database) -> None:
    (lin,) = the_invited(db, email=False)
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 0

    def portfolio(session: Session) -> None:
        from vipclub.people import SourceRecord

        session.execute(update(SourceRecord).values(manager_no="0001"))

    db.run(portfolio)
    with db.read() as session:
        rows = membership.unreached(session, wu("LIFE/0001"))
        assert [(row.member, row.tier) for row in rows] == [(lin, "gold")]
        assert membership.unreached(session, wu("LIFE/0002")) == []


def test_who_declined_or_lapsed_is_not_invited(db: Database) -> None:
    the_invited(db)
    db.run(lambda session: session.execute(update(Membership).values(state="declined")))
    assert membership.invite_waiting(db, today=TODAY, limit=20) == 0
    with db.read() as session:
        assert session.execute(select(Invitation.id)).all() == []


def test_who_accepts_by_phone_is_welcomed_too_and_by_one_letter(
    db: Database, mail: Mailbox
) -> None:
    (lin,) = the_invited(db)
    db.run(membership.accept_invitation, CLUB_ACTOR, member=lin, today=TODAY)
    assert len(mails_arriving(db, mail)) == 1
