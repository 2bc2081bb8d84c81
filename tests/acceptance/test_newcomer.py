"""From an empty database to rated members, by the commands alone, each in its own process."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

Row = dict[str, str]


def vipclub(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("VIPCLUB_")}
    env |= {"VIPCLUB_ENV": "development", "VIPCLUB_INSTANCE": str(instance)}
    return subprocess.run(
        [sys.executable, "-m", "vipclub.cli", *words], env=env, capture_output=True, text=True
    )


@pytest.mark.slow
def test_an_operator_takes_a_feed_to_rated_members_without_the_demo(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    steps: list[tuple[str, ...]] = [
        ("db", "upgrade"),
        ("feed", "generate", str(feeds), "--people", "400", "--seed", "3"),
        ("feed", "subsidiary", "add", "LIFE", "--name", "Life"),
        ("feed", "load", str(feeds / "LIFE.csv"), "--subsidiary", "LIFE", "--json"),
        ("people", "link", "--json"),
        ("membership", "rate", "--json"),
        ("token", "create", "--scope", "channel", "--json"),
        ("token", "list", "--json"),
        ("people", "export", str(tmp_path / "out.csv")),
    ]
    said = {}
    for step in steps:
        done = vipclub(tmp_path, *step)
        assert done.returncode == 0, (step, done.stderr)
        said[step[:2]] = done.stdout
    rated = json.loads(said["membership", "rate"])
    assert rated["movements"]["first"] > 0
    assert "T" in json.loads(said["token", "list"])[0]["created_at"], "RFC 3339"
    loaded = json.loads(said["feed", "load"])["loaded"]
    exported: list[Row] = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))
    assert len(exported) == loaded
    assert set(exported[0]) == {"subsidiary", "customer_no", "person"}
