"""Who needs help when a newcomer comes in: an emergency abroad that is under way, a complaint on
its twelfth day, somebody who asked to be called back, a request that nobody has verified; and who
is on duty until the shift is handed over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from vipclub import accounts, assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.demo import callers, cast
from vipclub.demo.in_progress import as_staff
from vipclub.demo.past_appointments import as_member

CLUB = Actor.system("demo", channel="cli")
LEADER = cast.Staff("desk", "tang@club.example", "唐静")
"""Leads the desk and is on call; a colleague of the cast's agent."""
EVERYBODY = frozenset({("all", "*")})


def play(db: Database, *, lin: str) -> str:
    """All of it; gives the reference of the emergency."""
    agent = _on_duty(db)
    _complaint(db, agent)
    _call_back(db, agent)
    callers.open_in_a_hurry(db, agent, member=lin)
    emergency = _emergency(db, agent, lin)
    callers.play(db, agent, lin=lin, emergency=emergency)
    with clock.replaying(clock.now() - timedelta(minutes=2)):
        db.run(
            assistance.ask_for_help,
            Actor.anonymous(),
            tap="demo-unverified-request",
            what="护照和钱包被偷，人在曼谷",
            place="曼谷素坤逸路",
            phone="+66812345678",
            abroad=True,
        )
    return emergency


def _on_duty(db: Database) -> Actor:
    """The cast's agent, whose shift is handed over in some hours; the leader is next, and on call.
    Gives the agent."""
    made = db.run(
        accounts.create_account,
        CLUB,
        login=LEADER.login,
        role=LEADER.role,
        display_name=LEADER.name,
        language="zh-Hans",
        password=cast.PASSWORD,
        scopes=[],
    )
    desk = next(one for one in cast.STAFF if one.role == "desk")
    agent, leader = (as_staff(db, one, EVERYBODY) for one in (desk, LEADER))
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    hours = timedelta(hours=1)
    db.run(assistance.name_leader_on_call, CLUB, account=made.public_ref)
    for who, first, last, leads in ((agent, -5, 7, False), (leader, 6, 18, True)):
        db.run(
            assistance.add_shift,
            CLUB,
            account=str(who.account_ref),
            start=now + first * hours,
            end=now + last * hours,
            leads=leads,
        )
    return agent


def _at(db: Database, before: timedelta, use_case: Any, actor: Actor, **given: Any) -> Any:  # noqa: ANN401
    with clock.replaying(clock.now() - before):
        return db.run(use_case, actor, **given)


def _emergency(db: Database, agent: Actor, lin: str) -> str:
    """Lin's mother is ill in Lyon: triaged, answered, a partner is being asked."""
    minute = timedelta(minutes=1)
    made = _at(
        db,
        22 * minute,
        assistance.open_case,
        as_member(lin),
        kind="emergency_overseas",
        what="母亲在里昂突发胸痛，已送急诊，语言不通",
        member=lin,
        phone="+33612345678",
        place="里昂，爱德华·埃里奥医院急诊",
        country="FR",
    )
    for before, use_case, given in (
        (19, assistance.answer, {"text": "已联系上您，正在联络医院和翻译。", "channel": "phone"}),
        (18, assistance.change_severity, {"severity": "critical", "channel": "phone"}),
        (17, assistance.start, {}),
        (12, assistance.note_partner, {"event": "partner_asked", "text": "里昂医疗救援"}),
        (9, assistance.add_note, {"text": "女儿在酒店，24 小时可接电话；母亲青霉素过敏。"}),
    ):
        _at(db, before * minute, use_case, agent, case=made.case, **given)
    return str(made.case)


def _complaint(db: Database, agent: Actor) -> None:
    day = timedelta(days=1)
    made = _at(
        db,
        12 * day,
        assistance.open_case,
        CLUB,
        kind="complaint",
        what="体检当天等候两小时，无人说明原因。",
        phone="+8619900000002",
        channel="phone",
    )
    _at(
        db,
        12 * day,
        assistance.answer,
        agent,
        case=made.case,
        text="已收到，将在 15 天内答复。",
    )
    _at(db, 11 * day, assistance.change_severity, agent, case=made.case, severity="normal")
    _at(db, 8 * day, assistance.start, agent, case=made.case)
    _at(db, 6 * day, assistance.answer, agent, case=made.case, text="正在向体检中心核实排队记录。")


def _call_back(db: Database, agent: Actor) -> None:
    hour = timedelta(hours=1)
    made = _at(
        db,
        3 * hour,
        assistance.open_case,
        CLUB,
        kind="enquiry",
        what="想了解海外急难援助覆盖哪些国家。",
        phone="+85298760001",
        channel="phone",
    )
    until = clock.now() + timedelta(minutes=25)
    _at(
        db,
        2 * hour,
        assistance.wait,
        agent,
        case=made.case,
        reason="later",
        until=until,
        text="按您的要求，稍后回电。",
    )
