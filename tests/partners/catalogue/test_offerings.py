"""Which services can be offered at a site."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from vipclub import partners
from vipclub.core.db import Database
from vipclub.partners import NotBookableByTime


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


def test_an_event_is_no_service_to_be_booked_by_time(db: Database, club: SmallClub) -> None:
    partner = db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    site = db.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=partner,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="310000",
    )
    with pytest.raises(NotBookableByTime):
        db.run(
            partners.create_offering,
            CLUB_ACTOR,
            site=site,
            service="wealth-salon",
            name=ANY_NAME,
            minutes=60,
        )
