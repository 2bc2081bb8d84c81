"""The `vipclub` command as a terminal runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.forked_commands import forks

COMMAND = [sys.executable, "-m", "vipclub.cli"]
SECONDS = 60
"""Within which a command must have ended."""


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """Variables of a club with this database, and its files in a folder."""
    return os.environ | {"VIPCLUB_DATABASE_URL": url, "VIPCLUB_INSTANCE": str(folder)}


def vipclub(
    environment: Mapping[str, str], *words: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in a process of its own (`forked_commands`)."""
    folder = folder or Path.cwd()
    if hasattr(os, "pidfd_open"):
        return forks().run(words, environment, folder, SECONDS)
    return subprocess.run(
        [*COMMAND, *words], env=environment, cwd=folder, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def report(environment: dict[str, str], *words: str) -> Any:
    """What a command reports with `--json`, when it succeeds."""
    done = vipclub(environment, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
