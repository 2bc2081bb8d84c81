"""By which ways a member wants to be written to: kind by kind, mail, SMS, both, or the inbox alone.

What must wake goes by both whatever was chosen, and what is about the safety of an account can't be
chosen either. Reminders have a switch of their own (`people.wants_reminders`): with neither way
there is none, in the inbox neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import upsert_of
from vipclub.core.errors import Malformed
from vipclub.messages.models import NotificationChoice
from vipclub.people import Person, find_person

KINDS = ("visits", "reminders", "cases", "membership", "events")


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways letters of a kind go out."""

    mail: bool = True
    sms: bool = False


USUAL = Ways()
"""What holds until somebody says otherwise."""


def choices_of(session: Session, actor: Actor, *, member: str) -> dict[str, Ways]:
    """The ways of every kind, as the member chose or as is usual. Three statements. Raises
    NotFound."""
    person = find_person(session, actor, member)
    chosen = dict.fromkeys(KINDS, USUAL) | _chosen(session, person.id)
    if not people.wants_reminders(session, person.id):
        chosen["reminders"] = Ways(mail=False, sms=False)
    return chosen


def ways_of(session: Session, person_id: int, kind: str) -> Ways:
    """How a letter of a kind goes out to a person (any of the cluster). One statement."""
    return _chosen(session, person_id).get(kind, USUAL)


def _chosen(session: Session, person_id: int) -> dict[str, Ways]:
    """What was chosen, by kind: the newest word of the cluster."""
    asked, holder, choice = aliased(Person), aliased(Person), NotificationChoice
    rows = session.execute(
        select(choice.kind, choice.by_mail, choice.by_sms)
        .join(holder, holder.id == choice.person_id)
        .join(asked, people.same_person(asked, holder))
        .where(asked.id == person_id)
        .order_by(choice.changed_at, choice.id)
    )
    return {row.kind: Ways(row.by_mail, row.by_sms) for row in rows}


def choose_ways(session: Session, actor: Actor, *, member: str, ways: Mapping[str, Ways]) -> None:
    """The member's own choice, of the kinds that are named. Raises NotFound, Forbidden,
    Malformed."""
    actor.require("details:state")
    person = find_person(session, actor, member)
    if not ways or any(kind not in KINDS for kind in ways):
        raise Malformed("kind")
    now = clock.now()
    for kind, way in sorted(ways.items()):
        if kind == "reminders":
            wanted = way.mail or way.sms
            if wanted != people.wants_reminders(session, person.id):
                people.set_reminders(session, actor, member=member, wanted=wanted)
            if not wanted:
                continue
        values = {"by_mail": way.mail, "by_sms": way.sms, "changed_at": now}
        session.execute(
            upsert_of(session)(NotificationChoice)
            .values(person_id=person.asked_id, kind=kind, **values)
            .on_conflict_do_update(index_elements=["person_id", "kind"], set_=values)
        )
    audit.write(
        session,
        actor,
        "person.choose_ways",
        subject=("person", person.ref),
        after={kind: _said(way) for kind, way in sorted(ways.items())},
    )


def _said(way: Ways) -> list[str]:
    return [name for name in ("mail", "sms") if getattr(way, name)]
