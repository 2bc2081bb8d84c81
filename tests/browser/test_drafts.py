"""What an agent types into a case is never lost: it is kept on the server a moment after it is
typed, and kept on the page while it can't be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.running_club import RunningClub
from tests.browser.visitor import visitor

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
NOTE = "[data-drafts]"


def told(page: Any, words: str) -> None:
    """The page says so, or the test fails."""
    page.locator(NOTE).filter(has_text=words).wait_for(state="attached")


def test_a_draft_is_there_again_after_the_browser_was_closed(
    browser: Any, club: RunningClub
) -> None:
    with visitor(browser, club, WIDE) as who:
        who.sign_in("desk")
        page = who.page
        page.goto(f"{club.address}/desk/cases?lang=en")
        case = page.locator("[data-row] a[data-open]").first.get_attribute("href")
        page.goto(f"{club.address}{case}?lang=en")
        page.fill("#text", "The ward says that she is awake.")
        told(page, "Draft saved")
        page.goto(f"{club.address}{case}/triage?lang=en")
        if page.locator("[name=q-patient]").count():
            page.fill("[name=q-patient]", "Mother, 68")
            told(page, "Draft saved")
    with visitor(browser, club, WIDE) as who:
        who.sign_in("desk")
        page = who.page
        page.goto(f"{club.address}{case}?lang=en")
        assert page.input_value("#text") == "The ward says that she is awake."
        page.fill("#text", "")
        told(page, "Draft saved")
        page.reload()
        assert page.input_value("#text") == ""


def test_without_a_sign_in_the_words_stay_on_the_page(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, WIDE) as who:
        who.sign_in("desk")
        page = who.page
        page.goto(f"{club.address}/desk/cases?lang=en")
        page.locator("[data-row] a[data-open]").first.click()
        page.wait_for_selector(NOTE, state="attached")
        page.context.clear_cookies()
        page.fill("#text", "Typed after the sign-in ended")
        told(page, "signed out")
        page.click("#answer button >> nth=0")
        page.wait_for_timeout(500)
        assert page.input_value("#text") == "Typed after the sign-in ended"
        assert "/desk/cases/" in page.url
