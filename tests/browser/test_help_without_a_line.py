"""The red button when the server is gone: the numbers are there, the request is kept and sent
once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.browser.running_club import RunningClub
from tests.browser.visitor import PHONE, Visitor

pytestmark = pytest.mark.browser


def requests_kept(club: RunningClub) -> int:
    with closing(sqlite3.connect(club.instance / "vipclub.db", timeout=10)) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM assistance_case WHERE tap IS NOT NULL"
        ).fetchone()
    return int(count)


def test_the_plug_is_pulled_and_the_request_arrives_once(browser: Any, club: RunningClub) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{club.address}/sign-in?lang=en")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function(
        "caches.match('/offline/language', {cacheName: 'vipclub-offline'}).then((kept) => !!kept)"
    )
    before = requests_kept(club)
    with club.without_server():
        page.goto(f"{club.address}/help?lang=en")
        assert page.locator("h1").inner_text() == "No connection"
        assert page.locator("[aria-labelledby=numbers] a[href^='tel:']").count() == 2
        assert page.locator("a[href='tel:1669']").count() == 1, "the ambulance in Thailand"
        assert page.evaluate("getComputedStyle(document.body).fontFamily") != "", "with its style"
        page.fill("[name=phone]", "+33612345678")
        page.click("button[value=ill]")
        page.wait_for_selector("#help-kept:not([hidden])")
        page.click("button[value=ill]")
        page.wait_for_selector("#help-kept:not([hidden])")
    assert requests_kept(club) == before
    page.goto(f"{club.address}/help?lang=en")
    page.wait_for_selector("#help-sent:not([hidden])")
    page.click("#help-sent a")
    assert page.locator("h1").inner_text() == "Request received"
    page.reload()
    page.wait_for_timeout(500)
    assert requests_kept(club) == before + 1
    context.close()


def words_added(club: RunningClub) -> int:
    """What taps said later, in the newest case."""
    with closing(sqlite3.connect(club.instance / "vipclub.db", timeout=10)) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM case_entry WHERE what = 'wrote' AND case_id ="
            " (SELECT max(id) FROM assistance_case)"
        ).fetchone()
    return int(count)


def test_what_is_corrected_on_the_open_page_arrives_too(browser: Any, club: RunningClub) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{club.address}/help?lang=en")
    before = requests_kept(club)
    with club.without_server():
        for number in ("+33612345678", "+33612345679"):
            page.fill("[name=phone]", number)
            page.click("button[value=ill]")
            page.wait_for_selector("#help-kept:not([hidden])")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#help-sent:not([hidden])")
    page.wait_for_function("localStorage.length === 0")
    assert (requests_kept(club), words_added(club)) == (before + 1, 1)
    page.fill("[name=phone]", "+33612345670")
    page.click("button[value=ill]")
    page.wait_for_url("**/help/*")
    assert (requests_kept(club), words_added(club)) == (before + 1, 2)
    page.go_back()
    page.wait_for_url("**/help?*")
    page.fill("[name=phone]", "+33612345671")
    page.click("button[value=accident]")
    page.wait_for_url("**/help/*")
    assert page.locator("h1").inner_text() == "Request received"
    context.close()


def test_a_request_that_is_refused_is_shown_and_stops_no_other(
    browser: Any, club: RunningClub
) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{club.address}/help?lang=en")
    before = requests_kept(club)
    page.route("**/help/ask", lambda route: route.abort())
    for number in ("+33612345678", "+33612345679"):
        page.fill("[name=phone]", number)
        page.click("button[value=ill]")
        page.wait_for_selector("#help-kept:not([hidden])")
    page.unroute("**/help/ask")
    page.route("**/help/ask", lambda route: route.fulfill(status=403), times=1)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#help-refused:not([hidden])")
    page.wait_for_selector("#help-sent:not([hidden])")
    assert requests_kept(club) == before + 1
    assert page.locator("#help-refused li").all_inner_texts() == ["+33612345678"]
    assert "call the hotline" in page.locator("#help-refused").inner_text()
    page.reload()
    page.wait_for_selector("#help-refused:not([hidden])")
    page.click("#help-refused button[value=again]")
    page.wait_for_selector("#help-sent:not([hidden])")
    page.wait_for_function("localStorage.length === 0")
    assert page.locator("#help-refused").is_hidden()
    assert (requests_kept(club), words_added(club)) == (before + 1, 1)
    page.route("**/help/ask", lambda route: route.fulfill(status=403), times=1)
    page.fill("[name=phone]", "+33612345670")
    page.click("button[value=ill]")
    page.wait_for_selector("#help-refused:not([hidden])")
    assert page.locator("#help-kept").is_hidden()
    page.click("#help-refused button[value=drop]")
    assert page.evaluate("localStorage.length") == 0
    context.close()


def test_with_a_line_one_tap_leads_to_what_comes_next(browser: Any, club: RunningClub) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{club.address}/help?lang=zh-Hant")
    before = requests_kept(club)
    page.click("button[value=lost]")
    page.wait_for_url("**/help/*")
    assert page.locator("main a[href^='tel:']").count() == 2
    assert requests_kept(club) == before + 1
    assert page.evaluate("localStorage.length") == 0
    context.close()


def test_a_phone_may_keep_the_club_on_its_first_screen(browser: Any, club: RunningClub) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{club.address}/sign-in?lang=en")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    tools = context.new_cdp_session(page)
    found = tools.send("Page.getAppManifest")
    assert found["url"] == f"{club.address}/manifest.webmanifest"
    assert found["errors"] == []
    refused = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # a context of its own is an incognito one for Chromium, which installs nothing there
    assert [one["errorId"] for one in refused if one["errorId"] != "in-incognito"] == []
    context.close()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_stands_before_the_club_says_that_it_is_gone(
    browser: Any, club: RunningClub, status: int
) -> None:
    class Gone(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

        def log_message(self, *_: Any) -> None: ...

    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{club.address}/sign-in?lang=en")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function(
        "caches.match('/offline/language', {cacheName: 'vipclub-offline'}).then((kept) => !!kept)"
    )
    with club.without_server():
        before = ThreadingHTTPServer(("127.0.0.1", int(club.address.rsplit(":", 1)[1])), Gone)
        Thread(target=before.serve_forever, daemon=True).start()
        page.goto(f"{club.address}/card?lang=en")
        assert page.locator("h1").inner_text() == "No connection"
        assert page.locator("[aria-labelledby=numbers] a[href^='tel:']").count() == 2
        before.shutdown()
        before.server_close()
    context.close()


OWN_KEPT = "caches.open('vipclub-own').then((kept) => kept.keys()).then((keys) => keys.length)"


def test_the_card_and_the_next_appointment_are_there_until_the_member_signs_out(
    browser: Any, club: RunningClub
) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    page = context.new_page()
    member = Visitor(page, club)
    member.sign_in("member")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(f"{club.address}/?lang=en")
    number = page.locator(".face-number").inner_text().split("\n")[-1]
    page.wait_for_function(
        "caches.match('/me/offline').then((kept) => kept?.text())"
        ".then((text) => /As of/.test(text))"
    )
    with club.without_server():
        page.goto(f"{club.address}/card?lang=en")
        assert page.locator("h1").inner_text() == "No connection"
        page.wait_for_selector("#own .member-card")
        assert number[-9:] in page.locator("#own .face-number").inner_text()
        assert page.locator("#own .qr svg").count() == 1
        assert "As of" in page.locator("#own").inner_text()
        member.no_sideways_scrolling()
    page.goto(f"{club.address}/me?lang=en")
    page.locator("form[action='/sign-out'] button").last.click()
    page.wait_for_url("**/sign-in*")
    page.wait_for_function(f"{OWN_KEPT}.then((count) => count === 0)")
    with club.without_server():
        page.goto(f"{club.address}/?lang=en")
        page.wait_for_timeout(300)
        assert page.locator("#own").inner_text() == ""
    context.close()
