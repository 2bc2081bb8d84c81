"""`vipclub partner`: one file brings the partners in, from a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from sqlalchemy import func, select

from tests.partner_file.documents import GOOD, bent
from tests.terminal import environment_of, report, vipclub
from vipclub import partners
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.partner_file.cli import load_command
from vipclub.partner_file.cli import report as report_of
from vipclub.partner_file.comparison import Step
from vipclub.partner_file.loading import Loaded

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "operating" / "partners.example.toml"
KILL = """
import os, signal, sys
from sqlalchemy import Engine, event
from vipclub.cli import main

def kill(connection, cursor, statement, *rest):
    if statement.startswith("INSERT INTO contract_price"):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "after_cursor_execute", kill)
main()
"""


@pytest.fixture
def environment(url: str, club: Database, tmp_path: Path) -> dict[str, str]:
    return environment_of(url, tmp_path)


def written(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(partners.Partner)) or 0


@pytest.mark.slow
def test_the_example_of_the_handbook_loads_once_and_then_changes_nothing(
    environment: dict[str, str], club: Database, tmp_path: Path
) -> None:
    tried = report(environment, "partner", "load", str(EXAMPLE), "--dry-run")
    assert tried["dry_run"]
    assert written(club) == 0
    done = vipclub(environment, "partner", "load", str(EXAMPLE), "--operator", "Lin Yue")
    assert done.returncode == 0, done.stderr
    assert "yunlan:\n  new, “Yunlan Health Check”\n" in done.stdout
    assert "/join/" in done.stdout
    assert f"{len(tried['changes'])} changes are written." in done.stdout
    again = vipclub(environment, "partner", "load", str(EXAMPLE))
    assert again.stdout == "Nothing changes.\n"
    exported = tmp_path / "exported.toml"
    exported.write_text(vipclub(environment, "partner", "export").stdout, encoding="utf-8")
    assert vipclub(environment, "partner", "load", str(exported)).stdout == "Nothing changes.\n"
    (listed,) = report(environment, "partner", "list")
    assert [one["key"] for one in listed["sites"][0]["offerings"]] == [
        "jingan-check",
        "jingan-specialist",
    ]
    with club.read() as session:
        names = set(
            session.scalars(select(AuditRow.actor_ref).where(AuditRow.action == "offering.create"))
        )
    assert names == {"system:vipclub partner by Lin Yue"}


@pytest.mark.slow
def test_a_wrong_file_ends_with_1_and_a_line_each_fault(
    environment: dict[str, str], club: Database, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_bytes(bent("capacity = 1 }", "capacity = 0 }"))
    done = vipclub(environment, "partner", "load", str(bad))
    assert (done.returncode, done.stdout) == (1, "")
    place = "line 22, partner[1].site[1].offering[1].hours[2].capacity"
    assert done.stderr.splitlines() == [
        f"bad.toml: {place}: must be a whole number from 1 to 1000.",
        "Nothing was written: 1 to mend.",
    ]
    as_json = vipclub(environment, "partner", "load", str(bad), "--json")
    assert as_json.returncode == 1
    (fault,) = json.loads(as_json.stdout)["faults"]
    assert fault["line"] == 22
    folder = vipclub(environment, "partner", "load", str(tmp_path))
    assert folder.returncode == 2
    assert "is a directory" in folder.stderr


@pytest.mark.slow
def test_killed_in_the_middle_leaves_nothing(
    environment: dict[str, str], club: Database, tmp_path: Path
) -> None:
    file = tmp_path / "partners.toml"
    file.write_text(GOOD, encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", KILL, "partner", "load", str(file)],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -9
    assert written(club) == 0
    assert vipclub(environment, "partner", "load", str(file)).returncode == 0
    assert written(club) == 1


def test_one_change_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    step = Step("yunlan", "partner[1]", "name “a” → “b”", lambda *_given: None)
    with click.Context(load_command, obj=SimpleNamespace(settings=SimpleNamespace(base_url=""))):
        for count, dry in ((1, True), (1, False), (2, True), (2, False)):
            report_of(Loaded((step,) * count, ()), dry, as_json=False)
    told = [line for line in capsys.readouterr().out.splitlines() if "written" in line]
    assert told == [
        "1 change; nothing was written.",
        "1 change is written.",
        "2 changes; nothing was written.",
        "2 changes are written.",
    ]
