"""What the components do in a browser: the focus of a refused form, a list without columns, a
question that opens in the page, a notice that takes back."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.browser.accessibility import violations
from tests.browser.running_club import RunningClub
from tests.browser.visitor import DESK, PHONE, visitor

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 700}
FOCUSED = "document.activeElement.id || document.activeElement.className"
COLUMNS_LEFT = """() => [...document.querySelectorAll(".dense tbody tr")].slice(0, 5).map(
    row => [...row.children].map(cell => cell.getBoundingClientRect()).filter(box => box.width)
        .map(box => Math.round(box.left)))"""
LABELS = """() => [...document.querySelectorAll(".dense tbody tr:first-child td:not(:empty)")].map(
    cell => getComputedStyle(cell, "::before").content)"""


@pytest.mark.parametrize("script", [True, False])
def test_a_refused_form_is_seen_and_leads_to_its_field(
    browser: Any, club: RunningClub, script: bool
) -> None:
    with visitor(browser, club, PHONE, java_script_enabled=script) as member:
        page = member.page
        member.sign_in("member")
        page.goto(f"{club.address}/family?lang=en")
        member.tap(page.locator("form[action='/family'] button[type=submit]"))
        assert page.title().startswith("Error: My family")
        summary = page.locator(".error-summary")
        assert summary.is_visible()
        assert summary.bounding_box()["y"] < PHONE["height"] / 2, "above the fold"
        if script:
            assert page.evaluate(FOCUSED) == "errors"
            assert violations(page) == []
        summary.locator("a[href='#name']").click()
        field = page.locator("#name")
        assert field.evaluate("each => each === document.activeElement")
        label = page.locator("label[for=name]").bounding_box()
        bar = page.locator(".top").bounding_box()
        assert label["y"] >= bar["y"] + bar["height"], "the question is seen with its field"
        member.trouble.clear()  # that the page answers 422 is what is wanted


def test_a_dense_list_says_what_each_cell_is_where_there_are_no_columns(
    browser: Any, club: RunningClub
) -> None:
    with visitor(browser, club, NARROW, reduced_motion="reduce") as manager:
        page = manager.page
        manager.sign_in("manager")
        page.goto(f"{club.address}/manager/members?lang=en")
        manager.no_sideways_scrolling()
        assert all(len(set(lefts)) == 1 for lefts in page.evaluate(COLUMNS_LEFT)), (
            "one below another"
        )
        labels = page.evaluate(LABELS)
        assert labels[0].startswith('"Tier"')
        assert labels[-1].startswith('"Valid to"')
        assert page.locator(".dense table").get_attribute("role") == "table"
        page.click(".tools .more summary")
        page.select_option("select[name=sort]", "-name")
        page.click(".filters button")
        assert "sort=-name" in page.url, "it is sorted without its headings, too"
        assert violations(page) == []


def test_a_dense_list_has_rows_for_a_mouse_and_heads_that_stay(
    browser: Any, club: RunningClub
) -> None:
    with visitor(browser, club, {"width": 1440, "height": 900}) as manager:
        page = manager.page
        manager.sign_in("manager")
        page.goto(f"{club.address}/manager/members?lang=zh-Hans")
        rows = [each.bounding_box() for each in page.locator(".dense tbody tr").all()]
        assert sum(each["height"] for each in rows) / len(rows) <= 42
        assert sum(each["y"] + each["height"] <= 900 for each in rows) >= 12
        page.evaluate("scrollTo(0, 600)")
        assert page.evaluate("scrollY") > 100
        head, bar = (page.locator(each).first.bounding_box() for each in (".dense th", ".top"))
        assert abs(head["y"] - (bar["y"] + bar["height"])) <= 2
        page.locator("th a.sort").last.click()
        page.wait_for_load_state()
        assert page.locator("th[aria-sort=ascending]").count() == 1


@pytest.mark.parametrize(("role", "start"), [("desk", "/desk/"), ("manager", "/manager/members")])
def test_back_reload_and_another_language_find_a_search_again(
    browser: Any, club: RunningClub, role: str, start: str
) -> None:
    with visitor(browser, club, NARROW, reduced_motion="reduce") as staff:
        page = staff.page
        staff.sign_in(role)
        page.goto(f"{club.address}{start}?lang=zh-Hans")
        names = page.locator(".dense .name").all_inner_texts()
        (surname, _), *_ = Counter(name[0] for name in names or "王").most_common(1)
        page.fill("#who", surname)
        page.press("#who", "Enter")
        page.wait_for_load_state()
        found = page.url
        assert f"/{role}/find/" in found
        listed = page.locator("[data-row]").count()
        assert listed > 1
        staff.no_sideways_scrolling()
        assert violations(page) == []
        page.locator("[data-open]").first.click()
        page.wait_for_load_state()
        assert "/members/M-" in page.url
        page.go_back()
        assert page.url == found
        page.reload()
        page.locator(".languages a").nth(1).click()
        page.wait_for_load_state()
        assert page.get_attribute("html", "lang") == "zh-Hant"
        assert page.locator("[data-row]").count() == listed
        assert page.input_value("#who") == surname


def test_a_question_takes_the_focus_and_gives_it_back(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, DESK) as admin:
        page = admin.page
        admin.sign_in("admin")
        page.goto(f"{club.address}/admin/components?lang=en")
        opener = page.locator(".confirmation-fold > summary")
        opener.focus()
        page.keyboard.press("Enter")
        page.locator(".confirmation-fold .confirmation:focus").wait_for()
        page.keyboard.press("Escape")
        assert opener.evaluate("each => each === document.activeElement")
        assert page.locator(".confirmation-fold[open]").count() == 0
        opener.click()
        page.locator(".confirmation-fold a[data-close]").click()
        assert page.locator(".confirmation-fold[open]").count() == 0
        assert page.url.endswith("/admin/components?lang=en")


def test_a_notice_takes_back_and_can_be_dismissed(browser: Any, club: RunningClub) -> None:
    with visitor(browser, club, PHONE) as admin:
        page = admin.page
        admin.sign_in("admin")
        page.goto(f"{club.address}/admin/components?lang=en")
        page.locator(".find-small button").click()
        page.wait_for_load_state()
        notice = page.locator(".notices .notice-undo")
        assert notice.bounding_box()["height"] < 80, "one line beside its button"
        notice.locator("button").click()
        page.wait_for_load_state()
        assert page.locator(".notices .notice-undo").count() == 0
        page.locator(".find-small button").click()
        page.wait_for_load_state()
        page.locator(".notices a[data-dismiss]").click()
        assert page.locator(".notices .notice-undo").count() == 0
        assert page.evaluate(FOCUSED) == "main"
