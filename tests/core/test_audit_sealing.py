"""Whatever is changed in the audit trail is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tests.tampering import TABLES, change_past_triggers
from vipclub.core import audit, audit_sealing, clock
from vipclub.core.actor import Actor
from vipclub.core.audit import COVERED, AuditRow
from vipclub.core.audit_sealing import Verified
from vipclub.core.db import Database

ACTOR = Actor.system("tests", request_id="r-1")


def write(db: Database, *names: str) -> None:
    def note(session: Session) -> None:
        for name in names:
            audit.write(
                session,
                ACTOR,
                "test.note",
                subject=("test", name),
                before={"n": 0},
                after={"n": 1},
                reason="because",
            )

    db.run(note)


def verify(db: Database, since: str | None = None) -> Verified:
    with db.read() as session:
        return audit_sealing.verify(session, since=since)


@pytest.fixture
def sealed(db: Database) -> Database:
    """Six records under three seals, and nothing else."""
    for names in ("ab", "cd", "ef"):
        write(db, *names)
        assert db.run(audit_sealing.seal) == 2
    return db


@pytest.mark.promise("P9")
def test_a_trail_that_nobody_touched_is_intact(sealed: Database) -> None:
    write(sealed, "g")
    found = verify(sealed)
    assert (found.rows, found.seals, found.unsealed, found.broken) == (6, 3, 1, None)
    assert found.to_json()["intact"] is True


def test_an_empty_trail_is_intact(db: Database) -> None:
    assert verify(db).broken is None


def test_sealing_twice_seals_nothing_twice(sealed: Database) -> None:
    assert sealed.run(audit_sealing.seal) == 0
    assert sealed.run(audit_sealing.seal, everything=True) == 0


def test_the_database_itself_refuses_to_change_a_record(sealed: Database) -> None:
    for table in TABLES:
        with pytest.raises(Exception, match="never changed"), sealed.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))


def test_a_record_that_commits_late_is_sealed_with_the_next(db: Database) -> None:
    write(db, "a", "b", "c")
    change_past_triggers(
        db, "DELETE FROM audit WHERE id = 2"
    )  # as if its transaction were still open
    assert db.run(audit_sealing.seal) == 2
    row = audit.row_of(db.cipher, ACTOR, "test.note", subject=("test", "b"))
    with db.engine.begin() as connection:
        connection.execute(AuditRow.__table__.insert(), {"id": 2, **row})
    assert db.run(audit_sealing.seal) == 1
    assert verify(db).broken is None


def test_records_older_than_what_was_settled_are_not_looked_at_again(db: Database) -> None:
    write(db, "a")
    db.run(audit_sealing.seal)
    later = clock.now() + timedelta(hours=2)
    with db.read() as session, pytest.MonkeyPatch.context() as patch:
        assert audit_sealing.sealed_below(session) == 0
        patch.setattr(clock, "now", lambda: later)
        assert audit_sealing.sealed_below(session) == 1


CHANGES: dict[str, Any] = dict.fromkeys(COVERED, "changed") | {
    "at": "2020-01-01 00:00:00.000000",
    "channel": "web",
    "before": None,
    "reason": None,
}


@pytest.mark.promise("P9")
@pytest.mark.parametrize("column", [*COVERED, "mac"])
@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_changed_column_of_a_sealed_record_is_named(
    sealed: Database, column: str, number: int
) -> None:
    value = bytes(32) if column == "mac" else CHANGES[column]
    if column == "at" and sealed.dialect == "postgresql":
        value += "+00"
    change_past_triggers(
        sealed, f"UPDATE audit SET {column} = :value WHERE id = :id", value=value, id=number
    )
    broken = verify(sealed).broken
    assert broken is not None
    assert broken.audit_id == number


TAMPERINGS: dict[str, tuple[list[str], int | None, int | None]] = {
    "a record is deleted": (["DELETE FROM audit WHERE id = 3"], 2, 3),
    "a record is deleted with its place": (
        ["DELETE FROM audit_sealed WHERE audit_id = 4", "DELETE FROM audit WHERE id = 4"],
        2,
        4,
    ),
    "two records change places": (
        [
            "UPDATE audit SET id = 99 WHERE id = 3",
            "UPDATE audit SET id = 3 WHERE id = 5",
            "UPDATE audit SET id = 5 WHERE id = 99",
        ],
        2,
        3,
    ),
    "a place is moved to another seal": (
        ["UPDATE audit_sealed SET seal_id = 3 WHERE audit_id = 4"],
        2,
        4,
    ),
    "a link is overwritten": (
        ["UPDATE audit_sealed SET link = (SELECT mac FROM audit WHERE id = 1) WHERE audit_id = 1"],
        1,
        1,
    ),
    "a seal is deleted with all under it": (
        [
            "DELETE FROM audit_sealed WHERE seal_id = 2",
            "DELETE FROM audit_seal WHERE id = 2",
            "DELETE FROM audit WHERE id IN (3, 4)",
        ],
        2,
        None,
    ),
    "a seal's hash is overwritten": (
        ["UPDATE audit_seal SET hash = previous_hash WHERE id = 2"],
        2,
        None,
    ),
    "a seal covers other ids": (["UPDATE audit_seal SET covers = '3-5' WHERE id = 2"], 2, 5),
    "what a seal covers is rubbish": (["UPDATE audit_seal SET covers = 'x' WHERE id = 2"], 2, None),
}


@pytest.mark.promise("P9")
@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampering_is_found_and_its_place_is_named(sealed: Database, name: str) -> None:
    statements, seal_id, audit_id = TAMPERINGS[name]
    change_past_triggers(sealed, *statements)
    broken = verify(sealed).broken
    assert broken is not None
    assert (broken.seal_id, broken.audit_id) == (seal_id, audit_id)


@pytest.mark.promise("P9")
def test_a_record_forged_without_the_key_is_named_before_it_is_sealed(sealed: Database) -> None:
    change_past_triggers(
        sealed,
        "INSERT INTO audit (id, at, actor_kind, actor_ref, channel, action, subject_kind,"
        " subject_ref, request_id, mac) SELECT 77, at, actor_kind, actor_ref, channel, 'x.y',"
        " subject_kind, subject_ref, request_id, mac FROM audit WHERE id = 1",
    )
    broken = verify(sealed).broken
    assert broken is not None
    assert broken.audit_id == 77


def test_cutting_off_the_end_shows_against_a_head_that_was_noted(sealed: Database) -> None:
    noted = verify(sealed).head
    cut: Callable[..., None] = change_past_triggers
    cut(
        sealed,
        "DELETE FROM audit_sealed WHERE seal_id = 3",
        "DELETE FROM audit_seal WHERE id = 3",
        "DELETE FROM audit WHERE id IN (5, 6)",
    )
    assert verify(sealed).broken is None
    assert verify(sealed, since=noted).broken is not None


def test_a_moment_written_in_another_zone_is_the_same_moment(db: Database) -> None:
    from zoneinfo import ZoneInfo

    moment = clock.now().astimezone(ZoneInfo("Asia/Shanghai"))
    db.run(audit.write, ACTOR, "test.note", subject=("test", "a"), at=moment)
    assert verify(db).broken is None


def test_with_another_key_nothing_fits(sealed: Database) -> None:
    from vipclub.core.crypto import FieldKeys

    stranger = Database(sealed.url, keys=FieldKeys.generate())
    broken = verify(stranger).broken
    stranger.dispose()
    assert broken is not None
    assert broken.audit_id == 1


def test_the_orm_can_not_change_a_record_either(sealed: Database) -> None:
    with pytest.raises(Exception, match="never changed"):
        sealed.run(lambda session: session.execute(update(AuditRow).values(reason="x")))
