"""The figures of a real server are those of all its processes, those that ended among them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from tests.telemetry.scraping import Figures, answer_of
from tests.telemetry.serving import Serving, serving
from tests.terminal import environment_of
from vipclub.telemetry.shared_folder import LOCK, PREFIX, SharedFolder, remove_abandoned

COUNT = "vipclub_request_seconds_count"
MEMORY = "vipclub_process_resident_memory_bytes"


def by_process(folder: Path) -> list[float]:
    """How many sign-in pages each process answered, as its own file says."""
    return [
        sum(
            sample.value
            for metric in MultiProcessCollector.merge([str(file)])  # type: ignore[no-untyped-call]
            for sample in metric.samples
            if sample.name == COUNT and sample.labels["route"] == "/sign-in"
        )
        for file in folder.glob(f"temporary/{PREFIX}*/histogram_*.db")
    ]


def when(served: Serving, fulfilled: Callable[[Figures], bool]) -> Figures:
    """The figures as soon as they are so; after a while the test fails."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            figures = served.figures()
        except OSError:  # the process that was killed had the connection
            continue
        if fulfilled(figures):
            return figures
        time.sleep(0.1)
    raise AssertionError(served.log.read_text())


@pytest.mark.slow
def test_two_processes_counts_add_up_and_outlive_one_of_them(url: str, tmp_path: Path) -> None:
    with serving(environment_of(url, tmp_path), tmp_path, workers=2) as served:
        when(served, lambda figures: len(figures.labels(MEMORY, "pid")) == 2)
        for _ in range(200):
            assert answer_of(f"{served.address}/sign-in")[0] == 200
        own = by_process(tmp_path)
        assert len(own) == 2
        assert min(own) > 0
        figures = served.figures()
        assert figures.one(COUNT, route="/sign-in") == sum(own) == 200
        assert figures.one("vipclub_database_connections_most") > 0
        both = figures.labels(MEMORY, "pid")

        killed = min(both)
        os.kill(int(killed), signal.SIGKILL)
        figures = when(
            served,
            lambda figures: (
                killed not in figures.labels(MEMORY, "pid")
                and len(figures.labels(MEMORY, "pid")) == 2
            ),
        )
        assert figures.one(COUNT, route="/sign-in") == 200, "what the dead one counted stays"
    assert list(tmp_path.glob(f"temporary/{PREFIX}*")) == [], "nothing is left behind"


def test_the_folder_of_a_server_that_was_killed_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    running = SharedFolder()
    abandoned, strange = tmp_path / f"{PREFIX}abandoned", tmp_path / "another-s"
    for folder in (abandoned, strange):
        folder.mkdir()
        (folder / LOCK).touch()
    remove_abandoned()
    assert abandoned.exists(), "it may just be in the making"
    for folder in (running.path, abandoned, strange):
        os.utime(folder, (0, 0))
    remove_abandoned()
    assert (running.path.exists(), abandoned.exists(), strange.exists()) == (True, False, True)
    assert running.path.stat().st_mode & 0o077 == 0
    running.hooks()["on_exit"](None)
    assert not running.path.exists()
