"""Before a commit the tests of what was touched are run, and of what stands on it."""

from __future__ import annotations

import doctest
import subprocess
from pathlib import Path

import pytest

from tests import touched
from tests.touched import ALWAYS, EVERYTHING, paths_for

IMPORTERS = {
    "people": frozenset({"bookings", "web/member"}),
    "bookings": frozenset({"web/member", "web/time_picker", "wiring", "cli"}),
    "web/time_picker": frozenset({"web/member_file"}),
    "web/member_file": frozenset({"web/desk"}),
    "core": frozenset({"people"}),
    "tests.people.feeds.sending_files": frozenset({"tests/people", "tests/web/desk"}),
}
FOLDERS = frozenset(
    f"tests/{name}"
    for name in ("people", "bookings", "jobs", "web/desk", "web/frame", "web/member", "web/partner")
) | {"tests"}


def called_for(*changed: str) -> set[str]:
    """The folders, short, beside those that are always run."""
    paths = set(paths_for(changed, IMPORTERS, FOLDERS))
    return {path.removeprefix("tests/") for path in paths - set(ALWAYS)}


def test_a_part_calls_for_its_tests_and_those_of_its_importers() -> None:
    assert called_for("vipclub/people/linking.py") == {"people", "bookings", "web/member"}
    assert called_for("vipclub/people/rules/2026.toml") == {"people", "bookings", "web/member"}


def test_a_room_without_tests_is_tried_through_its_importers() -> None:
    assert called_for("vipclub/bookings/moving.py") == {"bookings", "web/member", "web/desk"}
    assert called_for("vipclub/web/time_picker.py") == {"web/desk"}


@pytest.mark.parametrize(
    "path",
    [
        "vipclub/core/db.py",
        "vipclub/wiring.py",
        "vipclub/__init__.py",
        "migrations/versions/0001_first.py",
        "requirements.txt",
        "pyproject.toml",
        "tests/conftest.py",
        "tests/small_club.py",
        "something/new.bin",
    ],
)
def test_what_all_stand_on_calls_for_everything(path: str) -> None:
    assert paths_for([path, "README.md"], IMPORTERS, FOLDERS) == [EVERYTHING]


def test_faces_and_words_call_for_their_door() -> None:
    assert called_for("templates/member/home.html") == {"web/member"}
    assert called_for("templates/components/button.html") == {"web"}
    assert called_for("templates/member_file/day.html") == {"web/desk"}
    assert called_for("vipclub/translations/zh_Hans/web/member.po") == {"web/member"}
    assert called_for("vipclub/web/static/app.css") == {"web/frame"}


def test_a_test_calls_for_its_folder_and_what_is_shared_for_the_sharers() -> None:
    assert called_for("tests/people/test_linking.py") == {"people"}
    assert called_for("tests/people/feeds/sending_files.py") == {"people", "web/desk"}
    assert called_for("tests/people/files/odd.csv") == {"people"}
    assert called_for("tests/test_settings.py") == set()


def test_the_house_is_always_looked_after() -> None:
    assert paths_for([], IMPORTERS, FOLDERS) == sorted(ALWAYS)
    assert called_for("README.md", "docs/pictures/desk.jpg", "tests/browser/pictures.py") == set()


def test_the_code_says_who_imports_whom() -> None:
    importers = touched.importers()
    assert {"portfolio", "web/member"} <= importers["bookings"]
    assert "people" not in importers["bookings"]
    assert "tests/web/admin" in importers["tests.web.signing_in"]
    assert doctest.testmod(touched).failed == 0


def test_a_change_counts_before_and_after_it_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=Lin", "-c", "user.email=lin@home.example")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(touched, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert touched.changed_files() is None
    git("init", "-q", "-b", "main")
    for name in ("old", "moved"):
        (tmp_path / name).write_text(name)
    git("add", "-A")
    git("commit", "-qm", "as it was")
    assert touched.changed_files() == []
    git("checkout", "-qb", "work")
    git("mv", "moved", "to")
    git("commit", "-qm", "moved")
    (tmp_path / "staged").write_text("")
    git("add", "staged")
    (tmp_path / "old").write_text("changed")
    (tmp_path / "new name").write_text("")
    assert sorted(touched.changed_files() or []) == ["moved", "new name", "old", "staged", "to"]
