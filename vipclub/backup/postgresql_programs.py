"""Finding PostgreSQL's own programs, of a version that fits the server."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from vipclub.backup.refusals import CannotBackUp

BESIDE = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
"""Where the server's packages put them, out of the PATH."""


def find_program(name: str, server: str) -> Path:
    """The program of the server's own version, or of the nearest later one: an earlier one refuses.
    Raises CannotBackUp with what is there and what is needed."""
    wanted = int(server.split(".")[0])
    found = sorted((major, path) for path in _places(name) if (major := _major(path)) is not None)
    for major, path in found:
        if major >= wanted:
            return path
    there = f"those that are there are of {_listed(found)}" if found else "there is none"
    raise CannotBackUp(
        f"{name} of PostgreSQL {wanted} or newer is needed on the PATH, and {there}."
    )


def _places(name: str) -> Iterator[Path]:
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    for pattern in BESIDE:
        folders += sorted(Path("/").glob(pattern[1:]))
    for folder in dict.fromkeys(folders):
        if os.access(folder / name, os.X_OK):
            yield folder / name


def _major(path: Path) -> int | None:
    """Its version; None when it can't be asked."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else None


def _listed(found: list[tuple[int, Path]]) -> str:
    return ", ".join(str(major) for major in dict.fromkeys(major for major, _ in found))
