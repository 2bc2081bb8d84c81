"""Every page of every role, reached along the links, in at most six statements
(docs/decisions.md 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.browser.link_walk import FIRST_PAGE, endpoint_of
from tests.season import a_season
from tests.statements import statements
from tests.web.signing_in import an_account, signed_in
from vipclub.accounts import ROLES
from vipclub.app import create_app
from vipclub.core.db import Database

MOST_PAGES = 400
MOST = {
    "operations.home": 7,
    "desk.show": 9,
    "manager.show": 8,
    "desk.triage": 7,
    "desk.one_handover": 7,
    "desk.case": 11,
}
"""A member's file, the questions of a case, a handover: six that read, and the record of the
viewing before anything is shown; a case with all that is done in it."""


@pytest.fixture
def house(db: Database) -> Flask:
    club = a_season(db).club
    scopes = {"member": [("person", club.members[0])], "partner": [("partner", club.partner)]}
    for role in ROLES:
        an_account(db, role, scopes=scopes.get(role))
    return create_app(database=db)


def walk(client: FlaskClient, app: Flask, role: str) -> Iterator[tuple[str, str]]:
    waiting, seen, opened = [FIRST_PAGE[role]], set(), set()
    for address in waiting:
        endpoint = endpoint_of(app, urlsplit(address).path)
        if endpoint is None or address in opened or len(opened) == MOST_PAGES:
            continue
        opened.add(address)
        answer = client.get(address)
        if answer.status_code != 200 or "text/html" not in answer.content_type:
            continue
        for link in re.findall(r'<a [^>]*href="([^"]+)"', answer.text):
            found = urljoin(address, unescape(link)).split("#")[0]
            if found.startswith("/") and found not in opened:
                waiting.append(found)
        if endpoint not in seen:
            seen.add(endpoint)
            yield endpoint, address


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_page_needs_few_statements(house: Flask, role: str) -> None:
    client = signed_in(house, role)
    many = {}
    for endpoint, address in walk(client, house, role):
        client.get(address)
        with statements() as counted:
            client.get(address)
        if len(counted) > MOST.get(endpoint, 6):
            many[endpoint] = f"{len(counted)} at {address}:\n{counted}"
    assert not many, "\n".join(many.values())
