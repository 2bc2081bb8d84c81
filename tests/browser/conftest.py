"""A running club, and a browser to visit it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.chromium import FLAGS, chromium
from tests.browser.running_club import RunningClub, running_club


@pytest.fixture(scope="session")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningClub]:
    """Fills and serves a small demo for the whole run of browser tests."""
    with running_club(tmp_path_factory.mktemp("club")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, driven by playwright."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: install it (Debian: apt-get install chromium) to run this")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()
