"""The `vipclub` command as a terminal runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "vipclub.cli"]


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """Variables of a club with this database, and its files in a folder."""
    return os.environ | {"VIPCLUB_DATABASE_URL": url, "VIPCLUB_INSTANCE": str(folder)}


def vipclub(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def report(environment: dict[str, str], *words: str) -> Any:
    """What a command reports with `--json`, when it succeeds."""
    done = vipclub(environment, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
