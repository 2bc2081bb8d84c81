"""Workbooks and Parquet files are read by a child process (`workbooks_and_parquet.py`) with
little memory and time: here is the side that asks and listens. What comes back is plain lines
of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from vipclub.people.feeds import refusals
from vipclub.people.feeds.reading import workbooks_and_parquet

UNPACKED = 300_000_000
MEMORY = {"xlsx": 1 << 30, "parquet": 2 << 30}
SECONDS = {"xlsx": 300, "parquet": 3_600}
LONGEST_ANSWER = 64_000_000
REFUSALS: dict[str, type[refusals.FileRefused]] = {
    "large": refusals.FileTooLarge,
    "heavy": refusals.FileTooHeavy,
    "packed": refusals.FilePackedOddly,
    "wide": refusals.FileTooWide,
    "empty": refusals.FileEmpty,
    "nested": refusals.ColumnNested,
    "damaged": refusals.FileDamaged,
}


class ChildReader:
    """A file that a child process reads: its header first, then its rows, once. Close it."""

    def __init__(self, path: Path, kind: str, known: Sequence[str], key: Sequence[str]) -> None:
        """Starts the child and waits for the header. Raises FileRefused."""
        self._name = path.name
        task = {
            "kind": kind,
            "known": list(known),
            "key": list(key),
            "memory": MEMORY[kind],
            "seconds": SECONDS[kind],
            "unpacked": UNPACKED,
        }
        with path.open("rb") as file:
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-B", workbooks_and_parquet.__file__, json.dumps(task)],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    "PATH": os.defpath,
                    "PYTHONHASHSEED": "0",
                    "MALLOC_ARENA_MAX": "1",
                    "ARROW_DEFAULT_MEMORY_POOL": "system",
                },
                close_fds=True,
            )
        self._end = weakref.finalize(self, _end, self._child)
        self._line = 0
        try:
            self.header: list[str] = self._answer()["header"]
        except BaseException:
            self.close()
            raise

    def rows(self) -> Iterator[tuple[int, list[str], dict[int, str]]]:
        """Line, cells, and reasons by the cell's index (-1 for the row as a whole). Raises
        FileRefused."""
        while "end" not in (answer := self._answer()):
            for line, cells, wrong in answer["rows"]:
                self._line = line
                yield line, cells, {int(index): reason for index, reason in wrong.items()}

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._end()

    def _answer(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        reply = self._child.stdout.readline(LONGEST_ANSWER)
        if not reply.endswith(b"\n"):  # it died: of its limits, or of the file
            limits = self._child.wait() < 0 or len(reply) >= LONGEST_ANSWER
            raise REFUSALS["heavy" if limits else "damaged"](file=self._name, line=self._line)
        answer: dict[str, Any] = json.loads(reply)
        if "refused" in answer:
            raise REFUSALS[answer.pop("refused")](file=self._name, **answer)
        return answer


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    if child.stdout is not None:
        child.stdout.close()
    child.wait()
