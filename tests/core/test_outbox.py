"""The outbox: nothing that was put into it is lost, and nobody does another's item."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.core import clock, outbox
from vipclub.core.db import Database
from vipclub.core.outbox import (
    ATTEMPTS,
    ClaimLost,
    Item,
    NotNow,
    OutboxRow,
    Record,
    Undeliverable,
)
from vipclub.core.outbox_backlog import backlog


class Receiver:
    """A handler that writes down what it was given, and fails for what it was told to."""

    def __init__(self, fails: Exception | None = None, only: str | None = None) -> None:
        self.got: list[str] = []
        self.fails, self.only = fails, only

    def __call__(self, database: Database, item: Item) -> Record | None:
        self.got.append(item.payload["text"])
        if self.fails and self.only in (None, item.payload["text"]):
            raise self.fails
        return None


def put(db: Database, *texts: str, kind: str = "note") -> None:
    def write(session: Session) -> None:
        for text in texts:
            outbox.put(session, kind, subject=("test", text), payload={"text": text})

    db.run(write)


def rows(db: Database) -> list[OutboxRow]:
    with db.read() as session:
        return list(session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars())


def change(db: Database, **values: object) -> None:
    db.run(lambda session: session.execute(update(OutboxRow).values(**values)))


def deliver(db: Database, receiver: Receiver) -> outbox.Delivered:
    return outbox.deliver(db, {"note": receiver}, by="test")


def test_what_was_put_is_done_once_and_in_order(db: Database) -> None:
    put(db, "a", "b", "c")
    receiver = Receiver()
    assert deliver(db, receiver).done == 3
    assert deliver(db, receiver).total == 0
    assert receiver.got == ["a", "b", "c"]
    assert {row.state for row in rows(db)} == {"done"}


@pytest.mark.promise("P22")
def test_what_is_rolled_back_is_never_done(db: Database) -> None:
    def fails(session: Session) -> None:
        outbox.put(session, "note", subject=("test", "a"), payload={"text": "a"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        db.run(fails)
    assert deliver(db, receiver := Receiver()).total == 0
    assert receiver.got == []


def test_what_is_not_due_yet_waits(db: Database) -> None:
    put(db, "later")
    change(db, due_at=clock.now() + timedelta(minutes=1))
    assert deliver(db, Receiver()).total == 0


def test_a_kind_that_nobody_handles_stays(db: Database) -> None:
    put(db, "a", kind="unknown")
    assert deliver(db, Receiver()).total == 0
    assert rows(db)[0].attempts == 0


def test_one_that_fails_is_tried_again_later_and_stops_no_other(db: Database) -> None:
    put(db, "a", "b", "c")
    told = deliver(db, Receiver(ConnectionError("down"), only="b"))
    assert (told.done, told.failed) == (2, 1)
    row = rows(db)[1]
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "ConnectionError: down")
    assert row.due_at > clock.now() + timedelta(seconds=5)
    change(db, due_at=clock.now())
    assert deliver(db, receiver := Receiver()).done == 1
    assert receiver.got == ["b"]


def test_after_the_last_attempt_it_is_a_dead_letter_with_its_reason(db: Database) -> None:
    put(db, "a")
    change(db, attempts=ATTEMPTS - 1)
    assert deliver(db, Receiver(ConnectionError("down"))).dead == 1
    row = rows(db)[0]
    assert (row.state, row.error) == ("dead", "ConnectionError: down")
    with db.read() as session:
        assert [kind.dead for kind in backlog(session).values()] == [1]


def test_what_can_never_work_is_dead_at_once_and_its_record_is_written(db: Database) -> None:
    put(db, "a")

    def record(session: Session) -> None:
        outbox.put(session, "mourning", subject=("test", "a"), payload={})

    deliver(db, Receiver(Undeliverable("no such mailbox", record)))
    first, second = rows(db)
    assert (first.state, first.error, second.kind) == ("dead", "no such mailbox", "mourning")


def test_what_is_put_off_is_no_failed_attempt(db: Database) -> None:
    put(db, "a")
    until = clock.now() + timedelta(hours=1)
    assert deliver(db, Receiver(NotNow(until, "quiet hours"))).postponed == 1
    assert (rows(db)[0].attempts, rows(db)[0].due_at) == (0, until)


def test_a_claimed_item_is_nobody_elses_until_the_claim_ends(db: Database) -> None:
    put(db, "a")
    (mine,) = db.run(outbox.claim, ["note"], by="one")
    assert db.run(outbox.claim, ["note"], by="two") == []
    change(db, claimed_until=clock.now() - timedelta(seconds=1))
    (theirs,) = db.run(outbox.claim, ["note"], by="two")
    with pytest.raises(ClaimLost):
        db.run(outbox.mark, mine, state="done")
    db.run(outbox.mark, theirs, state="done")


def test_an_overtaken_claim_writes_no_record(db: Database) -> None:
    put(db, "a")
    (mine,) = db.run(outbox.claim, ["note"], by="one")
    change(db, claimed_until=clock.now() - timedelta(seconds=1))
    db.run(outbox.claim, ["note"], by="one")  # by the same name: the count of attempts fences

    def record(session: Session) -> None:
        raise AssertionError("not to be reached")

    with pytest.raises(ClaimLost):
        db.run(outbox.mark, mine, record, state="done")


def test_what_was_claimed_and_not_begun_is_given_back_uncounted(db: Database) -> None:
    put(db, "a", "b")
    items = db.run(outbox.claim, ["note"], by="one")
    db.run(outbox.give_back, items)
    assert [(row.attempts, row.claimed_by) for row in rows(db)] == [(0, None)] * 2
    assert deliver(db, Receiver()).done == 2


def test_a_slow_batch_ends_before_its_claim_does(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outbox.LEASE_SECONDS > 3 * outbox.DOING_SECONDS
    put(db, "a", "b", "c")
    monkeypatch.setattr(outbox, "LEASE_SECONDS", 2 * outbox.DOING_SECONDS)
    assert deliver_one_round(db) == 0


def deliver_one_round(db: Database) -> int:
    """With a claim as short as two sends, nothing may be begun: all is given back."""
    receiver = Receiver()
    items = []
    original = outbox.claim

    def claim_once(*args: object, **kwargs: object) -> list[Item]:
        if items:
            return []
        items.extend(original(*args, **kwargs))  # type: ignore[arg-type]
        return items

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "claim", claim_once)
        deliver(db, receiver)
    assert {row.attempts for row in rows(db)} == {0}
    return len(receiver.got)


@pytest.mark.promise("P21")
@pytest.mark.race
def test_many_deliverers_at_once_do_each_item_once(db: Database) -> None:
    put(db, *(str(number) for number in range(120)))
    receiver = Receiver()
    threads = [
        threading.Thread(
            target=outbox.deliver, args=(db, {"note": receiver}), kwargs={"by": f"t{n}"}
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, receiver.got)) == list(range(120))


def test_what_was_done_long_ago_is_forgotten_and_a_dead_letter_never(db: Database) -> None:
    put(db, "old", "new", "dead")
    deliver(db, Receiver(Undeliverable("no"), only="dead"))
    long_ago = clock.now() - outbox.KEPT - timedelta(days=1)
    aged = update(OutboxRow).where(OutboxRow.subject_ref != "new").values(done_at=long_ago)
    db.run(lambda session: session.execute(aged))
    assert db.run(outbox.forget_done) == 1
    assert [row.subject_ref for row in rows(db)] == ["new", "dead"]


def test_what_was_done_and_can_not_be_recorded_waits_like_a_failure(db: Database) -> None:
    """A mail that went out must not go out again and again without a pause."""
    put(db, "a")
    sent: list[int] = []

    def record(session: Session) -> None:
        raise RuntimeError("no such table")

    def handler(database: Database, item: Item) -> Record:
        sent.append(item.id)
        return record

    assert outbox.deliver(db, {"note": handler}, by="test").failed == 1
    row = rows(db)[0]
    assert (row.state, row.claimed_until, row.attempts) == ("waiting", None, 1)
    assert row.due_at > clock.now() + timedelta(seconds=5)
    change(db, due_at=clock.now(), attempts=ATTEMPTS - 1)
    assert outbox.deliver(db, {"note": handler}, by="test").dead == 1
    assert len(sent) == 2


def test_one_that_ends_its_process_at_each_attempt_is_given_up(db: Database) -> None:
    put(db, "a")
    change(db, attempts=ATTEMPTS)
    assert deliver(db, receiver := Receiver()).dead == 1
    assert receiver.got == []
