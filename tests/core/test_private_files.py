"""What the club writes beside itself is nobody else's to read, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from vipclub.core.private_files import nobody_else, private_folder
from vipclub.database import open_database
from vipclub.messages.channels.mail import Folder
from vipclub.migration import upgrade
from vipclub.settings import Settings


@pytest.fixture(autouse=True)
def _an_open_hand() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Each folder and file below, with who may do what."""
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder.parent)): path.stat().st_mode & 0o777 for path in paths}


def test_the_instance_folder_and_all_in_it_are_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIPCLUB_SECRET_KEY")
    settings = Settings.load(instance=tmp_path / "club" / "instance")
    database = open_database(settings)
    upgrade(database)
    mail = EmailMessage()
    mail["Message-ID"] = "<one@club.example>"
    Folder(settings.instance / "mail", "club@club.example").send(mail)
    found = modes(tmp_path / "club")
    files = {name: mode for name, mode in found.items() if (tmp_path / name).is_file()}
    database.dispose()  # takes some files away
    assert {Path(name).name for name in files} >= {"keys.json", "vipclub.db", "one.eml"}
    assert {*files.values()} == {0o600}
    assert {mode for name, mode in found.items() if name not in files} == {0o700}


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_folder(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_what_opens_files_by_itself_can_be_told_to_keep_them_private(tmp_path: Path) -> None:
    with nobody_else():
        (tmp_path / "within").write_text("")
    (tmp_path / "after").write_text("")
    found = modes(tmp_path)
    assert found[f"{tmp_path.name}/within"] == 0o600
    assert found[f"{tmp_path.name}/after"] == 0o666
