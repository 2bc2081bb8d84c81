"""What the house is busy with when a newcomer comes in: an offer that waits for its answer, a day
that closes, notes on a member, a system that listens, a policy on trial.

Like the past appointments: each act is by the person whose act it is, under the clock of its
moment.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub import accounts, bookings, desk, membership, partners, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.demo import cast
from vipclub.demo.partners import Provider
from vipclub.demo.past_appointments import Story, as_member, as_partner

CLOSES_IN = 16
"""Days from today to the one that the check-up centre closes."""
TRIED = {
    '"2026.1"': '"2027.1"',
    "2026-01-01": "2027-01-01",
    "500_000": "400_000",
}
"""What the policy on trial says instead."""
P = ParamSpec("P")
T = TypeVar("T")
SYSTEM = "https://appointments.yunlan.example/club-events"


def play(db: Database, story: Story, *, lin: str, home: Provider, today: date) -> None:
    """All of it; what a rule refuses didn't happen."""
    for act in (_family, _closed_day, _notes, _system, _trial):
        with suppress(Refused):
            act(db, story, lin, home, today)


def _ago(
    act: Callable[Concatenate[Session, Actor, P], T],
    db: Database,
    actor: Actor,
    before: timedelta,
    /,
    *args: P.args,
    **data: P.kwargs,
) -> T:
    with clock.replaying(clock.now() - before):
        return db.run(act, actor, *args, **data)


def _family(db: Database, story: Story, lin: str, home: Provider, today: date) -> None:
    """Lin's mother: Lin asked for a health check, and the centre offers another hour."""
    mother = _ago(
        people.add_relative,
        db,
        as_member(lin),
        timedelta(days=12),
        member=lin,
        name="周雅琴",
        relation="parent",
        birth_date=date(1955, 3, 18),
        sex="F",
    )
    asked, offered = story.slot(home, 20, 0), story.slot(home, 21, 2)
    if asked is None or offered is None:
        return
    made = _ago(
        bookings.book,
        db,
        as_member(lin),
        timedelta(hours=5),
        member=lin,
        offering=home.offering,
        slot=asked[0],
        beneficiary=mother.ref,
        note="空腹，需要轮椅",
    )
    _ago(
        bookings.propose,
        db,
        as_partner(home),
        timedelta(hours=4),
        appointment=made.appointment,
        slot=offered[0],
        kind="equipment",
        reason="CT 上午检修，下午可做全部项目",
    )


def _closed_day(db: Database, story: Story, lin: str, home: Provider, today: date) -> None:
    """The centre closes a day on which people are booked; each is offered another time."""
    for number in range(6):
        booked = story.book(home.key, CLOSES_IN, place=2 * number, asked=timedelta(days=18))
        if booked and number < 4:
            story.confirm(booked, 30)
    with db.read() as session:
        day = session.scalars(
            select(partners.Slot.local_day)
            .join(partners.Offering, partners.Offering.id == partners.Slot.offering_id)
            .where(
                partners.Offering.public_ref == home.offering,
                partners.Slot.local_day >= today + timedelta(days=CLOSES_IN),
                partners.Slot.taken > 0,
            )
            .order_by(partners.Slot.local_day)
            .limit(1)
        ).first()
    if day is None:
        return
    clerk = as_partner(home)
    with clock.replaying(clock.now() - timedelta(hours=1)):
        bookings.close_and_offer(
            db,
            clerk,
            lambda: db.run(
                bookings.close_day, clerk, day=day, offering=home.offering, reason="年度设备检修"
            ),
        )


def _notes(db: Database, story: Story, lin: str, home: Provider, today: date) -> None:
    manager = _staff(db, "manager", frozenset({("portfolio", "/".join(cast.MANAGER))}))
    agent = _staff(db, "desk", frozenset({("all", "*")}))
    _ago(
        desk.add_note,
        db,
        manager,
        timedelta(days=20),
        member=lin,
        kind="wish",
        text="周末联系为宜；体检希望安排在静安，母亲同行。",
    )
    _ago(
        desk.take_call,
        db,
        agent,
        timedelta(days=6),
        member=lin,
        channel="phone",
        about="benefit",
        outcome="settled",
        text="询问绿色通道能否用于父母，已说明可以。",
    )
    _ago(
        desk.add_note,
        db,
        manager,
        timedelta(days=2),
        member=lin,
        kind="follow-up",
        text="明年 3 月保单周年，约一次理财顾问。",
    )


def _system(db: Database, story: Story, lin: str, home: Provider, today: date) -> None:
    """The partner's own system, switched off: nobody listens there in a demo."""
    clerk = as_partner(home)
    made = _ago(
        partners.webhooks.add_endpoint,
        db,
        clerk,
        timedelta(days=30),
        partner=home.partner,
        url=SYSTEM,
        events=["appointment.requested", "appointment.cancelled", "appointment.moved"],
    )
    _ago(
        partners.webhooks.switch_off,
        db,
        clerk,
        timedelta(days=29, hours=23),
        endpoint=made.endpoint,
    )


def _trial(db: Database, story: Story, lin: str, home: Provider, today: date) -> None:
    """The policy in force, tried again with a lower bound for gold."""
    owner = _staff(db, "policy", frozenset())
    with db.read() as session:
        found = membership.policy_in_force(session, today)
    if found is None:
        return
    text = membership.policy_text(found.policy)
    for was, tried in TRIED.items():
        text = text.replace(was, tried, 1)
    draft = db.run(membership.draft_policy, owner, text=text, as_of=today)
    membership.continue_trial(db, owner, draft=draft)


def _staff(db: Database, role: str, scopes: frozenset[tuple[str, str]]) -> Actor:
    """Somebody of the cast who works here."""
    return as_staff(db, next(one for one in cast.STAFF if one.role == role), scopes)


def as_staff(db: Database, somebody: cast.Staff, scopes: frozenset[tuple[str, str]]) -> Actor:
    """Somebody who works here, by the account."""
    indexes = db.cipher.blind_indexes("login", somebody.login)
    with db.read() as session:
        row = session.execute(
            select(
                accounts.Account.id, accounts.Account.public_ref, accounts.Account.display_name
            ).where(accounts.Account.login_index.in_(indexes))
        ).one()
    return Actor(
        kind=somebody.role,
        account_id=row.id,
        account_ref=row.public_ref,
        permissions=accounts.permissions_of(somebody.role),
        scopes=scopes,
        name=row.display_name,
    )
