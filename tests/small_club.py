"""A small club with all that one booking needs.

Member Lin and her husband Chen, clerk He at the check-up centre, and a stranger: the clerk of
another partner. The rest of the cast is in `cast`. Persons come by the fast path of the
rating's tests, everything else through use cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from tests.cast import CLUB_ACTOR, member_actor, partner_actor
from tests.kept_clubs import KeptClubs
from tests.membership.inserted_persons import persons_under_policy, source_record
from vipclub import accounts, benefits, bookings, membership, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.types import Localized

ANY_NAME = Localized("深度体检", "深度身體檢查", "In-depth check")
"""What a partner, its site and its offering are called."""


@dataclass(frozen=True)
class SmallClub:
    """References: members, the offering with its free slots in order, partners, secrets."""

    members: list[str]
    offering: str
    slots: list[str]
    partner: str
    other_partner: str
    channel: str
    partner_token: str
    other_token: str
    member_token: str

    @property
    def lin(self) -> Actor:
        """The first member."""
        return member_actor(self.members[0])

    @property
    def chen(self) -> Actor:
        """Her husband: a member of his own, who may see nothing of hers."""
        return member_actor(self.members[1])

    @property
    def he(self) -> Actor:
        """The clerk at the check-up centre."""
        return partner_actor(self.partner)

    @property
    def stranger(self) -> Actor:
        """The clerk of another partner."""
        return partner_actor(self.other_partner)


MANY = 100
"""Members that take seconds to bring in."""
_kept = KeptClubs()


def a_small_club(
    db: Database, *, members: int = 3, capacity: int = 2, service: str = "health-check"
) -> SmallClub:
    """A club opened yesterday: gold members (one health check each), a check-up centre open every
    day from 09:00, slots for 30 days from the day after tomorrow. The usual ones and the large are
    built once a process."""
    key = (members, capacity, service)
    found: SmallClub | None = _kept.bring(db, key)
    if found is not None:
        with db.read() as session:  # the process would know it
            bookings.services(session, CLUB_ACTOR)
    if found is None:
        found = _build(db, members, capacity, service)
        if (members <= 4 and capacity == 2) or members >= MANY:
            _kept.keep(db, key, found)
    return found


def _build(db: Database, members: int, capacity: int, service: str) -> SmallClub:
    with clock.replaying(clock.now() - timedelta(days=2)):
        db.run(benefits.load_catalogue, CLUB_ACTOR)
        db.run(bookings.load_policies, CLUB_ACTOR)
        refs = persons_under_policy(
            db, *[[source_record(value=600_000 + n)] for n in range(members)]
        )
        day = clock.club_today()
        membership.rate_everyone(db, CLUB_ACTOR, as_of=day)
    benefits.grant_next_year(db, today=date(day.year, 12, 1))
    partner, offering = a_partner(db, capacity=capacity, service=service)
    other, _ = a_partner(db, capacity=1, service=service)
    return SmallClub(
        members=refs,
        offering=offering,
        slots=slots_of(db, offering),
        partner=partner,
        other_partner=other,
        channel=db.run(accounts.create_token, CLUB_ACTOR, scope="channel")[1],
        partner_token=_partner_token(db, partner),
        other_token=_partner_token(db, other),
        member_token=db.run(accounts.create_token, CLUB_ACTOR, scope="member", member_ref=refs[0])[
            1
        ],
    )


def a_partner(db: Database, *, capacity: int, service: str) -> tuple[str, str]:
    """A partner with one site and one offering, open every day, its slots opened."""
    partner = db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    site = db.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=partner,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="310000",
    )
    offering: str = db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service=service,
        name=ANY_NAME,
        minutes=60,
        on_holidays=True,
    )
    hours = [partners.Hours(day, time(9), time(12), 60, capacity) for day in range(1, 8)]
    db.run(partners.set_weekly_capacity, CLUB_ACTOR, offering=offering, hours=hours)
    with db.read() as session:
        offering_id = partners.find_offering(session, CLUB_ACTOR, offering).id
    db.run(partners.open_offering, offering_id, days=30)
    return partner, offering


def slots_of(db: Database, offering: str, *, after_days: int = 6) -> list[str]:
    """The offering's slots in order, from some days on: beyond any closing of its policy."""
    first = clock.club_today() + timedelta(days=after_days)
    with db.read() as session:
        return list(
            session.scalars(
                select(partners.Slot.public_ref)
                .join(partners.Offering, partners.Offering.id == partners.Slot.offering_id)
                .where(partners.Offering.public_ref == offering, partners.Slot.local_day >= first)
                .order_by(partners.Slot.starts_at)
            )
        )


def _partner_token(db: Database, partner: str) -> str:
    secret: str = db.run(accounts.create_token, CLUB_ACTOR, scope="partner", partner_ref=partner)[1]
    return secret
