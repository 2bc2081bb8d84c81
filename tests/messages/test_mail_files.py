"""Mails that are written to a folder: what a killed process or a full disk leaves behind goes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs import forget_old
from vipclub.core.db import Database
from vipclub.messages.channels.mail.posting import DRAFT_SECONDS
from vipclub.settings import Settings

WRITER = """
import resource, signal, sys
from email.message import EmailMessage
from pathlib import Path
from vipclub.messages.channels.mail import Folder

mail = EmailMessage()
mail["Message-ID"] = "<E-1@club.example>"
mail.set_content("x" * 100_000)
post = Folder(Path(sys.argv[1]), "club@club.example")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL if sys.argv[2] == "killed" else signal.SIG_IGN)
for _ in range(3):
    try:
        post.send(mail)
    except OSError as error:
        print(error.strerror)
"""
"""No file may grow beyond 4 KiB: the kernel kills the process in the middle of writing, or refuses
as a full disk does."""


def write_and_fail(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WRITER, str(folder), how]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.only("sqlite")
def test_the_draft_of_a_killed_process_is_removed_within_a_day(
    db: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    assert write_and_fail(folder, "killed").returncode < 0
    (draft,) = folder.iterdir()
    assert draft.name.startswith(".E-1-")
    (folder / "E-1.eml").write_text("sent")
    settings = Settings.load(instance=tmp_path)
    told = forget_old.JOB.run(db, settings)
    assert told is not None
    assert told["drafts"] == 0, "another worker may be writing it"
    long_ago = time.time() - DRAFT_SECONDS - 60
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    told = forget_old.JOB.run(db, settings)
    assert told is not None
    assert told["drafts"] == 1
    assert [path.name for path in folder.iterdir()] == ["E-1.eml"]


def test_a_full_disk_leaves_no_empty_drafts(tmp_path: Path) -> None:
    done = write_and_fail(tmp_path / "mail", "full")
    assert done.stdout.splitlines() == ["File too large"] * 3
    assert list((tmp_path / "mail").iterdir()) == []


@pytest.mark.only("sqlite")
def test_a_club_that_writes_no_files_has_no_drafts(db: Database, tmp_path: Path) -> None:
    told = forget_old.JOB.run(db, Settings.load(instance=tmp_path))
    assert told is not None
    assert told["drafts"] == 0
