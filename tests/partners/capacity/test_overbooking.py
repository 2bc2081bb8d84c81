"""Overbooking: one seat more in a full slot."""

from __future__ import annotations

import pytest

from tests.partners.capacity.wishes import actors_and_reasons, book_members, change
from tests.small_club import SmallClub
from vipclub import partners
from vipclub.core.db import Database
from vipclub.partners import Change


@pytest.mark.promise("P1")
@pytest.mark.pain(15)
def test_a_slot_is_overbooked_only_by_an_act_of_its_own_with_a_name_on_it(
    db: Database, club: SmallClub
) -> None:
    """One was overbooked elsewhere (department-of-veterans-affairs/va.gov-team#49635)."""
    slot = club.slots[0]
    with pytest.raises(partners.TimeNotFull):
        db.run(partners.overbook, club.he, slot=slot, reason="Mr Lin has no other day")
    book_members(db, club, slot, (0, 1))
    with pytest.raises(partners.TimeIsFull):
        change(db, club.he, Change(slot=slot, capacity=3))
    with pytest.raises(partners.ReasonNeeded):
        db.run(partners.overbook, club.he, slot=slot, reason="  ")
    hit = db.run(partners.overbook, club.he, slot=slot, reason="Mr Lin has no other day")
    assert (hit.was_capacity, hit.capacity, hit.people) == (2, 3, 2)
    assert actors_and_reasons(db, "capacity.overbook") == [
        (club.he.account_ref, "Mr Lin has no other day")
    ]
    with pytest.raises(partners.TimeNotFull):
        db.run(partners.overbook, club.he, slot=slot, reason="twice")
    book_members(db, club, slot, (2,))
