"""The sheet of open cases, for when all else is down."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import sun
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def text_of(folder: Path, language: str = "en") -> str:
    return (folder / f"open-cases.{language}.txt").read_text(encoding="utf-8")


def a_case(db: Database, **given: Any) -> str:
    given = {"kind": "emergency_overseas", "what": "Her father fell in Lyon.", **given}
    return db.run(assistance.open_case, sun(), **given).case


def test_the_sheet_says_all_that_is_needed_to_go_on_by_telephone(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    on_shift(db, an_agent(db, "ping"))
    ref = a_case(
        db, member=club.members[0], phone="+33 6 12 34 56 78", place="Hotel A", caller="Li"
    )
    db.run(assistance.answer, sun(), case=ref, text="An ambulance is on its way.\nC-FAKE stays")
    assert assistance.write_case_sheet(db, tmp_path / "sheets") == 1
    text = text_of(tmp_path / "sheets")
    for told in (
        f"\n{ref}  Emergency assistance abroad · ",
        "Her father fell in Lyon.",
        "+33612345678",
        "Place: Hotel A",
        "Caller: Li",
        club.members[0],
        "An ambulance is on its way.",
        "Severity: ",
        "On duty: ",
    ):
        assert told in text, f"{told!r} in\n{text}"
    assert "\nC-FAKE" not in text, "what somebody wrote looks like a line of the sheet"
    assert "海外" in text_of(tmp_path / "sheets", "zh-Hans")
    assert "個案" in text_of(tmp_path / "sheets", "zh-Hant")


def test_many_from_one_address_are_told_apart(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    for number in range(6):
        db.run(
            assistance.ask_for_help,
            Actor.anonymous(),
            tap=f"tap-0000{number}",
            address="203.0.113.9",
        )
    assistance.write_case_sheet(db, tmp_path)
    assert text_of(tmp_path).count("(not verified)") == 5
    assert text_of(tmp_path).count("(not verified, many from one address)") == 1


def test_the_answers_of_a_caller_stand_there_in_words(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    ref = a_case(db)
    answers = {"patient": "Father, 78", "conscious": "no", "breathing": "normal"}
    db.run(assistance.save_facts, sun(), case=ref, answers=answers)
    assistance.write_case_sheet(db, tmp_path)
    text = text_of(tmp_path)
    assert "Is the person awake and answering? not responding" in text
    assert "How is the breathing? normal" in text
    assert "{" not in text
    assert "叫不醒" in text_of(tmp_path, "zh-Hans")


def test_nobody_else_on_the_machine_reads_it_and_the_newest_replaces_the_one_before(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    folder = tmp_path / "sheets"
    ref = a_case(db)
    assistance.write_case_sheet(db, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    db.run(assistance.resolve, sun(), case=ref, text="She is at home.")
    assert assistance.write_case_sheet(db, folder) == 0
    assert ref not in text_of(folder)
    assert len(list(folder.iterdir())) == 3, "one file a language, no draft"


def test_each_case_is_on_record_once_when_it_comes_onto_the_sheet(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    def recorded() -> list[str]:
        with db.read() as session:
            asked = select(AuditRow.subject_ref).where(AuditRow.action == "case.sheet")
            return sorted(session.scalars(asked))

    first = a_case(db)
    assistance.write_case_sheet(db, tmp_path)
    assistance.write_case_sheet(db, tmp_path)
    assert recorded() == [first]
    second = a_case(db)
    assistance.write_case_sheet(db, tmp_path)
    assert recorded() == sorted([first, second])


def test_what_a_complaint_says_of_somebody_of_the_staff_is_not_on_it(
    db: Database, club: SmallClub, tmp_path: Path
) -> None:
    blamed = an_agent(db, "lan")
    ref = a_case(db, kind="complaint", what="Lan was rude.", about=str(blamed.account_ref))
    assistance.write_case_sheet(db, tmp_path)
    assert ref in text_of(tmp_path)
    assert "Lan was rude." not in text_of(tmp_path)


def test_a_promise_that_is_missed_says_so(
    db: Database, club: SmallClub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case(db)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assistance.write_case_sheet(db, tmp_path)
    assert "(missed)" in text_of(tmp_path)


def test_a_folder_that_is_full_leaves_the_sheet_of_before(
    db: Database, club: SmallClub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = a_case(db)
    assistance.write_case_sheet(db, tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vipclub.assistance.case_sheet.write_privately", full)
    with pytest.raises(OSError, match="No space"):
        assistance.write_case_sheet(db, tmp_path)
    assert ref in text_of(tmp_path)
