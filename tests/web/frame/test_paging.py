"""A list's other pages keep its filters, and nothing that an address smuggles in."""

from __future__ import annotations

from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.web.frame.paging import list_address


def test_filters_stay_and_the_place_changes(db: Database) -> None:
    app = create_app(database=db)
    with app.test_request_context("/admin/people?role=desk&state=&after=U-1&lang=en&find=林"):
        assert list_address("admin.people", after="U-2") == (
            "/admin/people?role=desk&after=U-2&find=%E6%9E%97"
        )
        assert list_address("admin.people", after=None) == (
            "/admin/people?role=desk&find=%E6%9E%97"
        )
    with app.test_request_context("/admin/people?after=U-1"):
        assert list_address("admin.people", after=None) == "/admin/people"


def test_words_that_steer_an_address_are_only_words(db: Database) -> None:
    app = create_app(database=db)
    smuggled = "_external=1&_scheme=javascript&_anchor=x&endpoint=desk.home&_method=POST"
    with app.test_request_context(f"/admin/people?{smuggled}"):
        assert list_address("admin.people", after="U-2") == f"/admin/people?{smuggled}&after=U-2"
