"""Every page of every door in every language, light and dark, on the narrowest phone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from tests.browser.accessibility import CONTRAST, violations
from tests.browser.link_walk import BY_MAIL, FIRST_PAGE, Walk
from tests.browser.running_club import RunningClub
from tests.browser.visitor import visitor
from vipclub.app import create_app

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 700}
UNIQUE = {"landmark-unique": {"enabled": True}}
"""Who jumps from landmark to landmark tells them by their names."""
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
NOT_ALWAYS = {
    "desk.held": "a time is kept for ten minutes only",
    "manager.held": "a time is kept for ten minutes only",
    "desk.found": "a search leads there",
    "manager.found": "a search leads there",
    "desk.contact": "contacts are changed once the member is verified",
    "member.contact": "there when a contact is named",
    "member.held": "a time is kept for ten minutes only",
    "member.change": "there when a visit may be moved",
    "admin.home": "a policy owner is sent on to the policies",
}
"""Endpoint -> why the walk may not come by; each is opened by the tests of booking or searching."""


@pytest.fixture(scope="module")
def app() -> Flask:
    """For its map of addresses only."""
    made: Flask = create_app()
    return made


def wrong_with(page: Any, where: str) -> list[str]:
    """What keeps people out of the open page, in light and in dark."""
    found = []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        found.append(f"{where}: {wide} px too wide")
    page.emulate_media(color_scheme="light")
    light = violations(page, also=UNIQUE)
    page.emulate_media(color_scheme="dark")
    dark = violations(page, CONTRAST)
    for scheme, seen in (("light", light), ("dark", dark)):
        found += [f"{where} ({scheme}): {one['id']} at {one['nodes'][0]['target']}" for one in seen]
    return found


@pytest.mark.pain(20)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(FIRST_PAGE))
def test_nobody_is_kept_out_of_any_page(
    browser: Any, club: RunningClub, app: Flask, role: str, language: str
) -> None:
    """axe finds nothing against WCAG 2.2 AA, nothing scrolls sideways at 320 px, the page is in the
    language that was asked for, and links lead to every page of the door."""
    wrong = []
    with visitor(browser, club, NARROW, reduced_motion="reduce") as who:
        who.sign_in(role)
        walk = Walk(who.page, club, app, role, language)
        for _ in walk.pages():
            where = f"{who.page.url}"
            if who.page.get_attribute("html", "lang") != language:
                wrong.append(f"{where}: not in {language}")
            wrong += wrong_with(who.page, where)
    missed = walk.wanted - walk.seen - set(NOT_ALWAYS) - set(BY_MAIL)
    assert wrong == []
    assert missed == set(), f"no link leads {role} to these pages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_kept_out_before_signing_in(
    browser: Any, club: RunningClub, language: str
) -> None:
    wrong = []
    with visitor(browser, club, NARROW, reduced_motion="reduce") as who:
        for path in ("/sign-in", "/reset", "/help"):
            who.page.goto(f"{club.address}{path}?lang={language}")
            wrong += wrong_with(who.page, path)
            assert who.page.locator("a[href^='tel:']").count() > 0, f"no hotline on {path}"
    assert wrong == []


OVERLAPPING = """bar => {
    const found = [...document.querySelectorAll(bar)].map(each => each.getBoundingClientRect())
        .filter(each => each.width);
    return found.slice(1).filter((each, at) => each.left < found[at].right - 1).length;
}"""
"""Of those beside each other, how many begin before the one in front ends."""


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_a_long_name_leaves_room_for_what_stands_beside_it(
    browser: Any, club: RunningClub, width: int
) -> None:
    for role in ("", "admin", "member"):
        with visitor(browser, club, {"width": width, "height": 700}) as who:
            if role:
                who.sign_in(role)
            else:
                who.page.goto(f"{club.address}/sign-in?lang=en")
            who.page.evaluate(
                """() => {
                    for (const each of document.querySelectorAll(".brand span, .who > span"))
                        each.textContent = "Harbourfront & Jade Mountain Private Members Club";
                }"""
            )
            who.no_sideways_scrolling()
            beside = ".top-inner > :not(.tabs)"
            if role and width == 1280:
                beside = ".brand, .top-inner > :not(.brand)"
            assert who.page.evaluate(OVERLAPPING, beside) == 0, role


@pytest.mark.parametrize("width", [320, 375, 865, 1280])
@pytest.mark.parametrize("role", list(FIRST_PAGE))
def test_the_bar_of_a_door_has_room_for_its_words(
    browser: Any, club: RunningClub, role: str, width: int
) -> None:
    """Without script, too: at most five at the thumb, and the rest a tap away."""
    with visitor(browser, club, {"width": width, "height": 700}, java_script_enabled=False) as who:
        who.sign_in(role)
        for language in LANGUAGES:
            who.page.goto(f"{club.address}{FIRST_PAGE[role]}?lang={language}")
            who.no_sideways_scrolling()
            shown = who.page.locator(".tabs .tab:visible")
            boxes = [one.bounding_box() for one in shown.all()]
            words = [
                one.bounding_box()
                for one in shown.locator("span:visible:not(.count, .unseen)").all()
            ]
            for one, after in pairwise(boxes):
                assert one["x"] + one["width"] <= after["x"] + 1
            for one, after in pairwise(words):
                assert one["x"] + one["width"] <= after["x"], (language, one, after)
            assert all(one["height"] >= 44 and one["width"] >= 44 for one in boxes)
            assert boxes[-1]["x"] + boxes[-1]["width"] <= width
            if width > 860:
                assert who.page.locator(".tab-more:visible").count() == 0, "all is shown"
                assert shown.count() == who.page.locator(".tabs .tab:not(.tab-more)").count()
                continue
            assert len(boxes) <= 5
            if who.page.locator(".tab-more").count():
                who.page.click(".tab-more")
                rest = who.page.locator(".tabs-rest .tab")
                assert all(one.bounding_box()["height"] >= 44 for one in rest.all())
                rest.last.click()
                assert who.page.locator(".tab-more[aria-current]").count() == 1
                assert who.page.locator(".tabs-rest [aria-current=page]").count() == 1


@pytest.mark.parametrize("width", [320, 390, 860, 1000])
@pytest.mark.parametrize("role", ["desk", "manager", "partner", "member"])
def test_text_of_twice_its_size_fits_a_first_page(
    browser: Any, club: RunningClub, role: str, width: int
) -> None:
    """Long words break or take a line of their own; the field to search with is no wider."""
    with visitor(browser, club, {"width": width, "height": 700}) as who:
        who.sign_in(role)
        for language in LANGUAGES:
            who.page.goto(f"{club.address}{FIRST_PAGE[role]}?lang={language}")
            who.page.evaluate("document.documentElement.style.fontSize = '200%'")
            who.no_sideways_scrolling()


@pytest.mark.parametrize("role", list(FIRST_PAGE))
def test_text_of_twice_its_size_fits_a_pc(browser: Any, club: RunningClub, role: str) -> None:
    """The letters alone are larger, the window stays: the bar takes a second row."""
    with visitor(browser, club, {"width": 1280, "height": 800}) as who:
        who.sign_in(role)
        for path in (FIRST_PAGE[role], *(("/desk/wall", "/desk/duty") if role == "desk" else ())):
            for language in LANGUAGES:
                who.page.goto(f"{club.address}{path}?lang={language}")
                who.page.evaluate("document.documentElement.style.fontSize = '200%'")
                who.no_sideways_scrolling()


def test_the_check_bites(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, NARROW) as who:
        who.page.goto(f"{club.address}/sign-in?lang=en")
        who.page.evaluate(
            """() => {
                const bad = document.createElement("input");
                bad.style.width = "900px";
                document.querySelector("main").append(bad);
            }"""
        )
        found = wrong_with(who.page, "here")
    assert any("too wide" in one for one in found)
    assert any("label" in one for one in found)
