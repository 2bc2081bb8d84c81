"""Notes and calls: kept for good, sealed, and no health narrative for a relationship manager."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from tests.cast import sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import desk, people
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.desk import Note


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    give_to_manager(db, made.members[0])
    return made


def notes(db: Database, actor: Actor, member: str) -> list[str]:
    viewed = db.run(people.record_view, actor, member=member, page="notes")
    with db.read() as session, statements(at_most=2):
        found = desk.notes_of(session, actor, member=member, viewed=viewed)
    return [note.text for note in found]


def happened(db: Database, actor: Actor, member: str) -> list[desk.HistoryLine]:
    viewed = db.run(people.record_view, actor, member=member, page="history")
    with db.read() as session, statements(at_most=1):
        return desk.history(session, actor, member=member, viewed=viewed)


def test_a_note_is_read_by_whoever_serves_the_member(db: Database, club: SmallClub) -> None:
    lin, manager = club.members[0], wu(PORTFOLIO)
    db.run(desk.add_note, manager, member=lin, text="  Prefers mornings.  ", kind="wish")
    assert notes(db, manager, lin) == ["Prefers mornings."]
    assert notes(db, sun(), lin) == ["Prefers mornings."]


def test_a_correction_is_a_new_note_and_the_old_one_stays(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    first = db.run(desk.add_note, sun(), member=lin, text="Has two sons.")
    db.run(desk.add_note, sun(), member=lin, text="Has one son.", corrects=first)
    viewed = db.run(people.record_view, sun(), member=lin, page="notes")
    with db.read() as session:
        found = desk.notes_of(session, sun(), member=lin, viewed=viewed)
    assert [(note.text, note.corrects) for note in found] == [
        ("Has one son.", first),
        ("Has two sons.", None),
    ]
    with pytest.raises(NotFound):
        db.run(desk.add_note, sun(), member=club.members[1], text="Not hers.", corrects=first)


def test_nobody_changes_nor_removes_a_note(db: Database, club: SmallClub) -> None:
    db.run(desk.add_note, sun(), member=club.members[0], text="As it was said.")

    def change(session: Any) -> None:
        session.execute(update(Note).values(kind="wish"))

    def remove(session: Any) -> None:
        session.execute(delete(Note))

    for act in (change, remove):
        with pytest.raises(DatabaseError):
            db.run(act)


def test_a_note_is_sealed_in_the_database(db: Database, club: SmallClub) -> None:
    db.run(desk.add_note, sun(), member=club.members[0], text="Prefers mornings.")
    with db.read() as session:
        assert b"mornings" not in session.scalars(select(Note.body)).one()


def test_a_manager_sees_no_health_narrative(db: Database, club: SmallClub) -> None:
    lin, manager = club.members[0], wu(PORTFOLIO)
    db.run(desk.add_note, sun(), member=lin, text="Allergic to penicillin.", kind="care")
    db.run(desk.add_note, sun(), member=lin, text="Calls in the evening.")
    assert notes(db, manager, lin) == ["Calls in the evening."]
    assert "Allergic to penicillin." in notes(db, sun(), lin)
    with pytest.raises(Malformed):
        db.run(desk.add_note, manager, member=lin, text="A diagnosis.", kind="care")
    told = happened(db, manager, lin)
    assert "Allergic to penicillin." not in [line.text for line in told]


def test_another_manager_s_member_is_not_found(db: Database, club: SmallClub) -> None:
    stranger = club.members[1]
    with pytest.raises(NotFound):
        db.run(desk.add_note, wu(PORTFOLIO), member=stranger, text="Who?")
    with pytest.raises(NotFound):
        notes(db, wu(PORTFOLIO), stranger)
    with pytest.raises(Forbidden):
        notes(db, club.lin, club.members[0])


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_note_is_refused(db: Database, club: SmallClub, text: str) -> None:
    with pytest.raises(desk.NoteNotAccepted):
        db.run(desk.add_note, sun(), member=club.members[0], text=text)


def test_a_call_is_in_the_history_with_its_note(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    call = {"channel": "phone", "about": "benefit", "outcome": "settled"}
    db.run(desk.take_call, sun(), member=lin, text="Asked about the salon.", **call)
    with pytest.raises(Malformed):
        db.run(desk.take_call, sun(), member=lin, **call | {"channel": "pigeon"})
    told = happened(db, sun(), lin)
    assert {(line.what, line.kind) for line in told} == {("note", "general"), ("call", "benefit")}


def test_notes_and_history_are_read_by_whoever_is_on_record_for_this_member(
    db: Database, club: SmallClub
) -> None:
    lin, other = club.members[:2]
    viewed = db.run(people.record_view, sun(), member=lin, page="notes")
    with db.read() as session:
        for asked in (desk.notes_of, desk.history):
            assert asked(session, sun(), member=lin, viewed=viewed) == []
            with pytest.raises(ValueError, match="on record"):
                asked(session, sun(), member=other, viewed=viewed)
