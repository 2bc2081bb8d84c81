"""A number or an address is proven by a code that was sent there; an older proven one stays in use
until then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cast import sun
from tests.messages.written_messages import written_messages
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance, people
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.messages import Message
from vipclub.people import CodeOver, CodeRight, CodeSent, CodeTooSoon, CodeWrong, Person, codes
from vipclub.people.models import ContactCode, OwnDetails

NEW, OLD = "+8613800138000", "+85291234567"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture(autouse=True)
def moment(club: SmallClub) -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False) as coordinates:
        yield coordinates


def ask(db: Database, club: SmallClub, kind: str = "mobile") -> CodeSent:
    sent = db.run(people.ask_proof, club.lin, member=club.members[0], kind=kind)
    assert isinstance(sent, CodeSent)
    return sent


def enter(db: Database, club: SmallClub, typed: str, kind: str = "mobile") -> Any:
    return db.run(people.prove_contact, club.lin, member=club.members[0], kind=kind, typed=typed)


def change(db: Database, club: SmallClub, **given: str) -> None:
    db.run(people.change_contact_details, club.lin, member=club.members[0], **given)


def prove(db: Database, club: SmallClub, kind: str = "mobile", **given: str) -> None:
    change(db, club, **given)
    assert isinstance(enter(db, club, ask(db, club, kind).digits, kind), CodeRight)


def shown(db: Database, club: SmallClub) -> people.ContactDetails:
    with db.read() as session:
        return people.contact_details_of(session, club.lin, member=club.members[0])


def proven(db: Database, club: SmallClub) -> people.ProvenContacts:
    with db.read() as session:
        person = people.find_person(session, club.lin, club.members[0])
        return people.proven_contacts(session, person.id)


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06}"


def test_a_number_is_proven_by_the_code_that_was_sent_there(db: Database, club: SmallClub) -> None:
    change(db, club, mobile=NEW)
    assert not shown(db, club).mobile_proven
    sent = ask(db, club)
    assert len(sent.digits) == 6
    outcome = enter(db, club, f" {sent.digits[:3]} {sent.digits[3:]} ")
    assert outcome == CodeRight(NEW)
    assert shown(db, club).mobile_proven
    assert proven(db, club).mobile == NEW
    assert isinstance(enter(db, club, sent.digits), CodeOver)  # a code is good once
    with db.read() as session:
        actions = session.scalars(select(AuditRow.action)).all()
        kept = str(session.execute(select(ContactCode.__table__)).all())
    assert {"person.ask_proof", "person.prove_details"} <= set(actions)
    assert sent.digits not in kept
    assert NEW not in kept


def test_until_its_code_is_entered_the_old_one_stays_in_use(
    db: Database, club: SmallClub, moment: time_machine.Coordinates
) -> None:
    prove(db, club, mobile=OLD)
    change(db, club, mobile=NEW)
    assert not shown(db, club).mobile_proven
    assert proven(db, club).mobile == OLD
    change(db, club, mobile="+85298765432")  # and again, before the first was proven
    assert proven(db, club).mobile == OLD
    moment.shift(timedelta(minutes=2))
    assert isinstance(enter(db, club, ask(db, club).digits), CodeRight)
    assert proven(db, club).mobile == "+85298765432"
    with db.read() as session:
        assert session.scalar(select(OwnDetails.proven_mobile)) is None


def test_the_same_number_again_stays_proven_and_tells_nobody(db: Database, club: SmallClub) -> None:
    prove(db, club, mobile=NEW)
    before = len(letters(db))
    change(db, club, mobile="138 0013 8000")
    assert shown(db, club).mobile_proven
    assert len(letters(db)) == before


def letters(db: Database) -> list[Any]:
    with db.read() as session:
        return list(session.scalars(select(outbox.OutboxRow.payload)))


def test_five_wrong_tries_end_a_code_and_each_is_remembered(db: Database, club: SmallClub) -> None:
    change(db, club, mobile=NEW)
    digits = ask(db, club).digits
    left = [enter(db, club, wrong(digits)) for _ in range(5)]
    assert left == [CodeWrong(4), CodeWrong(3), CodeWrong(2), CodeWrong(1), CodeWrong(0)]
    assert isinstance(enter(db, club, digits), CodeOver)
    assert not shown(db, club).mobile_proven


def tries_at_once(db: Database, owner: str, digits: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Six wrong tries of one code, each of which has read the code before the first is counted
    (but on SQLite, where who writes is alone from the beginning). Gives how many were compared."""
    read = threading.Barrier(6)
    newest = codes._newest

    def and_wait(*args: Any) -> Any:
        row = newest(*args)
        if db.dialect == "postgresql":
            read.wait(20)
        return row

    monkeypatch.setattr(codes, "_newest", and_wait)

    def enter_wrong(session: Session) -> Any:
        return codes.enter_code(session, owner=owner, kind="mobile", typed=wrong(digits))

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(lambda _: db.run(enter_wrong), range(6)))
    return sum(isinstance(one, CodeWrong) for one in outcomes)


