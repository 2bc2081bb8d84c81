"""One transaction around one use case, on both databases."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from tests.databases import TEST_KEYS
from vipclub.core import audit, facts
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database, db_now
from vipclub.core.errors import Busy, Conflict, IdempotencyMismatch
from vipclub.core.idempotency import IdempotencyKey, Replayed, run_once
from vipclub.core.key_numbers import LOOK_SECONDS

SYSTEM = Actor.system("tests")


def note(session: Session, what: str) -> dict[str, str]:
    audit.write(session, SYSTEM, "test.note", subject=("test", what))
    return {"noted": what}


def notes(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def key(name: str, body: bytes = b"1" * 32) -> IdempotencyKey:
    return IdempotencyKey("T-1", "POST /notes", name, body)


def created(result: dict[str, str]) -> tuple[int, dict[str, str]]:
    return 201, result


def test_a_refusal_undoes_all_that_the_use_case_did(db: Database) -> None:
    def refuses(session: Session) -> None:
        note(session, "a")
        raise Conflict()

    with pytest.raises(Conflict):
        db.run(refuses)
    assert notes(db) == 0


@pytest.mark.promise("P10")
def test_the_same_key_gives_the_same_answer_and_one_effect(db: Database) -> None:
    first = run_once(db, key("k"), created, note, "a")
    again = run_once(db, key("k"), created, note, "a")
    assert first == {"noted": "a"}
    assert again == Replayed(201, {"noted": "a"})
    assert notes(db) == 1
    with pytest.raises(IdempotencyMismatch):
        run_once(db, key("k", b"2" * 32), created, note, "b")


@pytest.mark.promise("P10")
def test_a_refused_request_may_succeed_later_with_the_same_key(db: Database) -> None:
    def refuses(session: Session) -> None:
        raise Conflict()

    with pytest.raises(Conflict):
        run_once(db, key("k"), created, refuses)
    assert run_once(db, key("k"), created, note, "a") == {"noted": "a"}


@pytest.mark.promise("P10")
def test_the_same_key_sent_twice_at_once_works_once(db: Database) -> None:
    results: list[Any] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        results.append(run_once(db, key("k"), created, note, "a"))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes(db) == 1
    assert sum(isinstance(result, Replayed) for result in results) == 5


def test_a_deadlock_is_tried_again_and_another_error_is_not(db: Database) -> None:
    calls: list[int] = []

    def fails(session: Session, error: type[Exception]) -> None:
        calls.append(1)
        raise error("", {}, Exception("database is locked" if error is DBAPIError else "no"))

    with pytest.raises(Exception, match="busy"):
        db.run(fails, DBAPIError)
    assert len(calls) == 3
    calls.clear()
    with pytest.raises(IntegrityError):
        db.run(fails, IntegrityError)
    assert len(calls) == 1


def test_of_many_runs_one_that_fails_does_not_stop_the_rest(db: Database) -> None:
    def notes_unless_bad(session: Session, what: str, *, bad: str) -> str:
        note(session, what)
        if what == bad:
            raise RuntimeError("this one is broken")
        if what == "b":
            raise Conflict()
        return what

    with capture_logs() as said:
        assert db.each(["a", "b", "c", "d"], notes_unless_bad, bad="c") == ["a", "d"]
    assert notes(db) == 2
    failed = [line for line in said if line["event"] == "one_failed"]
    assert [line["of"] for line in failed] == ["notes_unless_bad"] * 2
    assert all(line["log_level"] == "error" for line in failed)


def test_reading_cannot_write(db: Database) -> None:
    db.run(note, "a")
    with pytest.raises(DBAPIError), db.read() as session:
        session.execute(text("DELETE FROM audit"))
    assert notes(db) == 1


def test_a_fact_is_answered_in_the_same_transaction(url: str) -> None:
    class Happened:
        pass

    def answer(session: Session, fact: Happened) -> None:
        note(session, "answered")

    def refuse(session: Session, fact: Happened) -> None:
        raise Conflict()

    from tests.databases import TEST_KEYS

    for answers, left in (((answer,), 1), ((answer, refuse), 1)):
        db = Database(url, keys=TEST_KEYS, reactions={Happened: answers})
        with contextlib.suppress(Conflict):
            db.run(lambda session: facts.record(session, Happened()))
        assert notes(db) == left
        db.dispose()


@pytest.mark.promise("P26")
def test_the_transaction_is_what_the_promises_rest_on(db: Database) -> None:
    with db.read() as session:
        if db.dialect == "postgresql":
            level = session.scalar(text("SHOW transaction_isolation"))
            assert level == "read committed"
            assert session.scalar(text("SHOW synchronous_commit")) == "on"
        else:
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA synchronous")) == 2
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert db_now(session).tzinfo is not None


def test_a_database_that_went_away_is_not_waited_for_twice_by_each_page() -> None:
    away = Database("postgresql+psycopg://vip@127.0.0.1:1/club", keys=TEST_KEYS)
    away._learnt_at = time.monotonic() - LOOK_SECONDS  # as if it had answered until now
    tries: list[object] = []
    for engine in away.engines:
        event.listen(engine, "do_connect", lambda *_given: tries.append(1))
    for _ in range(3):
        with pytest.raises(Busy), away.read() as session:
            session.execute(text("SELECT 1"))
    away.dispose()
    assert len(tries) == 1 + 3  # the register of keys once, and each page by itself
