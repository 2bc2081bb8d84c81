"""A club starts with its own keys and with no others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tests.databases import TEST_KEYS, Servers
from tests.keys.club_with_secrets import a_club_with_secrets
from tests.terminal import COMMAND, environment_of, report, vipclub
from vipclub import migration
from vipclub.core.audit import AuditRow
from vipclub.core.crypto import KINDS, FieldKeys
from vipclub.core.db import Database
from vipclub.core.key_checks import check_value, checks_of
from vipclub.core.key_register import ClubKey, registered

OTHER = FieldKeys.generate()
REFUSED = (
    ("encryption", ("serve", "--port", "1")),
    ("index", ("worker",)),
    ("mac", ("jobs", "run", "forget-old")),
    ("mac", ("account", "list", "--operator", "Lin Yue")),
    ("index", ("verify",)),
)


def with_other(kind: str) -> FieldKeys:
    """The club's keys but for one."""
    return replace(TEST_KEYS, **{kind: OTHER.of(kind)})


@pytest.fixture
def own(url: str, tmp_path: Path) -> dict[str, str]:
    """The variables of the club."""
    return environment_of(url, tmp_path)


def recorded(db: Database) -> list[tuple[str, int, str]]:
    with db.read() as session:
        return [(key.kind, key.number, key.state) for key in registered(session)]


def test_a_fresh_club_writes_its_keys_into_the_register(
    backend: str, servers: Servers, tmp_path: Path
) -> None:
    url = servers.empty(backend)
    environment = environment_of(url, tmp_path)
    assert vipclub(environment, "db", "upgrade").returncode == 0
    database = Database(url, keys=TEST_KEYS)
    try:
        with database.read() as session:
            rows = registered(session)
        assert [(row.kind, row.number, row.state) for row in rows] == [
            (kind, 1, "in force") for kind in (*KINDS, "secret")
        ]
        values = {row.kind: row.check_value for row in rows}
        assert values["index"] == checks_of(TEST_KEYS)["index"]
        assert values["secret"] == check_value(os.environ["VIPCLUB_SECRET_KEY"].encode())
        with database.read() as session:
            said = str(session.execute(text("SELECT * FROM club_key")).all())
        assert os.environ["VIPCLUB_SECRET_KEY"] not in said
    finally:
        database.dispose()
        servers.drop(url)


@pytest.mark.parametrize(("kind", "command"), REFUSED)
def test_other_keys_than_the_registers_are_refused_in_one_sentence(
    db: Database, own: dict[str, str], kind: str, command: tuple[str, ...]
) -> None:
    assert vipclub(own, "db", "upgrade").returncode == 0
    wrong = with_other(kind)
    done = vipclub(own | {"VIPCLUB_FIELD_KEYS": wrong.dump()}, *command)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    ours, theirs = check_value(OTHER.of(kind)[1]), check_value(TEST_KEYS.of(kind)[1])
    assert (
        f"VIPCLUB_FIELD_KEYS holds another {kind} key 1 (check value {ours}) than the one that "
        f"this club has, whose check value is {theirs}: write the club's own keys" in done.stderr
    )
    assert wrong.dump().split(";")[0] not in done.stderr


def test_a_key_that_is_missing_is_named(db: Database, own: dict[str, str]) -> None:
    both = replace(TEST_KEYS, encryption={**TEST_KEYS.encryption, 2: OTHER.encryption[1]})
    assert vipclub(own | {"VIPCLUB_FIELD_KEYS": both.dump()}, "db", "upgrade").returncode == 0
    done = vipclub(own, "worker")
    assert done.returncode == 1
    assert "VIPCLUB_FIELD_KEYS lacks the encryption key 2 that this club has" in done.stderr


def test_a_changed_secret_key_is_told_apart(db: Database, own: dict[str, str]) -> None:
    assert vipclub(own, "db", "upgrade").returncode == 0
    changed = own | {"VIPCLUB_SECRET_KEY": "another-for-tests-0123456789-abcdefghijkl"}
    for command in ("serve", "worker"):
        done = vipclub(changed, command)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert "VIPCLUB_SECRET_KEY is another" in done.stderr
        assert "it would end all sign-ins" in done.stderr
        assert "another-for-tests" not in done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_keys_are_never_recorded_as_right(
    db: Database, own: dict[str, str], kind: str, tmp_path: Path
) -> None:
    """A club of an earlier version, whose register is empty: the data is asked."""
    a_club_with_secrets(db, tmp_path)
    wrong = own | {"VIPCLUB_FIELD_KEYS": with_other(kind).dump()}
    for command in (("db", "upgrade"), ("jobs", "run", "forget-old"), ("verify",)):
        done = vipclub(wrong, *command)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert f"holds another {kind} key 1 " in done.stderr
        assert "than the one that this club's data was written with" in done.stderr
    assert recorded(db) == []
    assert vipclub(own, "jobs", "run", "forget-old").returncode == 0
    assert recorded(db) == [(kind, 1, "in force") for kind in (*KINDS, "secret")]


