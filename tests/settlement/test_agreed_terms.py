"""A partner is read with its sites, offerings, hours, rules and prices, at one go."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from tests.cast import CLUB_ACTOR, wu
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings, partners, settlement
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden
from vipclub.partners import Hours
from vipclub.settlement import Price

WEEK = tuple(Hours(day, time(9), time(12), 60, 2) for day in range(1, 8))
MORNING = (Hours(1, time(9), time(10), 60, 1),)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


def test_a_partner_comes_with_all_that_is_settled_with_it(db: Database, club: SmallClub) -> None:
    today = clock.club_today()
    later = today + timedelta(days=20)
    for day, amount in ((today, 168_000), (later, 178_000)):
        db.run(
            settlement.set_price,
            CLUB_ACTOR,
            offering=club.offering,
            from_day=day,
            amount=amount,
            noshow_percent=50,
        )
    db.run(partners.change_week, CLUB_ACTOR, offering=club.offering, from_day=later, hours=MORNING)
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="jingcheng-hospital",
    )
    with db.read() as session, statements(exactly=4):
        mine, other = settlement.partner_terms(session, CLUB_ACTOR)
    assert (mine.ref, other.ref) == (club.partner, club.other_partner)
    (site,) = mine.sites
    (offering,) = site.offerings
    assert (site.city_code, site.time_zone, site.name) == ("310000", "Asia/Shanghai", ANY_NAME)
    assert (offering.ref, offering.service, offering.minutes) == (
        club.offering,
        "health-check",
        60,
    )
    assert offering.hours == WEEK
    assert offering.hours_on(later) == MORNING
    assert offering.price == Price(168_000, "CNY", 50, 0)
    assert offering.price_on(later) == Price(178_000, "CNY", 50, 0)
    assert offering.price_on(today - timedelta(days=1)) is None
    assert offering.policy == "jingcheng-hospital"
    (plain,) = other.sites[0].offerings
    assert (plain.policy, plain.price) == (None, None)


def test_one_partner_alone_can_be_read(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        (found,) = settlement.partner_terms(session, CLUB_ACTOR, partner=club.other_partner)
    assert found.ref == club.other_partner


def test_only_who_sees_accounts_reads_what_is_settled(db: Database, club: SmallClub) -> None:
    with db.read() as session, pytest.raises(Forbidden):
        settlement.partner_terms(session, wu())
