"""A worker tells its own figures where it is asked to, and to nobody else."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.messages.mail_server import free_port
from tests.telemetry.scraping import Figures, answer_of
from tests.terminal import COMMAND, environment_of, vipclub
from vipclub.core.db import Database
from vipclub.settings import Settings, SettingsError
from vipclub.telemetry.worker_address import WorkerAddress

TOKEN = "b8f1d6e0c94a7b3352ee1f0aa6c87d11"


@pytest.mark.slow
def test_a_real_worker_tells_its_memory_and_its_connections(url: str, tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_port()}"
    worker = subprocess.Popen(
        [*COMMAND, "worker", "--metrics", place], env=environment_of(url, tmp_path)
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                status, text = answer_of(f"http://{place}/metrics")
                break
            except OSError:
                time.sleep(0.1)
        assert status == 200
        figures = Figures(text)
        assert figures.one("vipclub_process_resident_memory_bytes") > 30e6
        assert figures.one("vipclub_database_connections_most") > 0
        assert figures.of("vipclub_database_up") == [], "that is told by whoever serves"
        assert answer_of(f"http://{place}/healthz")[0] == 200
        assert answer_of(f"http://{place}/metrics", X_Forwarded_For="203.0.113.9")[0] == 404
        assert answer_of(f"http://{place}/metrics", Authorization="Bearer x")[0] == 404
        assert answer_of(f"http://{place}/metrics/..")[0] == 404
    finally:
        worker.terminate()
        assert worker.wait(30) == 0


@pytest.mark.slow
@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("0.0.0.0:9101", "VIPCLUB_METRICS_TOKEN is needed"),
        ("127.0.0.1", "is no HOST:PORT"),
        ("127.0.0.1:x", "is no HOST:PORT"),
        ("127.0.0.1:99999", "is no HOST:PORT"),
    ],
)
def test_a_place_that_is_unfit_is_refused_with_a_sentence(
    url: str, tmp_path: Path, place: str, wrong: str
) -> None:
    done = vipclub(environment_of(url, tmp_path), "worker", "--metrics", place)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert wrong in done.stderr


@pytest.mark.only("sqlite")
def test_with_the_token_anybody_may_ask(db: Database, tmp_path: Path) -> None:
    settings = Settings.load(metrics_token=TOKEN, instance=tmp_path)
    address = WorkerAddress("127.0.0.1:0", settings, db)
    with pytest.raises(SettingsError, match="in use"):
        WorkerAddress(f"127.0.0.1:{address.port}", settings, db)
    place = f"http://127.0.0.1:{address.port}/metrics"
    far = {"X_Forwarded_For": "203.0.113.9"}
    assert answer_of(place, Authorization=f"Bearer {TOKEN}", **far)[0] == 200
    assert answer_of(place, Authorization=f"Bearer {TOKEN}x")[0] == 404
    address.close()