def test_one_damaged_row_is_no_other_key(db: Database, own: dict[str, str], tmp_path: Path) -> None:
    a_club_with_secrets(db, tmp_path)
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE person SET mobile = :other WHERE id = "
                "(SELECT max(id) FROM person WHERE mobile IS NOT NULL)"
            ),
            {"other": b"\x01damaged-damaged-damaged-damaged"},
        )
    assert vipclub(own, "jobs", "run", "forget-old").returncode == 0


def test_a_schema_without_a_register_is_asked_nothing(db: Database, own: dict[str, str]) -> None:
    migration.downgrade(db, "0007")
    done = vipclub(own | {"VIPCLUB_FIELD_KEYS": OTHER.dump()}, "db", "current")
    assert done.returncode == 0, done.stderr


def test_developments_file_of_keys_and_the_database_belong_together(
    db: Database, own: dict[str, str], tmp_path: Path
) -> None:
    for name in ("VIPCLUB_FIELD_KEYS", "VIPCLUB_SECRET_KEY"):
        del own[name]
    assert vipclub(own, "db", "upgrade").returncode == 0
    (tmp_path / "keys.json").unlink()
    done = vipclub(own, "serve", "--port", "1")
    assert done.returncode == 1
    assert done.stderr.count(str(tmp_path / "keys.json")) == 4  # three keys, and the secret one
    assert "the file and the database don't belong together" in done.stderr


def test_the_check_says_it_too(db: Database, own: dict[str, str]) -> None:
    assert vipclub(own, "db", "upgrade").returncode == 0
    states = {item["code"]: item["state"] for item in report(own, "check")["items"]}
    assert states["own_keys"] == "well"
    done = vipclub(own | {"VIPCLUB_FIELD_KEYS": with_other("mac").dump()}, "check")
    assert done.returncode == 1
    assert "STOP  own_keys" in done.stdout
    assert "another mac key 1" in done.stdout


def test_each_key_that_is_recorded_is_in_the_audit_trail_once(
    db: Database, own: dict[str, str]
) -> None:
    for _ in range(2):
        assert vipclub(own, "db", "upgrade").returncode == 0
    with db.read() as session:
        rows = session.execute(
            select(AuditRow.subject_ref, AuditRow.actor_ref, AuditRow.after)
            .where(AuditRow.action == "key.record")
            .order_by(AuditRow.subject_ref)
        ).all()
    assert [(row.subject_ref, json.loads(row.after)["state"]) for row in rows] == [
        ("encryption/1", "in force"),
        ("index/1", "in force"),
        ("mac/1", "in force"),
        ("secret/1", "in force"),
    ]
    assert json.loads(rows[1].after)["check"] == check_value(TEST_KEYS.index[1])
    assert {row.actor_ref for row in rows} == {"system:record_keys"}


@pytest.mark.only("postgresql")
def test_a_register_that_may_not_be_read_is_no_missing_register(
    db: Database, servers: Servers
) -> None:
    """Else the club would go on as one of before the register, with whatever keys it has."""
    with db.engine.begin() as connection:
        connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'x'"))
        connection.execute(text("GRANT SELECT ON person TO reader"))
    try:
        other = Database(db.url.set(username="reader", password="x"), keys=TEST_KEYS)
        with (
            pytest.raises(ProgrammingError, match="permission denied for table club_key"),
            other.read() as session,
        ):
            session.execute(text("SELECT count(*) FROM person"))
        other.dispose()
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY reader"))
            connection.execute(text("DROP ROLE reader"))


@pytest.fixture
def worker(db: Database, own: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the club, once it has begun."""
    process = subprocess.Popen([*COMMAND, "worker"], env=own)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def test_the_clubs_own_keys_start_and_are_recorded(
    db: Database, worker: subprocess.Popen[bytes]
) -> None:
    until = time.monotonic() + 30
    while not recorded(db) and time.monotonic() < until:
        time.sleep(0.1)
    assert len(recorded(db)) == 4
    assert worker.poll() is None
    with db.read() as session:
        assert session.scalars(select(ClubKey.number)).all() == [1, 1, 1, 1]
