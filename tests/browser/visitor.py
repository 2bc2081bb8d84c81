"""Somebody at a screen, who signs in, taps and reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.running_club import RunningClub

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


class Visitor:
    """Somebody at a screen who counts the own taps."""

    def __init__(self, page: Any, club: RunningClub) -> None:
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
def visitor(
    browser: Any, club: RunningClub, screen: dict[str, int], **options: Any
) -> Iterator[Visitor]:
    """A browser window of its own."""
    context = browser.new_context(viewport=screen, **options)
    context.set_default_timeout(10_000)
    who = Visitor(context.new_page(), club)
    yield who
    context.close()
    assert who.trouble == []
