"""Before what isn't taken back by a click: what will happen, who is told, what comes back, one
button and one way back."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.small_club import SmallClub, a_small_club
from tests.web.member.phone import a_request
from tests.web.signing_in import a_client
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def panel(page: str, label: str) -> str:
    """A question of the page, with all that belongs to it."""
    found = re.search(
        rf'<div class="confirmation[^>]*role="group" aria-label="{label}".*?</form>',
        page,
        re.DOTALL,
    )
    assert found, f"nothing asks: {label}"
    return found[0]


def asks(page: str, label: str, back: str) -> str:
    """One button that does it, one way back."""
    found = panel(page, label)
    assert found.count("<button ") == 1
    assert re.findall(r'<a class="button button-plain[^"]*" href="([^"]+)"', found) == [back]
    assert 'tabindex="-1"' in found
    assert 'name="csrf_token"' in found
    return found


def test_a_member_is_told_what_cancelling_does(db: Database, club: SmallClub) -> None:
    ref = a_request(db, club)
    phone: FlaskClient = a_client(db, "member", ("person", club.members[0]))
    page = phone.get(f"/appointments/{ref}?lang=en").text
    found = asks(page, "Cancel this appointment", f"/appointments/{ref}")
    assert "button-danger" in found
    assert "<dt>Notice</dt><dd>You get a letter, and the partner sees it at once." in found
    assert "<dt>Return</dt><dd>Cancelling is free" in found
    assert '<details class="confirmation-fold">' in page, "it opens without script"


def test_what_was_booked_by_mistake_says_who_is_told_and_what_comes_back(
    db: Database, club: SmallClub
) -> None:
    ref = a_request(db, club)
    gao = a_client(db, "operations")
    page = gao.get(f"/operations/bookings/{ref}?lang=en").text
    found = asks(page, "Entered by mistake", f"/operations/bookings/{ref}")
    assert "It can&#39;t be undone." in found or "It can't be undone." in found
    assert "The member and the partner are told." in found
    assert "allowance come back." in found
    assert found.count('name="reason"') == 1, "the field that the page adds"
