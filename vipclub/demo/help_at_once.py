"""Who needs help when a newcomer comes in: an emergency abroad that is under way, a complaint on
its twelfth day, somebody who asked to be called back, a request that nobody has verified; and a
colleague whose shift ends soon, and who hands over to the agent on duty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from vipclub import accounts, assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.demo import callers, cast, partners_asked
from vipclub.demo.in_progress import as_staff
from vipclub.demo.past_appointments import as_member

CLUB = Actor.system("demo", channel="cli")
LEADER = cast.Staff("desk", "tang@club.example", "唐静")
"""Leads the desk and is on call; a colleague of the cast's agent."""
NIGHT = cast.Staff("desk", "ma@club.example", "马岚")
"""Whose shift ends soon: hands over to the cast's agent."""
EVERYBODY = frozenset({("all", "*")})


def play(db: Database, *, lin: str, home: str) -> str:
    """All of it, with the demo's own partner for the telephone; gives the reference of the
    emergency."""
    agent, night = _on_duty(db)
    _complaint(db, agent)
    _call_back(db, agent)
    with clock.replaying(clock.now() - timedelta(hours=2)):
        assistance.keep_owners(db)  # what is open then is the night's
    callers.open_in_a_hurry(db, agent, member=lin)
    emergency = _emergency(db, agent, lin, home)
    callers.play(db, agent, lin=lin, emergency=emergency)
    _asked(db, agent, emergency)
    _rated(db, agent, lin)
    _hand_over(db, night, agent)
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


def _on_duty(db: Database) -> tuple[Actor, Actor]:
    """The cast's agent, who came an hour ago, and the colleague whose shift ends within the half
    hour; the leader is next, and on call. Gives the two."""
    for one in (LEADER, NIGHT):
        db.run(
            accounts.create_account,
            CLUB,
            login=one.login,
            role=one.role,
            display_name=one.name,
            language="zh-Hans",
            password=cast.PASSWORD,
            scopes=[],
        )
    desk = next(one for one in cast.STAFF if one.role == "desk")
    agent, leader, night = (as_staff(db, one, EVERYBODY) for one in (desk, LEADER, NIGHT))
    now, hour = clock.now(), timedelta(hours=1)
    whole = now.replace(minute=0, second=0, microsecond=0)
    soon = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    db.run(assistance.name_leader_on_call, CLUB, account=str(leader.account_ref))
    for who, start, end, leads in (
        (night, soon - 8 * hour, soon + timedelta(minutes=25), False),
        (agent, now - hour, whole + 7 * hour, False),
        (leader, whole + 6 * hour, whole + 18 * hour, True),
    ):
        db.run(
            assistance.add_shift,
            CLUB,
            account=str(who.account_ref),
            start=start,
            end=end,
            leads=leads,
        )
    return agent, night


def _at(db: Database, before: timedelta, use_case: Any, actor: Actor, **given: Any) -> Any:  # noqa: ANN401
    with clock.replaying(clock.now() - before):
        return db.run(use_case, actor, **given)


def _emergency(db: Database, agent: Actor, lin: str, home: str) -> str:
    """Lin's mother is ill in Lyon: triaged, answered, partners are being asked."""
    covers, interprets = partners_asked.offer(db, CLUB, home=home)
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
    ):
        _at(db, before * minute, use_case, agent, case=made.case, **given)
    partners_asked.ask_companies(db, agent, case=made.case, covers=covers)
    note = "女儿在酒店，24 小时可接电话；母亲青霉素过敏。"
    _at(db, 9 * minute, assistance.add_note, agent, case=made.case, text=note)
    partners_asked.ask_interpreter(db, agent, case=made.case, cover=interprets)
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


def _asked(db: Database, agent: Actor, emergency: str) -> None:
    """What Lin said on the telephone, what is done of the playbook, and what is still to be
    done."""
    minute = timedelta(minutes=1)
    answers = {
        "patient": "母亲，68 岁",
        "conscious": "yes",
        "breathing": "hard",
        "condition": "chest",
        "country": "FR",
        "where": "里昂，爱德华·埃里奥医院急诊",
        "numbers": "女儿 +33612345678",
        "history": "高血压；青霉素过敏",
        "needed": "interpreter",
    }
    _at(db, 18 * minute, assistance.save_facts, agent, case=emergency, answers=answers)
    for step in ("number", "ambulance", "facts", "severity"):
        _at(db, 17 * minute, assistance.tick_step, agent, case=emergency, step=step)
    _at(
        db,
        10 * minute,
        assistance.add_task,
        agent,
        case=emergency,
        what="向医院急诊核实翻译是否到场",
        due=clock.now() + 20 * minute,
    )


def _rated(db: Database, agent: Actor, lin: str) -> None:
    """A question of Lin's that was answered some days ago, with what she says of it."""
    day = timedelta(days=1)
    made = _at(
        db,
        6 * day,
        assistance.open_case,
        as_member(lin),
        kind="enquiry",
        what="体检报告可以寄到家里吗？",
        member=lin,
    )
    said = "可以，报告出具后两个工作日内寄出。"
    _at(db, 5 * day, assistance.resolve, agent, case=made.case, text=said)
    rated = {"score": 5, "text": "回复很快，谢谢。"}
    _at(db, 4 * day, assistance.rate_case, as_member(lin), case=made.case, **rated)


def _hand_over(db: Database, night: Actor, agent: Actor) -> None:
    """All that is open at the end of the night, with a word for each case."""
    with db.read() as session:
        own = assistance.own_list(session, night)
    words = {
        "complaint": "体检中心答应今天下午给出排队记录，请跟进。",
        "enquiry": "已约定回电时间，号码在服务单里。",
    }
    _at(
        db,
        timedelta(minutes=4),
        assistance.give_handover,
        night,
        receiver=str(agent.account_ref),
        seen=own.seen,
        said={line.ref: words.get(line.kind, "") for line in own.lines},
    )
