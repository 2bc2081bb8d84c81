"""A caller's emergency is open within twelve clicks or keys beside the number and the words, and in
well under twenty seconds."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.browser.running_club import RunningClub
from tests.browser.visitor import DESK, visitor

pytestmark = pytest.mark.browser
MOST_KEYS, MOST_SECONDS = 12, 20
BY_HAND = 0.25
"""Seconds a key by hand, at a calm pace."""


def test_the_desk_opens_an_emergency_by_keys_alone(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, DESK) as agent:
        agent.sign_in("desk")
        page, keys = agent.page, 0
        began = time.monotonic()
        page.get_by_role("link", name="Cases", exact=True).first.click()
        keys += 1
        page.wait_for_url("**/desk/cases*")
        page.keyboard.press("c")
        keys += 1
        page.wait_for_url("**/desk/cases/new*")
        number, words = "+33 6 12 34 56 78", "Her father fell in Lyon"
        page.keyboard.type(number)  # the number's field has the focus
        page.keyboard.press("Tab")
        keys += 1
        page.keyboard.type(words)
        page.keyboard.press("Control+Enter")
        keys += 2
        page.wait_for_url("**/desk/cases/C-*")
        took = time.monotonic() - began + BY_HAND * (keys + len(number) + len(words))
        assert "Emergency assistance abroad" in page.locator("h1").inner_text()
        assert page.locator("a[href='tel:+33612345678']").count() == 1
        assert words in page.locator("main").inner_text()
        assert keys <= MOST_KEYS
        assert took < MOST_SECONDS
