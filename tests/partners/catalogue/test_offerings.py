"""Which services can be offered at a site."""

from __future__ import annotations

import pytest

from tests.cast import TEXT, Thread, a_thread
from vipclub import partners
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.partners import NotBookableByTime

CLUB = Actor.system("tests")


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db, members=1)


def test_an_event_is_no_service_to_be_booked_by_time(db: Database, thread: Thread) -> None:
    partner = db.run(partners.create_partner, CLUB, name=TEXT)
    site = db.run(
        partners.create_site, CLUB, partner=partner, name=TEXT, address=TEXT, city_code="310000"
    )
    with pytest.raises(NotBookableByTime):
        db.run(
            partners.create_offering,
            CLUB,
            site=site,
            service="wealth-salon",
            name=TEXT,
            minutes=60,
        )
