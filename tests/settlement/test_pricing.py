"""The contract's prices: set by operations, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.settlement.club_with_visits import PRICE, ClubWithVisits
from vipclub import settlement
from vipclub.core import clock
from vipclub.core.errors import Forbidden
from vipclub.settlement import PriceCounted, PriceKnown, PriceNotAccepted


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


def test_a_day_that_is_over_keeps_the_price_that_its_visits_were_charged_with(
    season: ClubWithVisits,
) -> None:
    today = clock.club_today()
    season.price()
    yesterday = today - timedelta(days=1)
    with pytest.raises(PriceCounted) as refused:
        season.price(1, from_day=yesterday)
    assert refused.value.data == {"from_day": yesterday}
    season.visited(0, 0)
    (line,) = season.month().lines
    assert line.amount is not None
    assert line.amount.amount == PRICE
    season.price(1, from_day=today)


def test_a_day_that_is_over_and_had_no_price_may_have_one(season: ClubWithVisits) -> None:
    today = clock.club_today()
    season.price(from_day=today)
    season.price(1, from_day=today - timedelta(days=9))
