"""The page of components: what is shown there does what it does on every page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.web.signing_in import csrf_token

PAGE = "/admin/components"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_it_shows_all_of_them_and_names_each_field_once(zhao: FlaskClient, language: str) -> None:
    page = zhao.get(f"{PAGE}?lang={language}").text
    for part in (
        'class="notice notice-refused error-summary"',
        "notice-undo",
        'class="confirmation confirmation-danger"',
        'class="table-wrap dense"',
        'class="find-main find-small"',
        "陳*芳" if language == "zh-Hant" else "Chan S* F*" if language == "en" else "陈*芳",
    ):
        assert part in page, part
    names = re.findall(r' id="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))


def test_its_list_is_sorted_and_narrowed(zhao: FlaskClient) -> None:
    page = zhao.get(f"{PAGE}?sort=-ends&tier=gold&lang=en").text
    assert 'aria-sort="descending"' in page
    table = page.split('class="table-wrap dense"')[1].split("</table>")[0]
    ends = re.findall(r'class="figures keep"><div>([^<]+)', table)
    assert ends == ["2027-03-31", "2026-12-31"]
    assert "Tier: Gold" in page
    assert "None of your members fits." in zhao.get(f"{PAGE}?tier=black&lang=en").text


def test_its_forms_show_the_notice_and_take_it_back(zhao: FlaskClient) -> None:
    token = csrf_token(zhao, PAGE)
    assert zhao.post(PAGE, data={"csrf_token": token}).status_code == 303
    first = zhao.get(PAGE).text
    assert first.count("notice-undo") == 2, "the example and the one that tells"
    assert zhao.post(PAGE, data={"csrf_token": token, "back": "1"}).status_code == 303
    assert zhao.get(PAGE).text.count("notice-undo") == 1
