"""One thread in a real browser: a member books in five taps, the partner answers in one click, and
both see each step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser.conftest import Club

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


class Visitor:
    """Somebody at a screen who counts the own taps."""

    def __init__(self, page: Any, club: Club) -> None:
        self.page = page
        self.club = club
        self.taps = 0
        self.trouble: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self.trouble.append(message.text)

    def sign_in(self, role: str) -> None:
        sign_in = self.club.demo["sign_ins"][role]
        self.page.goto(f"{self.club.address}/sign-in?lang=en")
        self.page.fill("[name=login]", sign_in["login"])
        self.page.fill("[name=password]", sign_in["password"])
        self.page.click("main button[type=submit]")
        self.page.wait_for_load_state()
        # the account has a language of its own; this reader chooses another
        self.page.goto(f"{self.page.url.partition('?')[0]}?lang=en")

    def tap(self, target: Any) -> None:
        """One tap, and the page that follows."""
        self.taps += 1
        target.click()
        self.page.wait_for_load_state()

    def left(self, service: str) -> str:
        """What the home page says is left of a benefit."""
        self.page.goto(f"{self.club.address}/?lang=en")
        return str(self.page.locator(f".tile[href*='{service}']").inner_text())

    def no_sideways_scrolling(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"


@contextmanager
def visitor(browser: Any, club: Club, screen: dict[str, int], **options: Any) -> Iterator[Visitor]:
    """A browser window of its own."""
    context = browser.new_context(viewport=screen, **options)
    context.set_default_timeout(10_000)
    who = Visitor(context.new_page(), club)
    yield who
    context.close()
    assert who.trouble == []


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
    browser: Any, club: Club
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
            club.bring_to_now(ref)
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


def test_the_thread_works_without_javascript(browser: Any, club: Club) -> None:
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
def test_nobody_is_kept_out_by_a_page(browser: Any, club: Club, language: str, scheme: str) -> None:
    """axe finds nothing against WCAG 2.2 AA on the pages of the thread; nothing scrolls sideways
    at 320 px."""
    from axe_playwright_python.sync_playwright import Axe

    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
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
                found = Axe().run(who.page, options=rules)
                assert found.violations_count == 0, f"{path}: {found.generate_report()}"
