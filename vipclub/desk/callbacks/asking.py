"""A callback is planned, by whoever hears that somebody wants one, or by the person; and called
off."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from vipclub import assistance, people
from vipclub.assistance import Agent
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.types import new_ref
from vipclub.desk.callbacks.finding import find_callback
from vipclub.desk.callbacks.models import Callback, callback_table
from vipclub.desk.callbacks.refusals import (
    CallbackNumberMissing,
    CallbacksFull,
    CallbackTimeNotAccepted,
)
from vipclub.desk.callbacks.steps import ASK, CALLBACK_STEPS, CANCEL
from vipclub.desk.callbacks.times import FURTHEST, WINDOWS, next_alarm, next_window, usual_due
from vipclub.desk.calls import ABOUT
from vipclub.people import LockedPerson, Person

MOST = 3
"""Callbacks of one person that are due at once."""
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class CallbackPlanned:
    """A callback as it was planned."""

    callback: str
    from_at: datetime
    due_at: datetime
    owner: str | None


def ask_callback(
    session: Session,
    actor: Actor,
    *,
    member: str | None = None,
    phone: str = "",
    about: str = "other",
    words: str = "",
    caller: str = "",
    due: datetime | None = None,
    window: str = "soon",
    case: str | None = None,
    channel: str | None = None,
) -> CallbackPlanned:
    """Somebody is to be called back: a member, at the number given or the one that is known, or
    whoever answers at a number; at the moment `due`, else in the next hours of a `window`, else
    within two hours. Whoever sees no more than some persons names one of them.

    Raises CallbackNumberMissing, CallbackTimeNotAccepted, CallbacksFull, Malformed, MalformedRef,
    NotFound, Forbidden.
    """
    CALLBACK_STEPS.require(ASK, actor)
    if about not in ABOUT:
        raise Malformed("about")
    if window not in WINDOWS:
        raise Malformed("window")
    now = clock.now()
    case_id, against, of_case = _case(session, actor, case) if case else (None, None, None)
    named = member or of_case
    if named is None and not actor.sees_all:
        raise NotFound()
    person = people.lock_persons(session, actor, [named])[named] if named else None
    number = _number(session, phone, person.id if person else None)
    begins, ends = _when(about, due, window, now)
    if person is not None:
        _one_more(session, person.id)
    owner = assistance.duty_at(session, now).owner(but=against)
    asked = _Asked(about, words, caller, number, _way(actor, channel), case_id)
    return _plan(session, actor, asked, person, owner, begins, ends, now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, as it is kept."""

    about: str
    words: str = field(repr=False)
    caller: str = field(repr=False)
    number: str = field(repr=False)
    channel: str
    case_id: int | None


def _plan(
    session: Session,
    actor: Actor,
    asked: _Asked,
    person: LockedPerson | None,
    owner: Agent | None,
    begins: datetime,
    ends: datetime,
    now: datetime,
) -> CallbackPlanned:
    ref, cipher = new_ref("J"), cipher_of(session)

    def sealed(place: str, text: str) -> bytes | None:
        return cipher.seal(f"callback.{place}", ref, text) if text else None

    row: dict[str, Any] = {
        "public_ref": ref,
        "person_id": person.id if person else None,
        "case_id": asked.case_id,
        "owner_id": owner.account_id if owner else None,
        "asked_by_id": actor.account_id if actor.kind != "member" else None,
        "state": ASK.target,
        "about": asked.about,
        "channel": asked.channel,
        "caller": sealed("caller", " ".join(asked.caller.split())[:200]),
        "phone": sealed("phone", asked.number),
        "words": sealed("words", asked.words.strip()[:LONGEST]),
        "from_at": begins,
        "due_at": ends,
        "alarm_at": next_alarm(0, ends),
        "level": 0,
        "tries": 0,
        "created_at": now,
        "version": 0,
    }
    session.execute(insert(callback_table).values(row))
    audit.write(
        session,
        actor,
        "callback.ask",
        subject=("callback", ref),
        after={
            "person": person.ref if person else None,
            "about": asked.about,
            "due": ends,
            "owner": owner.ref if owner else None,
        },
        at=now,
    )
    return CallbackPlanned(ref, begins, ends, owner.ref if owner else None)


def _way(actor: Actor, channel: str | None) -> str:
    if channel is not None and channel not in assistance.CHANNELS:
        raise Malformed("channel")
    return channel or ("web" if actor.kind == "member" else "phone")


def _case(session: Session, actor: Actor, ref: str) -> tuple[int, int | None, str | None]:
    """The case that the call is about: its id, whom it is about, whose it is."""
    line = assistance.case_line(session, actor, ref)
    found = session.execute(
        select(assistance.Case.against_id).where(assistance.Case.id == line.id)
    ).scalar()
    return line.id, found, line.member


def _number(session: Session, typed: str, person_id: int | None) -> str:
    """The number in E.164; nothing where the person's own is known and none was given. Raises
    CallbackNumberMissing."""
    number = people.callable_number(typed)
    if typed.strip() and number is None:
        raise CallbackNumberMissing()
    if number is None:
        known = person_id is not None and session.scalar(
            select(Person.mobile.is_not(None)).where(Person.id == person_id)
        )
        if not known:
            raise CallbackNumberMissing()
    return number or ""


def _when(
    about: str, due: datetime | None, window: str, now: datetime
) -> tuple[datetime, datetime]:
    """From when and by when. Raises CallbackTimeNotAccepted."""
    hours = next_window(window, now, ZoneInfo(clock.club_zone())) if due is None else None
    if hours is not None:
        return max(hours[0], now), hours[1]
    ends = due or usual_due(about, now)
    if not now <= ends <= now + FURTHEST:
        raise CallbackTimeNotAccepted(days=FURTHEST.days)
    return now, ends


def _one_more(session: Session, person_id: int) -> None:
    """Under the person's lock. Raises CallbacksFull."""
    count = session.scalar(
        select(func.count())
        .select_from(Callback)
        .where(Callback.person_id.in_(people.cluster_of(person_id)), Callback.state == "due")
    )
    if (count or 0) >= MOST:
        raise CallbacksFull(most=MOST)


def cancel_callback(session: Session, actor: Actor, *, callback: str) -> None:
    """It isn't wanted any more. Raises MalformedRef, NotFound, Forbidden, IllegalTransition."""
    now = clock.now()
    CALLBACK_STEPS.require(CANCEL, actor)
    found = find_callback(session, actor, callback)
    CALLBACK_STEPS.ask(CANCEL, actor, found.state, found, now)
    CALLBACK_STEPS.move(
        session,
        callback_table,
        found.id,
        CANCEL,
        found.state,
        CANCEL.target,
        seen=found.version,
        version=found.version + 1,
        alarm_at=None,
        ended_at=now,
    )
    audit.write(session, actor, "callback.cancel", subject=("callback", found.ref), at=now)
