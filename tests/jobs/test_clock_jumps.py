"""The worker goes on when its host's clock is put back."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from jobs.job import Every, Job, Told
from jobs.scheduler import Worker
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.lease import ClocksDiffer
from vipclub.settings import Settings


def wait_for(count: int, seen: list[int]) -> bool:
    deadline = time.monotonic() + 8
    while len(seen) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(seen) >= count


@pytest.mark.promise("P27")
@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_a_clock_put_back_by_a_day_does_not_put_the_worker_to_sleep(
    db: Database, tmp_path: Path
) -> None:
    seen: list[int] = []

    def work(database: Database, settings: Settings) -> Told:
        seen.append(1)
        return None

    settings = Settings(env="development", instance=tmp_path)
    worker = Worker(db, settings, [Job("work", Every(0.5), work)])
    worker.start()
    try:
        assert wait_for(2, seen)
        with time_machine.travel(clock.now() - timedelta(days=1)):
            before = len(seen)
            assert wait_for(before + 3, seen)
    finally:
        worker.stop()


def test_a_worker_does_not_start_on_a_host_whose_clock_is_wrong(
    db: Database, tmp_path: Path
) -> None:
    worker = Worker(db, Settings(env="development", instance=tmp_path), [])
    with time_machine.travel(clock.now() + timedelta(seconds=5)), pytest.raises(ClocksDiffer):
        worker.start()
