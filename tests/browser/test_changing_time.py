"""Changing a time on a phone: four taps from the first page, with and without script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.running_club import RunningClub
from tests.browser.visitor import PHONE, Visitor, visitor

pytestmark = pytest.mark.browser


def change_the_time(member: Visitor) -> None:
    """From the first page to the new time: the appointment, change, another time, confirm."""
    page = member.page
    page.goto(f"{member.club.address}/?lang=en")
    member.taps = 0
    member.tap(page.locator(".next a.open"))
    before = page.locator(".facts").inner_text()
    member.tap(page.locator("a.button[href$='/reschedule']"))
    assert "It stays yours until the new time is sure." in page.inner_text("main")
    member.no_sideways_scrolling()
    member.tap(page.locator("form.times button.time").first)
    assert "Nothing is changed until you confirm." in page.inner_text("main")
    member.no_sideways_scrolling()
    member.tap(page.locator("form.form button[type=submit]"))
    assert member.taps <= 4
    assert "The time is changed." in page.inner_text("main")
    assert page.locator(".facts").inner_text() != before


@pytest.mark.parametrize("script", [True, False])
def test_a_member_changes_a_time_in_four_taps(
    browser: Any, club: RunningClub, script: bool
) -> None:
    with visitor(browser, club, PHONE, java_script_enabled=script) as member:
        member.sign_in("member")
        change_the_time(member)
