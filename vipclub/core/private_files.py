"""Files that nobody else on this machine may read: folders 0700, files 0600, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vipclub.core import clock


def private_folder(path: Path) -> None:
    """Make the folder, and those above it, where it isn't there. One that is there stays as it is:
    it may be somebody else's, too."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file where there is none."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def write_privately(path: Path, content: bytes) -> None:
    """Write a new file, down to the disk; nothing of it stays when the disk is full. Raises
    FileExistsError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def forget_drafts(folder: Path, names: str, *, older_than: float) -> int:
    """Remove what processes that were killed while they wrote have left in a folder under such
    names (a glob); what is younger, in seconds, may still be written. Gives how many."""
    gone = 0
    for draft in folder.glob(names):
        with suppress(FileNotFoundError):  # finished, or removed by another process
            if clock.now().timestamp() - draft.stat().st_mtime > older_than:
                draft.unlink()
                gone += 1
    return gone


@contextmanager
def nobody_else() -> Iterator[None]:
    """Whatever this process writes within it is its own alone: for code that opens files by
    itself. The umask is the process's: not where other threads write."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
