"""Six weeks of appointments, played back by the members and partners who made them.

Each step runs under the clock of its day, as the person who took it, through the same use cases and
rules as ever; what a rule refuses didn't happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from vipclub import accounts, benefits, bookings, membership, partners, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.demo.partners import Provider

BOOKED_AHEAD = timedelta(days=10)
NOTES = (None, "空腹", None, "需要轮椅", "与配偶同行", None, "粤语讲解", None, "附上次报告")


class Story:
    """Who takes part: members who may book, city by city, each for one story."""

    def __init__(self, db: Database, providers: list[Provider]) -> None:
        self.db = db
        self.providers = {provider.key: provider for provider in providers}
        self.now = clock.now()
        self._members = self._pools()
        self._note = 0

    def _pools(self) -> dict[str, Iterator[str]]:
        """Members with a health check left, by city; the cast has its own part."""
        p, m, a = people.Person, membership.Membership, benefits.EntitlementAccount
        with self.db.read() as session:
            rows = session.execute(
                select(p.city_code, p.public_ref)
                .join(m, m.person_id == p.id)
                .join(a, a.person_id == p.id)
                .join(benefits.Benefit, benefits.Benefit.id == a.benefit_id)
                .where(
                    people.is_survivor(p),
                    m.state == "invited",
                    benefits.Benefit.code == "health-check",
                    a.year == self.now.year,
                    a.remaining >= 1,
                )
                .order_by(p.id.desc())
            ).all()
        cities: dict[str, list[str]] = {}
        for city, ref in rows:
            cities.setdefault(city or "", []).append(ref)
        return {city: iter(dict.fromkeys(refs)) for city, refs in cities.items()}

    def slot(self, provider: Provider, day: int, place: int = 0) -> tuple[str, datetime] | None:
        """A free time some days from now: the first working day from there, forwards or back."""
        zone = ZoneInfo(provider.time_zone)
        step = 1 if day >= 0 else -1
        s = partners.Slot
        for shift in range(6):
            wanted = (self.now.astimezone(zone) + timedelta(days=day + shift * step)).date()
            with self.db.read() as session:
                rows = session.execute(
                    select(s.public_ref, s.starts_at)
                    .join(partners.Offering, partners.Offering.id == s.offering_id)
                    .where(
                        partners.Offering.public_ref == provider.offering,
                        s.local_day == wanted,
                        s.taken + s.reserved < s.capacity,
                    )
                    .order_by(s.starts_at)
                ).all()
            if rows:
                found = rows[place % len(rows)]
                return found.public_ref, found.starts_at
            if day == 0:
                return None
        return None

    def book(
        self,
        key: str,
        day: int,
        *,
        place: int = 0,
        asked: timedelta = BOOKED_AHEAD,
        member: str | None = None,
    ) -> tuple[Provider, str, datetime, datetime] | None:
        """Somebody books; gives the appointment, when it was booked, and when the visit is."""
        provider = self.providers[key]
        time = self.slot(provider, day, place)
        who = member or next(self._members.get(provider.city, iter(())), None)
        if time is None or who is None:
            return None
        slot, starts_at = time
        at = min(starts_at - asked, self.now - timedelta(minutes=5))
        self._note += 1
        with suppress(Refused), clock.replaying(at):
            made = self.db.run(
                bookings.book,
                as_member(who),
                member=who,
                offering=provider.offering,
                slot=slot,
                note=NOTES[self._note % len(NOTES)],
            )
            return provider, made.appointment, at, starts_at
        return None

    def confirm(self, booked: tuple[Provider, str, datetime, datetime], minutes: int) -> bool:
        provider, ref, at, _ = booked
        with suppress(Refused), clock.replaying(at + timedelta(minutes=minutes)):
            self.db.run(bookings.confirm, as_partner(provider), appointment=ref)
            return True
        return False

    def visit(self, booked: tuple[Provider, str, datetime, datetime], *, ends: bool) -> None:
        """Check-in a little before the time; the end when the visit is over."""
        provider, ref, _, starts_at = booked
        came = starts_at - timedelta(minutes=8)
        if came > self.now:
            return
        with suppress(Refused), clock.replaying(came):
            self.db.run(bookings.arrive, as_partner(provider), appointment=ref)
        over = starts_at + timedelta(minutes=100)
        if ends and over <= self.now:
            with suppress(Refused), clock.replaying(over):
                self.db.run(bookings.fulfil, as_partner(provider), appointment=ref)


def play(db: Database, providers: list[Provider], *, lin: str) -> Story:
    """The whole story; what is still open at its end is what the demo opens with."""
    story = Story(db, providers)
    checks = ("jingan-check", "futian-check", "chaoyang-check", "tianhe-check")
    for number, key in enumerate(checks * 3):
        booked = story.book(key, -4 - 2 * number, place=number)
        if booked and story.confirm(booked, 40 + 13 * number):
            story.visit(booked, ends=True)
    for number in range(7):  # today at the demo's own front desk
        booked = story.book("jingan-check", 0, place=number)
        if booked and story.confirm(booked, 25 + 7 * number):
            story.visit(booked, ends=number < 4)
    for number, key in enumerate((*checks, "jingan-check", "jingan-check", "futian-check")):
        booked = story.book(key, 3 + number, place=2 * number, asked=timedelta(days=12))
        if booked:
            story.confirm(booked, 55)
    for number in range(5):  # what waits for the front desk's answer
        minutes = (225, 150, 95, 40, 12)[number]
        ahead = timedelta(days=5 + number)
        _ask_now(story, "jingan-check", 5 + number, ahead, minutes)
    _lin(story, lin)
    return story


def _ask_now(story: Story, key: str, day: int, ahead: timedelta, minutes: int) -> None:
    """A request made so many minutes ago."""
    provider = story.providers[key]
    time = story.slot(provider, day, day)
    if time is None:
        return
    story.book(key, day, place=day, asked=time[1] - story.now + timedelta(minutes=minutes))


def _lin(story: Story, lin: str) -> None:
    """Member Lin: wealth advice used in October, another hour confirmed for next week."""
    used = story.book("nanshan-advice", -15, place=3, member=lin)
    if used:
        story.confirm(used, 20)
        story.visit(used, ends=True)
    coming = story.book("nanshan-advice", 8, place=4, member=lin, asked=timedelta(days=9))
    if coming:
        story.confirm(coming, 30)


def as_member(ref: str) -> Actor:
    """A member without an account in the demo, with a member's rights and scope."""
    return Actor(
        kind="member",
        permissions=accounts.permissions_of("member"),
        scopes=frozenset({("person", ref)}),
        name=ref,
    )


def as_partner(provider: Provider) -> Actor:
    """The front desk of a provider's partner."""
    return Actor(
        kind="partner",
        permissions=accounts.permissions_of("partner"),
        scopes=frozenset({("partner", provider.partner)}),
        name=provider.partner,
    )
