"""A row that opens with no key: named once, waited for by nobody, given up only by its number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import event, select, text, update
from structlog.testing import capture_logs

from tests.databases import TEST_KEYS
from tests.keys.changing import KEEPER, let_settle, opened, rotate, settings_with, with_more
from tests.keys.club_with_secrets import OWN_MOBILE, ClubWithSecrets, a_club_with_secrets
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.crypto import KINDS, FieldKeys
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.core.unreadable_rows import UnreadableRow
from vipclub.desk.models import Note
from vipclub.keys.cli import keys
from vipclub.keys.progress import standings
from vipclub.keys.rotating import KeyRefused, retire
from vipclub.keys.sealing import seal_anew
from vipclub.people.models import OwnDetails

DAMAGED = b"\x01damaged-damaged-damaged-damaged"


@pytest.fixture
def made(db: Database, tmp_path: Path) -> ClubWithSecrets:
    club = a_club_with_secrets(db, tmp_path)
    rotate(db, TEST_KEYS, tmp_path)
    return club


@pytest.fixture
def both(made: ClubWithSecrets) -> FieldKeys:
    return with_more(TEST_KEYS, *KINDS)


@pytest.fixture
def club(made: ClubWithSecrets, both: FieldKeys) -> Iterator[Database]:
    database = opened(made.db, both)
    yield database
    database.dispose()


def damage(db: Database, what: bytes = DAMAGED) -> tuple[int, bytes]:
    """The own address that Lin gave is not what was written; gives what it was."""
    with db.engine.begin() as connection:
        row_id, before = connection.execute(select(OwnDetails.id, OwnDetails.email)).one()
        connection.execute(update(OwnDetails).values(email=what))
    return row_id, bytes(before)


def damaged_and_noted(club: Database, both: FieldKeys, folder: Path) -> bytes:
    """As `damage`, with the other key in force and the row noted as one that opens with none; gives
    what stood there."""
    _, before = damage(club)
    rotate(club, both, folder, "encryption")
    seal_anew(club)
    let_settle(club)
    return before


def unreadable_of(db: Database, kind: str) -> dict[str, list[int]]:
    with db.read() as session:
        (found,) = [
            one
            for one in standings(session)
            if one.key.kind == kind and one.key.state == "in force"
        ]
    return {name: list(ids) for name, ids in found.unreadable.items()}


def test_it_is_named_once_and_the_rows_are_walked_to_their_end_once(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    row_id, _ = damage(club)
    rotate(club, both, tmp_path, "encryption")
    let_settle(club)
    with capture_logs() as logs:
        first = seal_anew(club, some=1)
        asked: list[str] = []
        event.listen(
            club.engine, "before_cursor_execute", lambda *a: asked.append(a[2]), named=False
        )
        second = seal_anew(club)
    assert (first["damaged"], first["left"], first["per_cent"]) == (1, 0, 100.0)
    assert first["unreadable"] == 1
    assert second == {"sealed": 0}
    assert not any("own_details" in statement for statement in asked)  # no table is walked again
    named = [log for log in logs if log["event"] == "row_opens_with_no_key"]
    assert [(log["table"], log["id"], log["place"]) for log in named] == [
        ("own_details", row_id, "own_details.email")
    ]
    assert unreadable_of(club, "encryption") == {"own_details": [row_id]}
    status = CliRunner().invoke(keys, ["status"], obj=club)
    assert f"; 1 cannot be read: own_details {row_id}\n" in status.stdout
    items = json.loads(CliRunner().invoke(keys, ["status", "--json"], obj=club).stdout)["items"]
    assert [one["unreadable"] for one in items if one["unreadable"]] == [{"own_details": [row_id]}]


def test_the_old_key_is_given_up_by_whoever_says_how_many_rows_stay_unreadable(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    row_id, _ = damage(club)
    rotate(club, both, tmp_path, "encryption")
    seal_anew(club)
    let_settle(club)
    for said in (0, 2):
        with pytest.raises(
            KeyRefused,
            match=rf"1 of the rows under the encryption key 1 can't be read \(own_details {row_id}"
            r"\): .* with --unreadable 1",
        ):
            club.run(retire, KEEPER, kind="encryption", number=1, unreadable=said)
    words = ["retire", "--kind", "encryption", "--number", "1", "--operator", "Lin Yue"]
    done = CliRunner().invoke(keys, [*words, "--unreadable", "1"], obj=club)
    assert done.exit_code == 0, done.output
    with club.read() as session:
        record = session.execute(
            select(AuditRow.actor_ref, AuditRow.after).where(AuditRow.action == "key.retire")
        ).one()
    assert "Lin Yue" in record.actor_ref
    assert json.loads(record.after) == {"unreadable": f"own_details {row_id}"}


def test_a_number_for_rows_that_all_open_is_refused(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    rotate(club, both, tmp_path, "encryption")
    seal_anew(club)
    let_settle(club)
    with pytest.raises(KeyRefused, match="No row that opens with no key is under the encryption"):
        club.run(retire, KEEPER, kind="encryption", number=1, unreadable=1)


def test_what_of_the_row_opens_is_sealed_anew(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    damage(club)
    rotate(club, both, tmp_path, "encryption")
    assert seal_anew(club)["damaged"] == 1
    with club.read() as session:
        mobile, email = session.execute(select(OwnDetails.mobile, OwnDetails.email)).one()
    assert bytes(mobile)[0] == 2
    assert bytes(email) == DAMAGED


def test_a_row_that_is_mended_is_sealed_within_the_hour_and_no_longer_named(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    before = damaged_and_noted(club, both, tmp_path)
    seal_anew(club)
    with club.engine.begin() as connection:
        connection.execute(update(OwnDetails).values(email=before))
    assert seal_anew(club)["sealed"] == 0
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        assert seal_anew(club)["sealed"] == 1
    with club.read() as session:
        assert session.scalars(select(UnreadableRow)).all() == []
        assert bytes(session.scalar(select(OwnDetails.email)) or b"")[0] == 2


def test_a_row_that_was_mended_is_not_given_up(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    before = damaged_and_noted(club, both, tmp_path)
    with club.engine.begin() as connection:
        connection.execute(update(OwnDetails).values(email=before))
    with pytest.raises(KeyRefused, match="No row that opens with no key"):
        club.run(retire, KEEPER, kind="encryption", number=1, unreadable=1)
    club.run(retire, KEEPER, kind="encryption", number=1)
    with club.read() as session:
        assert bytes(session.scalar(select(OwnDetails.email)) or b"")[0] == 2


@pytest.mark.only("postgresql")
def test_a_row_that_is_being_mended_is_not_given_up(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    before = damaged_and_noted(club, both, tmp_path)
    with club.engine.begin() as mending:
        mending.execute(update(OwnDetails).values(email=before))
        with pytest.raises(KeyRefused, match="1 of the rows of own_details .* run this again"):
            club.run(retire, KEEPER, kind="encryption", number=1, unreadable=1)
    club.run(retire, KEEPER, kind="encryption", number=1)
    with club.read() as session:
        assert bytes(session.scalar(select(OwnDetails.email)) or b"")[0] == 2


def test_a_row_that_is_no_more_is_no_longer_named(
    club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    damage(club)
    rotate(club, both, tmp_path, "encryption")
    seal_anew(club)
    with club.engine.begin() as connection:
        connection.execute(text("DELETE FROM own_details"))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        seal_anew(club)
    with club.read() as session:
        assert session.scalars(select(UnreadableRow)).all() == []


def test_the_next_key_seals_what_opens_of_rows_that_are_named_already(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    damaged_and_noted(club, both, tmp_path)
    third = FieldKeys(
        {**both.encryption, 3: FieldKeys.generate().encryption[1]}, both.index, both.mac
    )
    later = opened(club, third)
    try:
        with time_machine.travel(clock.now() + timedelta(minutes=10)):
            rotate(later, third, tmp_path, "encryption")
            seal_anew(later)
        with later.read() as session:
            mobile = bytes(session.scalar(select(OwnDetails.mobile)) or b"")
            ref = made.lin
        assert mobile[0] == 3
        assert later.cipher.unseal("own_details.mobile", ref, mobile) == OWN_MOBILE
    finally:
        later.dispose()


ODD = {
    "a number of no key": lambda db: damage(db, b"\x77" + DAMAGED),
    "nothing in it": lambda db: damage(db, b""),
    "a text that is not base 64": lambda db: _execute(
        db, update(OutboxRow).values(payload={"message": "E-1", "sealed": "AQ!!not base 64"})
    ),
    "a figure for a text": lambda db: _execute(
        db, update(OutboxRow).values(payload={"message": "E-1", "sealed": 7})
    ),
}


def _execute(db: Database, statement: object) -> None:
    with db.engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("what", ODD)
def test_whatever_is_odd_about_a_row_the_rest_is_sealed(
    club: Database, both: FieldKeys, tmp_path: Path, what: str
) -> None:
    ODD[what](club)
    rotate(club, both, tmp_path, "encryption", "index")
    let_settle(club)
    told = seal_anew(club)
    assert told["damaged"] == told["unreadable"] != 0
    assert told["left"] == 0
    assert seal_anew(club) == {"sealed": 0}
    with club.read() as session:
        assert bytes(session.scalar(select(Note.body)) or b"")[0] == 2


def test_an_odd_row_is_no_other_key_before_the_register_is_written(
    db: Database, tmp_path: Path
) -> None:
    a_club_with_secrets(db, tmp_path)
    ODD["a text that is not base 64"](db)
    rotate(db, TEST_KEYS, tmp_path)
    assert settings_with(db, TEST_KEYS, tmp_path).keys == TEST_KEYS
