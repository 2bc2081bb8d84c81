"""Real processes while a key changes: one that is killed in the middle, one that doesn't know yet,
and one that was started with the keys before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from tests.databases import TEST_KEYS
from tests.keys.changing import opened, rotate, with_more
from tests.terminal import COMMAND, environment_of, report, vipclub
from vipclub import accounts, messages
from vipclub.core import clock
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.sealing_anew import count_under
from vipclub.messages import Message
from vipclub.wiring import SEALED

MESSAGES = next(table for table in SEALED if table.model is Message)
ROWS = 20_000


def variables(db: Database, keys: FieldKeys, folder: Path) -> dict[str, str]:
    own = environment_of(db.url.render_as_string(hide_password=False), folder)
    return own | {"VIPCLUB_FIELD_KEYS": keys.dump()}


def put_messages(db: Database) -> None:
    """As many inboxes have, sealed with the key in force."""
    now = clock.now()
    rows = []
    for number in range(ROWS):
        ref = f"E-{number:011}"
        rows.append(
            {
                "public_ref": ref,
                "template": "welcome",
                "channel": "mail",
                "language": "en",
                "subject_kind": "person",
                "subject_ref": "M-1",
                "subject_version": 0,
                "state": "sent",
                "queued_at": now,
                "finished_at": now,
                "attempts": 1,
                "told": db.cipher.seal("message.told", ref, f'{{"n": {number}}}'),
            }
        )
    with db.engine.begin() as connection:
        connection.execute(insert(messages.Message), rows)


def under(db: Database, number: int) -> int:
    with db.read() as session:
        return count_under(session, MESSAGES, "encryption", number)


@pytest.mark.slow
def test_the_job_is_killed_in_the_middle_and_goes_on_with_what_is_left(
    db: Database, tmp_path: Path
) -> None:
    rotate(db, TEST_KEYS, tmp_path)
    put_messages(db)
    keys = with_more(TEST_KEYS, "encryption")
    new = opened(db, keys)
    rotate(new, keys, tmp_path, "encryption")
    environment = variables(db, keys, tmp_path)
    job = subprocess.Popen(
        [*COMMAND, "jobs", "run", "seal-anew"], env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while under(new, 2) == 0 and time.monotonic() < until:
        time.sleep(0.002)
    job.send_signal(signal.SIGKILL)
    job.wait(20)
    done = under(new, 2)
    assert 0 < done < ROWS
    assert done % 500 == 0  # whole batches, each in its own transaction
    assert done + under(new, 1) == ROWS
    standing = report(environment, "keys", "status")["items"]
    (seen,) = [k for k in standing if k["kind"] == "encryption" and k["state"] == "in force"]
    assert (seen["rows"], seen["left"]) == (ROWS, ROWS - done)
    assert seen["per_cent"] == int(1000 * done / ROWS) / 10
    time.sleep(0.1)
    again = _run_when_free(environment)
    assert again["sealed"] == ROWS - done
    assert (again["left"], again["per_cent"]) == (0, 100.0)
    with new.read() as session:
        for ref, told in session.execute(select(Message.public_ref, Message.told)):
            number = int(ref.removeprefix("E-"))
            assert new.cipher.unseal("message.told", ref, told) == f'{{"n": {number}}}'
    new.dispose()


def _run_when_free(environment: dict[str, str]) -> dict[str, int]:
    """The killed one's turn runs out by itself; an operator who doesn't wait starts a worker."""
    database = Database(
        environment["VIPCLUB_DATABASE_URL"],
        keys=FieldKeys.parse(environment["VIPCLUB_FIELD_KEYS"]),
    )
    from sqlalchemy import text

    with database.engine.begin() as connection:
        connection.execute(text("UPDATE timed_job SET owner = NULL, until = NULL"))
    database.dispose()
    found: dict[str, int] = report(environment, "jobs", "run", "seal-anew")
    return found


OPENING = """
import sys, time
from vipclub import accounts
from vipclub.accounts import opening
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.errors import Refused

url, keys, guarded = sys.argv[1:]
accounts.settle_passwords(memory_kib=8, passes=1)
if guarded == "0":
    opening.claim_login = lambda session, indexes: None
