"""A club in another zone counts its days by its own wall: terms, benefit years, files, visits and
what its pages call today. Not by Shanghai's, not by UTC's, not by a site's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from jobs import rate_members
from jobs.scheduler import run_now
from tests.cast import CLUB_ACTOR
from tests.club_zone import club_in
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.people.feeds.sending_files import LIN_ROW, Group
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from tests.web.signing_in import an_account, signed_in
from vipclub import benefits, bookings, membership, partners
from vipclub.app import create_app
from vipclub.bookings import NotEligible
from vipclub.core import clock, timetable
from vipclub.core.db import Database
from vipclub.core.i18n import Language, format_date
from vipclub.membership import Membership
from vipclub.people import Delivery, Person
from vipclub.people.feeds.refusals import FileOfTomorrow
from vipclub.settings import Settings

DAY = timedelta(days=1)


@dataclass(frozen=True)
class ClubElsewhere:
    """A club at a moment whose day on its wall is another one in UTC or in Shanghai."""

    zone: str
    moment: datetime
    today: date

    @property
    def settings(self) -> Settings:
        return Settings.load(time_zone=self.zone)


CLUBS = (
    ClubElsewhere("Asia/Hong_Kong", datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
    ClubElsewhere("Europe/London", datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2026, 12, 31)),
    ClubElsewhere("Europe/London", datetime(2026, 7, 14, 23, 30, tzinfo=UTC), date(2026, 7, 15)),
    ClubElsewhere("Pacific/Auckland", datetime(2026, 12, 31, 11, 30, tzinfo=UTC), date(2027, 1, 1)),
)


@pytest.fixture(params=CLUBS, ids=lambda elsewhere: f"{elsewhere.zone}-{elsewhere.today}")
def elsewhere(request: pytest.FixtureRequest) -> Iterator[ClubElsewhere]:
    found: ClubElsewhere = request.param
    with club_in(found.zone), time_machine.travel(found.moment, tick=True):
        yield found


@pytest.fixture
def club(db: Database, elsewhere: ClubElsewhere) -> SmallClub:
    return a_small_club(db)


def term_of(db: Database, ref: str) -> membership.MemberSummary:
    with db.read() as session:
        person = session.scalars(select(Person.id).where(Person.public_ref == ref)).one()
        found = membership.member_summary(session, person)
    assert found is not None
    return found


def ends(db: Database, ref: str, day: date) -> None:
    """The member's term ends on this day."""

    def change(session: Any) -> None:
        ids = select(Person.id).where(Person.public_ref == ref)
        session.execute(
            update(Membership).where(Membership.person_id.in_(ids)).values(last_day=day)
        )

    db.run(change)


def test_the_nightly_rating_is_of_the_clubs_day_and_takes_force_the_day_after(
    db: Database, elsewhere: ClubElsewhere
) -> None:
    db.run(benefits.load_catalogue, CLUB_ACTOR)
    (lin,) = persons_under_policy(db, [source_record(value=600_000)])
    run_now(rate_members.JOB, db, elsewhere.settings)
    term = term_of(db, lin)
    assert term.valid_from == elsewhere.today + DAY
    assert term.valid_to == term.valid_from.replace(year=term.valid_from.year + 1) - DAY
    assert not term.runs_on(clock.club_today())
    assert term.runs_on(clock.club_today() + DAY)


def test_a_nightly_job_falls_due_by_the_clubs_wall(db: Database, elsewhere: ClubElsewhere) -> None:
    db.run(benefits.load_catalogue, CLUB_ACTOR)
    persons_under_policy(db)
    run_now(rate_members.JOB, db, elsewhere.settings)
    with db.read() as session:
        due = timetable.timetable(session)["rate_members"].due_at
    assert due.astimezone(ZoneInfo(elsewhere.zone)).time() == time(0, 30)


