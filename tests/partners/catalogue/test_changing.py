"""What the administrator makes in the catalogue can be changed, closed and offered again; whoever
has an appointment keeps it."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.cast import CLUB_ACTOR, gao, wu
from tests.partners.capacity.wishes import change as change_capacity
from tests.partners.capacity.wishes import slots_between, soon
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from vipclub import accounts, bookings, partners
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import Localized, new_ref
from vipclub.partners import (
    Change,
    HoursNotAccepted,
    KeyNotAccepted,
    KeyStays,
    KeyTaken,
    OfferingNotAccepted,
    SiteOpened,
    UnknownRegion,
    UnknownTimeZone,
)

OTHER_NAME = Localized("云岚体检", "雲嵐體檢", "Yunlan Check")
ADMIN = Actor(
    kind="admin", account_ref="U-zhao", permissions=accounts.permissions_of("admin"), channel="web"
)
"""Zhao, as a sign-in gives her."""
A_SITE = {
    "name": ANY_NAME,
    "address": ANY_NAME,
    "city_code": "310000",
    "time_zone": "Asia/Shanghai",
    "region": "CN",
}


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=2)


def the_trail(db: Database, action: str) -> list[tuple[Any, Any]]:
    """What stood before and after, of each change of a kind."""
    with db.read() as session:
        rows = session.execute(
            select(AuditRow.before, AuditRow.after).where(AuditRow.action == action)
        )
        return [tuple(json.loads(text) if text else None for text in row) for row in rows]


def audit_rows(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def site_of(db: Database, offering: str) -> str:
    with db.read() as session:
        return partners.find_offering(session, CLUB_ACTOR, offering).site


def a_site(db: Database, **differing: str) -> str:
    """A new site without any slot."""
    partner = db.run(partners.create_partner, ADMIN, name=ANY_NAME)
    return str(db.run(partners.create_site, ADMIN, partner=partner, **(A_SITE | differing)))


def change(db: Database, club: SmallClub, **differing: object) -> bool:
    wanted: dict[str, object] = {
        "name": ANY_NAME,
        "preparation": None,
        "minutes": 60,
        "department": None,
        "on_holidays": True,
    }
    changed: bool = db.run(
        partners.change_offering, ADMIN, offering=club.offering, **(wanted | differing)
    )
    return changed


def times_on(db: Database, club: SmallClub, day: date) -> dict[time, tuple[int, bool]]:
    """A day's slots: when on the wall, how many minutes, and whether they can be booked."""
    return {
        slot.start.time(): (int((slot.end - slot.start).total_seconds() // 60), slot.open)
        for slot in slots_between(db, club, day)
    }


def test_a_partner_gets_another_name_and_the_trail_says_both(db: Database, club: SmallClub) -> None:
    assert db.run(partners.change_partner, ADMIN, partner=club.partner, name=OTHER_NAME)
    with db.read() as session:
        names = {row.ref: row.name for row in partners.all_partners(session, ADMIN)}
    assert names == {club.partner: OTHER_NAME, club.other_partner: ANY_NAME}
    assert the_trail(db, "partner.change") == [
        ({"name": ANY_NAME.to_json()}, {"name": OTHER_NAME.to_json()})
    ]


def test_what_is_so_already_is_not_written_again(db: Database, club: SmallClub) -> None:
    site = site_of(db, club.offering)
    before = audit_rows(db)
    assert not db.run(partners.change_partner, ADMIN, partner=club.partner, name=ANY_NAME)
    assert not db.run(partners.change_site, ADMIN, site=site, **A_SITE)
    assert not change(db, club)
    assert not db.run(partners.reopen_offering, ADMIN, offering=club.offering)
    assert audit_rows(db) == before


def test_only_the_administrator_changes_the_catalogue(db: Database, club: SmallClub) -> None:
    for somebody in (gao(), wu(), club.he, club.lin):
        with pytest.raises(Forbidden):
            db.run(partners.change_partner, somebody, partner=club.partner, name=OTHER_NAME)
        with pytest.raises(Forbidden):
            db.run(partners.close_offering, somebody, offering=club.offering)
        with pytest.raises(Forbidden):
            db.run(partners.give_key, somebody, ref=club.partner, key="yunlan")
    with pytest.raises(NotFound):
        db.run(partners.change_partner, ADMIN, partner=new_ref("P"), name=OTHER_NAME)


def test_the_clock_of_a_site_changes_only_before_its_first_time(
    db: Database, club: SmallClub
) -> None:
    fresh = a_site(db)
    there = A_SITE | {"time_zone": "Europe/London", "region": "GB"}
    assert db.run(partners.change_site, ADMIN, site=fresh, **there)
    assert the_trail(db, "site.change") == [
        (
            {"time_zone": "Asia/Shanghai", "region": "CN"},
            {"time_zone": "Europe/London", "region": "GB"},
        )
    ]
    used = site_of(db, club.offering)
    for name, value in (("time_zone", "Asia/Hong_Kong"), ("region", "HK")):
        with pytest.raises(SiteOpened):
            db.run(partners.change_site, ADMIN, site=used, **(A_SITE | {name: value}))
    assert db.run(partners.change_site, ADMIN, site=used, **(A_SITE | {"address": OTHER_NAME}))


def test_a_zone_or_a_calendar_that_nobody_knows_is_refused(db: Database, club: SmallClub) -> None:
    fresh = a_site(db)
    with pytest.raises(UnknownTimeZone):
        db.run(partners.change_site, ADMIN, site=fresh, **(A_SITE | {"time_zone": "Asia/Peking"}))
    with pytest.raises(UnknownRegion):
        db.run(partners.change_site, ADMIN, site=fresh, **(A_SITE | {"region": "QQ"}))
    with pytest.raises(UnknownRegion):
        a_site(db, region="QQ")


def test_a_longer_visit_counts_for_all_times_that_nobody_has(db: Database, club: SmallClub) -> None:
    """Hours from 09:00 to 12:00: a visit of 90 minutes doesn't fit at 11:00 any more."""
    kept = next(slot for slot in slots_between(db, club, soon()) if slot.start.hour == 11)
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=kept.slot,
    )
    assert change(db, club, minutes=90, name=OTHER_NAME)
    assert times_on(db, club, soon()) == {
        time(9): (90, True),
        time(10): (90, True),
        time(11): (60, False),
    }
    with db.read() as session:
        appointment = bookings.appointment(session, club.lin, str(made.appointment))
    assert (appointment.start, appointment.end) == (kept.start, kept.end)
    assert change(db, club, name=OTHER_NAME)
    assert times_on(db, club, soon()) == {
        time(9): (60, True),
        time(10): (60, True),
        time(11): (60, True),
    }


def test_a_visit_longer_than_the_hours_is_refused(db: Database, club: SmallClub) -> None:
    with pytest.raises(HoursNotAccepted):
        change(db, club, minutes=200)
    with pytest.raises(OfferingNotAccepted):
        change(db, club, minutes=4)
    with pytest.raises(OfferingNotAccepted):
        change(db, club, department="c" * 41)
    assert times_on(db, club, soon())[time(9)] == (60, True)


def test_a_time_that_the_partner_closed_stays_closed_through_all_changes(
    db: Database, club: SmallClub
) -> None:
    closed = next(slot for slot in slots_between(db, club, soon()) if slot.start.hour == 11)
    change_capacity(db, club.he, Change(slot=closed.slot, open=False))
    change_capacity(db, club.he, Change(offering=club.offering, day=soon(7), capacity=0))
    change(db, club, minutes=90)
    change(db, club, minutes=60)
    db.run(partners.close_offering, ADMIN, offering=club.offering)
    db.run(partners.reopen_offering, ADMIN, offering=club.offering)
    assert not times_on(db, club, soon())[time(11)][1]
    assert times_on(db, club, soon())[time(9)] == (60, True)
    assert not any(is_open for _, is_open in times_on(db, club, soon(7)).values())


def test_nobody_books_a_closed_offering_and_the_appointment_stands(
    db: Database, club: SmallClub
) -> None:
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
    )
    assert db.run(partners.close_offering, ADMIN, offering=club.offering)
    assert not db.run(partners.close_offering, ADMIN, offering=club.offering)
    for slot in club.slots[:2]:
        with pytest.raises(NotFound):
            db.run(
                bookings.book,
                club.chen,
                member=club.members[1],
                offering=club.offering,
                slot=slot,
            )
    db.run(bookings.confirm, club.he, appointment=str(made.appointment))
    with db.read() as session:
        appointment = bookings.appointment(session, club.lin, str(made.appointment))
        assert appointment.status == "booked"
        assert not bookings.list_closures(session, club.he)
    db.run(bookings.cancel, club.lin, appointment=str(made.appointment))
    assert the_trail(db, "offering.close") == [({"active": True}, {"active": False})]


