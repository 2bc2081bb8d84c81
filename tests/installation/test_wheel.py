"""What is installed from the wheel is the whole club, wherever it is run from."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source import ROOT, tracked
from tests.installation.wheels import build_wheel, environment_with_packages, install
from tests.messages.mail_server import free_port
from vipclub.version import __version__

pytestmark = pytest.mark.slow

SHIPPED = ("vipclub/", "jobs/", "templates/", "migrations/")
INSIDE = ("templates/", "migrations/")
"""What lies beside the package in a checkout and inside it in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"))


@dataclass
class Club:
    """A club that was installed from the wheel; `folder` is where it is run."""

    programs: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        others = {k: v for k, v in os.environ.items() if not k.startswith(("VIPCLUB_", "PYTHON"))}
        return {**others, "VIPCLUB_ENV": "development"}

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [self.programs / words[0], *words[1:]],
            env=self.environment, cwd=self.folder,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.programs / "vipclub", *words], env=self.environment, cwd=self.folder
        )


@pytest.fixture(scope="module")
def club(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Club:
    folder = tmp_path_factory.mktemp("installed")
    programs = environment_with_packages(folder / "code")
    install(wheel, programs)
    (folder / "club").mkdir()
    return Club(programs, folder / "club")


def test_the_wheel_holds_what_the_repository_holds(wheel: Path) -> None:
    if not tracked():
        pytest.skip("this is no clone")
    shipped = {path for path in tracked() if path.startswith(SHIPPED)}
    expected = {f"vipclub/{path}" if path.startswith(INSIDE) else path for path in shipped}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert expected - held == set()
    assert {name for name in held - expected if (ROOT / name).exists()} == set(), "not committed?"
    assert {name.partition("/")[0] for name in held} == {"vipclub", "jobs"}


def test_it_runs_without_the_checkout(club: Club) -> None:
    where = club.run("python", "-c", "import vipclub, jobs; print(vipclub.__path__, jobs.__path__)")
    assert str(ROOT) not in where
    assert str(club.programs.parent) in where
    assert club.run("vipclub", "--version") == f"vipclub {__version__}\n"
    assert "worker" in club.run("vipclub", "--help")


@pytest.fixture(scope="module")
def served(club: Club) -> Iterator[str]:
    """The address of a club that was brought to the newest migration, with a worker."""
    club.run("vipclub", "db", "upgrade")
    port = free_port()
    running = [club.begin("serve", "--port", str(port), "--workers", "1"), club.begin("worker")]
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 40
        while status_of(f"{address}/healthz") != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        yield address
        assert [process.poll() for process in running] == [None, None]
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_its_files_lie_where_it_is_run_and_not_beside_its_code(club: Club, served: str) -> None:
    assert (club.folder / "instance" / "vipclub.db").exists()
    assert not list(club.programs.parent.rglob("instance"))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Sign in"), ("zh-CN", "登录"), ("zh-HK", "登入")]
)
def test_its_pages_are_drawn_in_three_languages(served: str, language: str, said: str) -> None:
    asked = urllib.request.Request(f"{served}/sign-in", headers={"Accept-Language": language})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        page = answer.read().decode()
    assert said in page
    assert status_of(f"{served}/static/app.css") == 200


def test_its_worker_works(club: Club, served: str) -> None:
    deadline = time.monotonic() + 40
    while "done" not in (listed := club.run("vipclub", "jobs", "list")):
        assert time.monotonic() < deadline, listed
        time.sleep(0.5)
