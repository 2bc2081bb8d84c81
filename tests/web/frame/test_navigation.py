"""The bar of each door: what a phone has at the thumb, and which entry a page stands under."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.signing_in import an_account, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.web.frame.doors import audience_of
from vipclub.web.frame.navigation import AT_THE_THUMB, NAVIGATION, present

BESIDE = {
    "desk.wall": "hangs alone on a wall, reached from the cases",
    "member.kept_offline": "a part of the page that a phone keeps",
    "admin.components_page": "for whoever builds pages",
    "partner.find": "asked for in the bar's own field",
    "member.me": "at the top of each page",
    "member.password": "reached from the member's own page",
    "member.notifications": "reached from the member's own page",
    "member.verify": "reached from the member's own page",
    "account.own": "at the top of each page",
    "account.password": "reached from the own account",
    "member.family": "reached from the member's own page",
}
"""Page -> why it stands under no entry of a bar."""


@pytest.fixture
def app(db: Database) -> Flask:
    an_account(db, "operations")
    return create_app(database=db)


@pytest.fixture
def gao(app: Flask) -> FlaskClient:
    """Of the operations."""
    return signed_in(app, "operations")


def bar(page: str) -> str:
    return page.split('<nav class="tabs')[1].split("</nav>")[0]


@pytest.mark.parametrize("role", list(NAVIGATION))
def test_every_page_of_a_door_stands_under_an_entry(app: Flask, role: str) -> None:
    entries = NAVIGATION[role]
    with app.test_request_context():
        addresses = [app.url_for(entry.page) for entry in entries]
    lost = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "__bearer__", False) or "GET" not in (rule.methods or set()):
            continue
        if role not in audience_of(view) or re.search(r"live(_\w+)?$", rule.endpoint):
            continue
        if rule.rule.endswith((".csv", ".ics")) or (rule.endpoint, role) == HOME_OF_ANOTHER:
            continue
        if present(entries, addresses, re.sub("<.*?>", "X", rule.rule)) is None:
            lost.add(rule.endpoint)
    assert lost <= set(BESIDE), "the bar would mark nothing"


HOME_OF_ANOTHER = ("admin.home", "policy")
"""A policy owner is sent on."""


def test_the_longest_address_is_the_present_one() -> None:
    policy = NAVIGATION["policy"]
    addresses = ["/admin/policy", "/admin/policy/try", "/admin/policy/benefits", "/b"]
    assert present(policy, addresses, "/admin/policy/try/R-1") == 1
    assert present(policy, addresses, "/admin/policy/versions/2") == 0
    assert present(policy, addresses, "/admin/policy-of-old") is None
    operations = NAVIGATION["operations"]
    assert present(operations, ["/operations/", *"abcdefgh"], "/operations/checks") == 8
    assert present(operations, ["/operations/", *"abcdefgh"], "/operations/elsewhere") is None


def test_more_than_a_phone_has_room_for_is_under_more(gao: FlaskClient) -> None:
    page = bar(gao.get("/operations/machinery?lang=en").text)
    first, rest = page.split('id="more-places"')
    assert first.count("<a ") == AT_THE_THUMB - 1
    assert first.count("<a ") + rest.count("<a ") == len(NAVIGATION["operations"])
    assert re.search(r'tab-more"[^>]*aria-current="true"', first)
    assert ": Machinery" in first, "who doesn't see it is told, too"
    assert re.search(r'aria-current="page"[^>]*>.*?<span>Machinery', rest, re.S)
    page = bar(gao.get("/operations/deliveries?lang=en").text)
    assert "aria-current" not in page.split("tab-more")[1].split(">")[0]


def test_a_company_stands_under_the_deliveries(gao: FlaskClient) -> None:
    page = bar(gao.get("/operations/companies?lang=en").text)
    assert re.findall(r'aria-current="page">.*?<span>([^<]*)', page, re.S) == ["Deliveries"]