def test_a_card_has_its_code_through_the_terms_last_day_on_the_clubs_wall(
    db: Database, elsewhere: ClubElsewhere, club: SmallClub
) -> None:
    lin = club.members[0]
    app = an_app(db, elsewhere, club)
    ends(db, lin, elsewhere.today)
    assert "Good until" in signed_in(app, "member").get("/card?lang=en").text
    ends(db, lin, elsewhere.today - DAY)
    assert "Good until" not in signed_in(app, "member").get("/card?lang=en").text


def an_app(db: Database, elsewhere: ClubElsewhere, club: SmallClub) -> Flask:
    an_account(db, "member", scopes=[("person", club.members[0])])
    nobody = db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    an_account(db, "partner", scopes=[("partner", nobody)])
    return create_app(elsewhere.settings, database=db)


def test_pages_say_the_clubs_today(db: Database, elsewhere: ClubElsewhere, club: SmallClub) -> None:
    app, today = an_app(db, elsewhere, club), format_date(Language.EN, elsewhere.today)
    assert today in signed_in(app, "member").get("/?lang=en").text
    bare = signed_in(app, "partner")  # a partner without offerings has no wall of its own
    assert today in bare.get("/partner/day?lang=en").text


def test_this_years_benefits_are_of_the_clubs_year(
    db: Database, elsewhere: ClubElsewhere, club: SmallClub
) -> None:
    with db.read() as session:
        asked = select(Person.id).where(Person.public_ref == club.members[0])
        given = benefits.entitlements(session, session.scalars(asked).one())
    assert given[0].year == elsewhere.today.year


def test_a_file_without_a_day_speaks_of_the_clubs_today(
    db: Database, elsewhere: ClubElsewhere, tmp_path: Path
) -> None:
    group = Group(db, tmp_path)
    group.add_company("LIFE")
    with pytest.raises(FileOfTomorrow):
        group.send(LIN_ROW, as_of=elsewhere.today + DAY)
    group.send(LIN_ROW)
    with db.read() as session:
        assert session.scalars(select(Delivery.as_of)).one() == elsewhere.today


@pytest.mark.parametrize("site_zone", [None, "Asia/Shanghai", "Pacific/Auckland"])
def test_a_visit_must_lie_inside_the_term_by_the_clubs_days(
    db: Database, elsewhere: ClubElsewhere, club: SmallClub, site_zone: str | None
) -> None:
    """Wherever the site is: its last visit of the term is booked, the first after it is not."""
    lin, last = club.members[0], elsewhere.today + timedelta(days=10)
    ends(db, lin, last)
    offering, slots = a_site_open_day_and_night(db, club.partner, site_zone)
    inside = max(
        start for start in slots if start.astimezone(ZoneInfo(elsewhere.zone)).date() <= last
    )
    after = min(start for start in slots if start > inside)
    with pytest.raises(NotEligible) as refused:
        db.run(bookings.book, CLUB_ACTOR, member=lin, offering=offering, slot=slots[after])
    assert refused.value.data["rule"] == "membership"
    db.run(bookings.book, CLUB_ACTOR, member=lin, offering=offering, slot=slots[inside])


def a_site_open_day_and_night(
    db: Database, partner: str, zone: str | None
) -> tuple[str, dict[datetime, str]]:
    """An offering at a site, in the club's zone where none is named; its slots by their start."""
    site = db.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=partner,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="310000",
        **({"time_zone": zone} if zone else {}),
    )
    offering: str = db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service="health-check",
        name=ANY_NAME,
        minutes=60,
        on_holidays=True,
    )
    hours = [partners.Hours(day, time(0), time(22), 60, 2) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=offering, hours=hours)
    with db.read() as session:
        found = partners.find_offering(session, CLUB_ACTOR, offering)
    db.run(partners.open_offering, found.id, days=30)
    with db.read() as session:
        slots = session.execute(
            select(partners.Slot.starts_at, partners.Slot.public_ref).where(
                partners.Slot.offering_id == found.id
            )
        ).all()
    assert found.time_zone == (zone or clock.club_zone())
    return offering, {row.starts_at: row.public_ref for row in slots}