def test_many_tries_at_once_are_five(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks in many threads gets no more tries than whoever asks in one."""
    change(db, club, mobile=NEW)
    digits = ask(db, club).digits
    assert tries_at_once(db, club.members[0], digits, monkeypatch) == 5
    with db.read() as session:
        assert session.scalar(select(ContactCode.tries)) == 5


def test_without_the_guard_the_databases_own_rule_stops_the_sixth(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.dialect == "sqlite":
        pytest.skip("who writes on SQLite is alone from the beginning")
    change(db, club, mobile=NEW)
    digits = ask(db, club).digits
    monkeypatch.setattr(codes, "_may_be_tried", tuple)
    with pytest.raises(IntegrityError, match="five_tries"):
        tries_at_once(db, club.members[0], digits, monkeypatch)


def test_a_code_is_good_for_ten_minutes(
    db: Database, club: SmallClub, moment: time_machine.Coordinates
) -> None:
    change(db, club, mobile=NEW)
    digits = ask(db, club).digits
    moment.shift(timedelta(minutes=10, seconds=1))
    assert isinstance(enter(db, club, digits), CodeOver)


def test_only_the_newest_code_counts_and_only_for_what_it_went_to(
    db: Database, club: SmallClub, moment: time_machine.Coordinates
) -> None:
    change(db, club, mobile=NEW, email="lin@new.example")
    first = ask(db, club)
    moment.shift(timedelta(minutes=2))
    second = ask(db, club)
    if first.digits != second.digits:
        assert isinstance(enter(db, club, first.digits), CodeWrong)
    assert isinstance(enter(db, club, second.digits, "email"), CodeOver)
    change(db, club, mobile=OLD)  # the code went to another number
    assert isinstance(enter(db, club, second.digits), CodeOver)


def test_sends_are_braked_by_who_asks_and_by_where_they_go(
    db: Database, club: SmallClub, moment: time_machine.Coordinates
) -> None:
    change(db, club, mobile=NEW)
    ask(db, club)
    outcome = db.run(people.ask_proof, club.lin, member=club.members[0], kind="mobile")
    assert outcome == CodeTooSoon(60)
    for _ in range(5):
        moment.shift(timedelta(minutes=1))
        ask(db, club)
    moment.shift(timedelta(minutes=1))
    assert isinstance(
        db.run(people.ask_proof, club.lin, member=club.members[0], kind="mobile"), CodeTooSoon
    )
    # somebody else can't make the same phone ring either
    db.run(people.change_contact_details, club.chen, member=club.members[1], mobile=NEW)
    other = db.run(people.ask_proof, club.chen, member=club.members[1], kind="mobile")
    assert isinstance(other, CodeTooSoon)
    assert other.wait_seconds > 3600
    moment.shift(timedelta(days=1))
    ask(db, club)
    assert db.run(people.forget_old_codes) == 6


def test_nobody_proves_for_another(db: Database, club: SmallClub) -> None:
    change(db, club, mobile=NEW)
    ask(db, club)
    for actor, error in ((club.chen, NotFound), (sun(), NotFound), (club.he, Forbidden)):
        with pytest.raises(error):
            db.run(people.ask_proof, actor, member=club.members[0], kind="mobile")
        with pytest.raises(error):
            db.run(
                people.prove_contact, actor, member=club.members[0], kind="mobile", typed="000000"
            )
    with pytest.raises(Malformed):
        db.run(people.ask_proof, club.lin, member=club.members[0], kind="fax")
    with pytest.raises(people.NothingToProve):
        db.run(people.ask_proof, club.lin, member=club.members[0], kind="email")
    with db.read() as session:
        assert session.scalar(select(func.sum(ContactCode.tries))) == 0


def deliver(db: Database, folder: Path) -> list[str]:
    """To whom each went."""
    return [one.to for one in written_messages(db, folder)]


def test_the_old_address_and_the_old_number_are_told(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    prove(db, club, mobile=OLD)
    prove(db, club, "email", email="lin@old.example")
    deliver(db, tmp_path)
    change(db, club, mobile=NEW, email="lin@new.example")
    assert deliver(db, tmp_path) == [OLD, "lin@old.example"]
    change(db, club, email="lin@newer.example")  # the unproven one, and the one proven before
    assert deliver(db, tmp_path) == ["lin@new.example", "lin@old.example"]


def test_what_must_wake_goes_to_the_proven_address_meanwhile(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    prove(db, club, mobile=OLD)
    prove(db, club, "email", email="lin@old.example")
    change(db, club, mobile=NEW, email="lin@new.example")
    deliver(db, tmp_path)
    for kind in ("emergency_overseas", "enquiry"):
        db.run(
            assistance.open_case,
            Actor.system("test"),
            kind=kind,
            what="Help",
            member=club.members[0],
            channel="phone",
        )
    assert deliver(db, tmp_path) == [OLD, "lin@new.example", "lin@old.example"]


def test_the_code_goes_by_its_own_way_and_into_no_inbox(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    change(db, club, mobile=NEW, email="lin@new.example")
    deliver(db, tmp_path)
    ask(db, club)
    assert deliver(db, tmp_path) == [NEW]
    ask(db, club, "email")
    assert deliver(db, tmp_path) == ["lin@new.example"]
    with db.read() as session:
        rows = session.scalars(select(Message).where(Message.template == "contact-code")).all()
        assert [(row.channel, row.told) for row in rows] == [("sms", None), ("mail", None)]
        kept = str(session.scalars(select(outbox.OutboxRow.payload)).all())
    assert "sealed" not in kept


def test_two_who_are_one_have_the_number_that_either_proved(db: Database, club: SmallClub) -> None:
    prove(db, club, mobile=NEW)

    def join(session: Session) -> None:
        first = session.scalar(select(Person.id).where(Person.public_ref == club.members[0]))
        one = update(Person).where(Person.public_ref == club.members[1])
        session.execute(one.values(survivor_id=first))

    db.run(join)
    with db.read() as session:
        person = people.find_person(session, club.chen, club.members[1])
        assert people.proven_contacts(session, person.asked_id).mobile == NEW
