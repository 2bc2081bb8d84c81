"""Seats are taken and given back, and never oversold."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.small_club import SmallClub
from vipclub import partners
from vipclub.core.db import Database
from vipclub.partners import Slot


@pytest.mark.promise("P1")
def test_a_seat_is_taken_while_there_is_one_and_given_back_once(
    db: Database, club: SmallClub
) -> None:
    with db.read() as session:
        slot = session.scalar(select(Slot.id).where(Slot.public_ref == club.slots[0]))
    took = [db.run(partners.take_seat, slot) for _ in range(3)]
    gave = [db.run(partners.give_back_seat, slot) for _ in range(3)]
    assert took == [True, True, False]
    assert gave == [True, True, False]


@pytest.mark.promise("P1")
def test_the_database_itself_refuses_to_oversell(db: Database, club: SmallClub) -> None:
    """One was overbooked elsewhere (department-of-veterans-affairs/va.gov-team#49635)."""
    for column in ("taken", "reserved"):
        statement = text(f"UPDATE slot SET {column} = capacity + 1 WHERE public_ref = :ref")
        with pytest.raises(IntegrityError):
            db.run(lambda s, q=statement: s.execute(q, {"ref": club.slots[0]}))
