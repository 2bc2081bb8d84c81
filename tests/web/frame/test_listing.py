"""A list's address says how it is sorted and narrowed; a stranger's words in it are ignored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from vipclub.web.frame.listing import AskedOfList, Column, Filter, asked_of_list, listing

COLUMNS = (
    Column("name", "Name", sorts=True),
    Column("day", "Day", sorts=True, falls=True),
    Column("city", "City"),
)
FILTERS = (
    Filter("tier", "Tier", [("gold", "Gold")], "all"),
    Filter("city", "City", [("310000", "Shanghai")], "all"),
)


@pytest.fixture
def app() -> Flask:
    made = Flask("lists")
    made.add_url_rule("/book/<key>", "a_list", lambda key: key)
    return made


@pytest.fixture
def asked(app: Flask, request: pytest.FixtureRequest) -> Iterator[AskedOfList]:
    with app.test_request_context(f"/book/1?{request.param}", headers={"Accept-Language": "en"}):
        yield asked_of_list(
            sorts={"name", "day"}, filters={"tier": {"gold", "black"}, "city": None}, first="name"
        )


def asked_by(*queries: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asked", queries, indirect=True)


@asked_by("", "sort=city", "sort=--name", "sort=password&tier=emerald&role=admin&lang=en&city=++")
def test_what_no_list_knows_is_ignored(asked: AskedOfList) -> None:
    assert (asked.sort, asked.backwards, asked.filters) == ("name", False, {})
    assert asked.address() == "/book/1"


@asked_by("sort=-day&tier=gold&city=310000&after=abc")
def test_links_keep_what_was_chosen_and_begin_anew(asked: AskedOfList) -> None:
    table = listing(asked, COLUMNS, FILTERS, following="xyz")
    assert table.next_href == "/book/1?tier=gold&city=310000&sort=-day&after=xyz"
    assert table.start_href == "/book/1?tier=gold&city=310000&sort=-day"
    hrefs = {heading.key: heading.href for heading in table.headings}
    assert hrefs == {
        "name": "/book/1?tier=gold&city=310000",
        "day": "/book/1?tier=gold&city=310000&sort=day",
        "city": "",
    }
    assert [heading.sorted for heading in table.headings] == ["", "descending", ""]
    assert [(chip.text, chip.href) for chip in table.chips] == [
        ("Tier: Gold", "/book/1?city=310000&sort=-day"),
        ("City: Shanghai", "/book/1?tier=gold&sort=-day"),
    ]
    assert table.all_href == "/book/1?sort=-day"


@asked_by("")
def test_the_first_click_sorts_as_the_column_says(asked: AskedOfList) -> None:
    table = listing(asked, COLUMNS, following=None)
    assert [heading.href for heading in table.headings] == [
        "/book/1?sort=-name",
        "/book/1?sort=-day",
        "",
    ]
    assert (table.next_href, table.start_href) == ("", "")
    assert [code for code, _ in table.orders] == ["name", "-name", "-day", "day"]
    assert table.label("city") == "City"


@asked_by("city=%22%3E%3Cscript%3E&sort=day")
def test_a_stranger_s_text_stays_a_query(asked: AskedOfList) -> None:
    table = listing(asked, COLUMNS, FILTERS, following=None)
    (chip,) = table.chips
    assert chip.text == 'City: "><script>'
    assert table.start_href == ""
    assert asked.address() == "/book/1?city=%22%3E%3Cscript%3E&sort=day"