weak = opening.refuse_weak
def slowly(*words):  # between the look-up and the row
    time.sleep(0.02)
    weak(*words)
opening.refuse_weak = slowly
db = Database(url, keys=FieldKeys.parse(keys))
with db.read():
    pass
print(db.cipher.in_force.index, flush=True)
sys.stdin.readline()
for number in range(12):
    try:
        db.run(accounts.create_account, Actor.system("race"), login=f"n{number}@club.example",
               role="desk", display_name="N", language="en", password="quiet-harbour-42")
    except Refused:
        pass
"""


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.parametrize("guarded", [True, False])
def test_two_processes_under_two_keys_open_one_account_of_a_name(
    db: Database, tmp_path: Path, guarded: bool
) -> None:
    """One knows of the new key and one doesn't yet. Without the claim the name is taken twice on
    PostgreSQL; on SQLite there is one writer at a time."""
    keys = with_more(TEST_KEYS, "index")
    url = db.url.render_as_string(hide_password=False)
    rotate(db, TEST_KEYS, tmp_path)

    def begin() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", OPENING, url, keys.dump(), str(int(guarded))]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )

    late = begin()
    assert late.stdout is not None
    assert late.stdout.readline() == "1\n"
    new = opened(db, keys)
    rotate(new, keys, tmp_path, "index")
    new.dispose()
    knows = begin()
    assert knows.stdout is not None
    assert knows.stdout.readline() == "2\n"
    for process in (late, knows):
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in (late, knows):
        assert process.wait(60) == 0
    with db.read() as session:
        opened_accounts = session.scalar(select(func.count(accounts.Account.id)))
    if guarded or db.dialect == "sqlite":
        assert opened_accounts == 12
    else:
        assert opened_accounts is not None
        assert opened_accounts > 12


@pytest.mark.slow
def test_by_the_commands_an_operator_changes_a_key(db: Database, tmp_path: Path) -> None:
    """A worker that still has the keys before keeps the new one from being put in force."""
    old = variables(db, TEST_KEYS, tmp_path)
    assert vipclub(old, "db", "upgrade").returncode == 0
    worker = subprocess.Popen([*COMMAND, "worker"], env=old)
    try:
        _until(lambda: _holders(db) == 1)
        added = vipclub(old, "keys", "add", "--kind", "index")
        assert added.returncode == 0, added.stderr
        more = FieldKeys.parse(added.stdout)
        assert (set(more.index), set(more.mac), more.encryption) == (
            {1, 2},
            {1},
            {1: more.encryption[1]},
        )
        assert replace(more, index=TEST_KEYS.index) == TEST_KEYS
        new = old | {"VIPCLUB_FIELD_KEYS": added.stdout.strip()}
        words = ("keys", "rotate", "--kind", "index", "--operator", "Lin Yue")
        refused = vipclub(new, *words)
        assert refused.returncode == 1
        assert "1 of the running processes lacks the index key 2: start it again" in refused.stderr
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    assert _holders(db) == 0  # it has said that it ends
    again = subprocess.Popen([*COMMAND, "worker"], env=new)
    try:
        _until(lambda: vipclub(new, *words).returncode == 0, seconds=90)
        status = report(new, "keys", "status")["items"]
        assert [(k["number"], k["state"]) for k in status if k["kind"] == "index"] == [
            (1, "held"),
            (2, "in force"),
        ]
        early = vipclub(
            new, "keys", "retire", "--kind", "index", "--number", "1", "--operator", "Lin Yue"
        )
        assert early.returncode == 1
        assert "may still write with the index key 1 until" in early.stderr
        refused = vipclub(old, "worker")
        assert refused.returncode == 1
        assert "VIPCLUB_FIELD_KEYS lacks the index key 2 that this club has" in refused.stderr
        assert again.poll() is None
    finally:
        again.send_signal(signal.SIGTERM)
        again.wait(30)


def _holders(db: Database) -> int:
    from vipclub.core.key_holders import KeyHolder

    with db.read() as session:
        return session.scalar(select(func.count(KeyHolder.owner))) or 0


def _until(reached: object, *, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.3)
