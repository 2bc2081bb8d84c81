"""A rule's no is told on the page that it came from; every other no has a page of its own."""

from __future__ import annotations

import pytest

from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.errors import Busy, Conflict, Forbidden, Malformed, NotFound, Refused
from vipclub.web.frame import shown


@pytest.mark.parametrize("rule", [Refused(), Conflict()])
def test_a_rules_no_ends_the_block_and_is_told(rule: Refused) -> None:
    with shown() as refusal:
        raise rule
    assert refusal.happened
    assert refusal.refused is rule
    assert refusal.status == rule.status


@pytest.mark.parametrize("other", [Malformed("x"), Forbidden(), NotFound(), Busy(), ValueError()])
def test_every_other_no_passes_through(other: Exception) -> None:
    with pytest.raises(type(other)), shown() as refusal:
        raise other
    assert not refusal.happened


def test_a_page_may_tell_further_ones() -> None:
    with shown(400) as refusal:
        raise Malformed("member")
    assert refusal.status == 400


def test_the_sentence_is_in_the_language_of_the_answer(db: Database) -> None:
    app = create_app(database=db)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        with shown() as refusal:
            raise Refused()
        assert refusal.said == "This is not possible."


def test_who_asks_for_a_no_that_never_came_is_told_of_the_fault() -> None:
    with shown() as refusal:
        pass
    assert not refusal.happened
    with pytest.raises(RuntimeError):
        _ = refusal.refused
