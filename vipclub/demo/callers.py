"""Who may speak for Lin: her husband acts for her while she is ill, a friend may know how it
stands; somebody whom she never named has called about her emergency, and the desk opened her
numbers in a hurry, which waits for its review."""

from __future__ import annotations

from datetime import timedelta

from vipclub import assistance, desk, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.demo.past_appointments import as_member
from vipclub.people import ContactGiven


def play(db: Database, agent: Actor, *, lin: str, emergency: str) -> None:
    """Her contacts, and the question about a stranger in her case."""
    contacts = (
        ContactGiven(
            name="陈建国",
            relation="spouse",
            phone="13900139001",
            language="zh-Hans",
            may_be_told="all",
            delegate_until=clock.club_today() + timedelta(days=90),
        ),
        ContactGiven(
            name="Sophie Martin",
            relation="friend",
            phone="+33 6 23 45 67 89",
            language="en",
            may_be_told="state",
        ),
    )
    for given in contacts:
        db.run(people.add_contact, as_member(lin), member=lin, given=given)
    with clock.replaying(clock.now() - timedelta(minutes=3)):
        db.run(
            assistance.ask_about_caller,
            agent,
            case=emergency,
            caller="周敏",
            phone="+33 6 98 76 54 32",
        )


def open_in_a_hurry(db: Database, agent: Actor, *, member: str) -> None:
    """Numbers that were shown before it was known who calls and before there was a case."""
    with clock.replaying(clock.now() - timedelta(hours=20)):
        viewed = db.run(people.record_view, agent, member=member, page="show")
        db.run(
            desk.reveal,
            agent,
            member=member,
            purpose="call",
            viewed=viewed,
            emergency="酒店来电：客人突然昏倒，需要立刻联系家属",
        )