def test_an_offering_that_opens_again_has_its_times_again(db: Database, club: SmallClub) -> None:
    before = times_on(db, club, soon())
    db.run(partners.close_offering, ADMIN, offering=club.offering)
    assert {is_open for _, is_open in times_on(db, club, soon()).values()} == {False}
    assert db.run(partners.reopen_offering, ADMIN, offering=club.offering)
    assert times_on(db, club, soon()) == before
    assert times_on(db, club, soon() + timedelta(days=100)) == before
    db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
    )


def test_a_key_is_given_once_and_to_one_alone(db: Database, club: SmallClub) -> None:
    assert db.run(partners.give_key, ADMIN, ref=club.partner, key="yunlan")
    assert not db.run(partners.give_key, ADMIN, ref=club.partner, key="yunlan")
    with pytest.raises(KeyStays):
        db.run(partners.give_key, ADMIN, ref=club.partner, key="yunlan-2")
    with pytest.raises(KeyTaken):
        db.run(partners.give_key, ADMIN, ref=club.other_partner, key="yunlan")
    with pytest.raises(KeyTaken):
        db.run(partners.create_partner, ADMIN, name=ANY_NAME, key="yunlan")
    assert db.run(partners.give_key, ADMIN, ref=club.offering, key="yunlan")
    assert the_trail(db, "partner.key") == [(None, {"key": "yunlan"})]


@pytest.mark.parametrize("key", ["", "a" * 41, "yun lan", "云岚", "yunlan_1", "yunlan\n"])
def test_what_is_no_key_is_refused(db: Database, club: SmallClub, key: str) -> None:
    with pytest.raises(KeyNotAccepted):
        db.run(partners.create_partner, ADMIN, name=ANY_NAME, key=key)
