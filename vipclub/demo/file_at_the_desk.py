"""What stands in the demo's member's file beside visits: a callback that is due, a booking ticket,
a referral that waits for the company, and words with the relationship manager."""

from __future__ import annotations

from datetime import timedelta

from vipclub import assistance, bookings, desk, messages, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.demo import cast
from vipclub.demo.in_progress import as_staff
from vipclub.demo.past_appointments import as_member

EVERYBODY = frozenset({("all", "*")})


def play(db: Database, *, lin: str) -> None:
    """All of it, by the cast's agent."""
    agent = as_staff(db, next(one for one in cast.STAFF if one.role == "desk"), EVERYBODY)
    now = clock.now()
    with clock.replaying(now - timedelta(minutes=95)):
        db.run(
            desk.ask_callback,
            agent,
            member=lin,
            about="benefit",
            words="想了解父母能否使用绿色通道。",
        )
        db.run(
            desk.ask_callback,
            agent,
            phone="+85298760002",
            caller="何先生",
            words="想确认体检前的空腹要求。",
            due=now - timedelta(minutes=5),
        )
    _ticket(db, agent, lin)
    with clock.replaying(now - timedelta(days=2)):
        _refer(db, agent, lin)
    _talk(db, lin)


def _ticket(db: Database, agent: Actor, lin: str) -> None:
    until = bookings.end_of_day(clock.club_today() + timedelta(days=7), clock.club_zone())
    db.run(
        bookings.give_ticket,
        agent,
        member=lin,
        service="health-check",
        until=until,
        reason="上次因停诊改期",
    )


def _refer(db: Database, agent: Actor, lin: str) -> None:
    with db.read() as session:
        companies = people.all_subsidiaries(session, Actor.system("demo"))
    db.run(
        people.referrals.make_referral,
        agent,
        member=lin,
        company=companies[0].code,
        subject="insurance",
        words="想为父母了解医疗保险。",
        agreed="phone",
    )


def _talk(db: Database, lin: str) -> None:
    """Lin asks the manager and is answered, and has written once more today."""
    portfolio = frozenset({("portfolio", "/".join(cast.MANAGER))})
    manager = as_staff(db, next(one for one in cast.STAFF if one.role == "manager"), portfolio)
    now = clock.now()
    with clock.replaying(now - timedelta(days=3)):
        db.run(
            assistance.write_to_club,
            as_member(lin),
            member=lin,
            text="六月想带父母去瑞士，保单的海外保障够用吗？",
        )
    with clock.replaying(now - timedelta(days=3) + timedelta(hours=2)):
        said = "够用。我把保障范围整理好了，周五给您电话。"
        db.run(messages.answer_member, manager, member=lin, text=said)
    with clock.replaying(now - timedelta(minutes=40)):
        text = "谢谢。周五下午三点以后方便。"
        db.run(assistance.write_to_club, as_member(lin), member=lin, text=text)
