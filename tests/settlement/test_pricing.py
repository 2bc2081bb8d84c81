"""The contract's prices: set by operations, once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.settlement.club_with_visits import ClubWithVisits
from vipclub import settlement
from vipclub.core.errors import Forbidden
from vipclub.settlement import PriceKnown, PriceNotAccepted


def test_only_operations_record_prices_and_none_twice(season: ClubWithVisits) -> None:
    with pytest.raises(Forbidden):
        season.db.run(
            settlement.set_price,
            season.club.he,
            offering=season.club.offering,
            from_day=date(2026, 1, 1),
            amount=1,
        )
    season.price()
    with pytest.raises(PriceKnown):
        season.price(1)
    for odd in ({"amount": -1}, {"noshow_percent": 101}, {"late_percent": -1}, {"currency": "¥"}):
        with pytest.raises(PriceNotAccepted):
            season.price(**{"amount": 1, "from_day": date(2021, 1, 1), **odd})
