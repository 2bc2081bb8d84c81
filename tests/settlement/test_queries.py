"""What partners see of their money."""

from __future__ import annotations

import pytest

from tests.settlement.club_with_visits import PRICE, ClubWithVisits
from vipclub import settlement
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import Money


def test_a_partner_sees_its_own_lines_only(season: ClubWithVisits) -> None:
    season.price()
    season.visited()
    for actor in (season.club.stranger, season.club.lin):
        with pytest.raises((NotFound, Forbidden)):
            season.month(actor=actor)
    with season.db.read() as session:
        others = settlement.total_of_month(session, season.club.stranger, month=season.day())
        own = settlement.total_of_month(session, season.club.he, month=season.day())
    assert others == (0, [])
    assert own == (1, [Money(PRICE, "CNY")])
