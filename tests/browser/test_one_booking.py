"""One booking in a real browser: a member books in five taps, the partner answers in one click, and
both see each step."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.accessibility import violations
from tests.browser.running_club import RunningClub
from tests.browser.visitor import DESK, PHONE, Visitor, visitor

pytestmark = pytest.mark.browser


def book_a_health_check(member: Visitor) -> str:
    """From the home page to the appointment; gives its reference."""
    page = member.page
    page.goto(f"{member.club.address}/?lang=en")
    member.taps = 0
    member.tap(page.locator(".tile[href*='health-check']"))
    free = page.locator(".days a.day")
    member.tap(free.nth(min(2, free.count() - 1)))
    member.tap(page.locator("form.times button.time").first)
    assert "/holds/" in page.url or "confirm" in page.url
    assert page.locator(".held").is_visible()
    member.no_sideways_scrolling()
    member.tap(page.locator("form.form button[type=submit]"))
    found = re.search(r"A-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]", page.url)
    assert found, page.url
    return found[0]


def test_a_member_books_in_five_taps_and_the_partner_sees_it_through(
    browser: Any, club: RunningClub
) -> None:
    with visitor(browser, club, PHONE, has_touch=True) as member:
        member.sign_in("member")
        before = member.left("health-check")
        ref = book_a_health_check(member)
        assert member.taps <= 5
        appointment = member.page.url
        assert "Waiting for confirmation" in member.page.inner_text("main")
        member.no_sideways_scrolling()
        after = member.left("health-check")
        assert "reserved" in after
        assert after != before

        with visitor(browser, club, DESK) as partner:
            partner.sign_in("partner")
            row = partner.page.locator(f"#waiting-panel [data-row='{ref}'], [data-row='{ref}']")
            assert row.is_visible()
            partner.taps = 0
            partner.tap(row.get_by_role("button", name=re.compile("^Confirm")))
            assert partner.taps == 1
            member.page.goto(f"{appointment}?lang=en")
            assert "Confirmed" in member.page.inner_text("main")

            partner.page.goto(f"{club.address}/partner/appointments/{ref}?lang=en")
            check_in = partner.page.get_by_role("button", name=re.compile("^Check in"))
            assert check_in.count() == 0  # not before the visit's own day
            club.move_visit_to_now(ref)
            partner.page.reload()
            partner.tap(check_in)
            member.page.reload()
            assert "Checked in" in member.page.inner_text("main")

            partner.page.goto(f"{club.address}/partner/appointments/{ref}?lang=en")
            partner.tap(partner.page.get_by_role("button", name=re.compile("^Completed")))
            member.page.reload()
            assert "Completed" in member.page.inner_text("main")
        member.page.goto(f"{club.address}/benefits?lang=en")
        assert "used" in member.page.inner_text("main").lower()


def test_a_booking_works_without_javascript(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, PHONE, java_script_enabled=False) as member:
        member.sign_in("member")
        page = member.page
        page.goto(f"{club.address}/?lang=zh-Hant")
        page.locator(".tile[href*='wealth-advice']").click()
        page.locator(".days a.day").last.click()
        page.locator("form.times button.time").last.click()
        page.locator(".held").wait_for()
        page.goto(f"{club.address}/?lang=en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_nobody_is_kept_out_by_a_page(
    browser: Any, club: RunningClub, language: str, scheme: str
) -> None:
    """axe finds nothing against WCAG 2.2 AA on the pages of a booking; nothing scrolls sideways
    at 320 px."""
    for role, paths in {
        "member": ("/", "/book/health-check", "/appointments", "/benefits"),
        "partner": ("/partner/",),
        "admin": ("/admin/components",),
    }.items():
        narrow = {"width": 320, "height": 700}
        with visitor(browser, club, narrow, color_scheme=scheme) as who:
            who.sign_in(role)
            for path in paths:
                who.page.goto(f"{club.address}{path}?lang={language}")
                who.no_sideways_scrolling()
                assert violations(who.page) == [], path
