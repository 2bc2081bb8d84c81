"""`vipclub feed` and `vipclub people` as scripts call them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.people.feeds.sending_files import LIN_ROW, csv_of
from vipclub import people
from vipclub.people.feeds.cli import Ticker


class Commands:
    """A shell on one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self._env = os.environ | {"VIPCLUB_DATABASE_URL": url}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vipclub.cli", *words]
        return subprocess.run(
            command, cwd=self.folder, env=self._env, text=True, capture_output=True, check=False
        )


@pytest.fixture
def shell(url: str, tmp_path: Path) -> Commands:
    here = str(Path(__file__).resolve().parents[2])
    found = Commands(url, tmp_path)
    found._env["PYTHONPATH"] = here
    return found


@pytest.mark.slow
def test_from_a_file_to_an_export(shell: Commands) -> None:
    (shell.folder / "life.csv").write_text(
        csv_of(LIN_ROW, LIN_ROW | {"customer_no": "L2", "sex": "X"})
    )
    assert shell("feed", "subsidiary", "add", "LIFE", "--name", "Life").returncode == 0
    checked = shell("feed", "check", "life.csv", "--subsidiary", "LIFE")
    assert checked.returncode == 0
    assert "line 3, sex *: M or F is expected" in checked.stderr
    for loaded, unchanged in ((1, 0), (0, 1)):
        done = shell("feed", "load", "life.csv", "--subsidiary", "LIFE", "--json")
        report = json.loads(done.stdout)
        assert (report["rows"], report["rejected"], report["error_rate"]) == (2, 1, 0.5)
        assert (report["loaded"], report["unchanged"]) == (loaded, unchanged)
        assert report["delivery"].startswith("D-")
        assert report["seconds"] >= 0
    linked = json.loads(shell("people", "link", "--json").stdout)
    assert linked.keys() >= {"records", "persons", "matched", "possible", "seconds"}
    assert shell("people", "export", "who.csv").returncode == 0
    rows = list(csv.DictReader((shell.folder / "who.csv").open()))
    assert [(r["subsidiary"], r["customer_no"]) for r in rows] == [("LIFE", "L1")]
    assert rows[0]["person"].startswith("M-")


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_a_company_s_words_are_brought_in_and_its_rows_tried_again(shell: Commands) -> None:
    header, *rows = csv_of(LIN_ROW, LIN_ROW | {"customer_no": "L2", "sex": "女"}).splitlines()
    content = "\n".join([header.replace("full_name", "姓名").replace(",", ";"), *rows]) + "\n"
    (shell.folder / "life.csv").write_text(content.replace(",", ";"))
    (shell.folder / "h.toml").write_text('"姓名" = "full_name"\n')
    (shell.folder / "v.json").write_text('{"sex": {"女": "F"}}')
    (shell.folder / "bad.json").write_text('{"sex": {"女": "female"}}')
    added = ("feed", "subsidiary", "add", "LIFE", "--name", "Life", "--header-map", "h.toml")
    assert shell(*added).returncode == 0
    loaded = shell("feed", "load", "life.csv", "--subsidiary", "LIFE", "--json")
    report = json.loads(loaded.stdout)
    assert (report["loaded"], report["rejected"], loaded.stderr) == (1, 1, "")
    refused = shell("feed", "subsidiary", "change", "LIFE", "--value-map", "bad.json")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "female is no value of sex. Possible are: M, F." in refused.stderr
    assert shell("feed", "subsidiary", "change", "LIFE", "--value-map", "v.json").returncode == 0
    tried = shell("feed", "retry", report["delivery"], "--json")
    assert json.loads(tried.stdout) == {"settled": 1, "open": 0}
    assert shell("feed", "subsidiary", "list").stdout == "LIFE  Life\n"


def test_a_long_load_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    ticker = Ticker()
    ticker("read", 5_000)
    assert capsys.readouterr().err == ""
    ticker._said -= 3
    ticker._began -= 10
    ticker("read", 50_000)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("50,000 rows read, ")
    assert said.err.endswith(" a second\n")


@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_a_refusal_is_one_line_and_one(shell: Commands) -> None:
    (shell.folder / "empty.csv").write_text("")
    shell("feed", "subsidiary", "add", "LIFE", "--name", "Life")
    for words, code in (
        (("feed", "load", "empty.csv", "--subsidiary", "LIFE"), 1),
        (("feed", "load", "none.csv", "--subsidiary", "LIFE"), 1),
        (("feed", "load", "empty.csv", "--subsidiary", "MARS"), 1),
        (("feed", "load", "empty.csv"), 2),
    ):
        done = shell(*words)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        if code == 1:
            assert len(done.stderr.splitlines()) == 1


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        people.generate_feed(tmp_path / name, people=300, seed=5)
    people.generate_feed(tmp_path / "other", people=300, seed=6)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    one, other = (tmp_path / name / "LIFE.csv" for name in ("one", "other"))
    assert one.read_bytes() != other.read_bytes()
    rows = len((tmp_path / "one" / "truth.csv").read_text().splitlines()) - 1
    assert 1.4 < rows / 300 < 1.9
