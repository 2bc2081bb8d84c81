"""Whether a letter may go out now, and else why not: asked at the moment of sending, for a word can
be taken back between queueing and sending. What stays unsent keeps the reason (`sent_log`); what
only has to wait is tried again (`quiet_hours` too)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.core.i18n import N_
from vipclub.core.outbox import Item, NotNow
from vipclub.messages.letter import Letter, letters
from vipclub.messages.models import Message
from vipclub.people import Consent, Person

MOST_AN_HOUR = 30
"""To one person; what is beyond waits. One who can make us write must not be able to flood."""

TOO_LATE = N_("too late to be of use")
NO_CONSENT = N_("consent is not given")
NOT_WANTED = N_("reminders are not wanted")


def why_not(session: Session, item: Item, letter: Letter, now: datetime) -> str | None:
    """Why a letter stays unsent for good, as staff read it; None when nothing is against it."""
    payload = item.payload
    due = datetime.fromisoformat(payload["due"]) if payload.get("due") else item.created_at
    if letter.of_no_use(payload["data"], due, now):
        return TOO_LATE
    person_id = payload["person"]
    if letter.agreed is not None and not consented(session, person_id, letter.agreed):
        return NO_CONSENT
    about_visit = letter.about == "reminders" and person_id is not None
    if about_visit and not people.wants_reminders(session, person_id):
        return NOT_WANTED
    return None


def consented(session: Session, person_id: int | None, purpose: str) -> bool:
    """Whether the newest word on a purpose is yes: of each record's person in the cluster, for the
    stricter word wins. No word is no consent. One statement."""
    asked, holder = aliased(Person), aliased(Person)
    newest = (
        select(func.max(Consent.id))
        .join(holder, holder.id == Consent.person_id)
        .join(asked, people.same_person(asked, holder))
        .where(asked.id == person_id, Consent.purpose == purpose)
        .group_by(Consent.person_id)
    )
    words = session.scalars(select(Consent.granted).where(Consent.id.in_(newest))).all()
    return bool(words) and all(words)


def refuse_a_flood(session: Session, person_id: int | None, now: datetime) -> None:
    """Raises NotNow when a person had more than MOST_AN_HOUR messages within the hour. Staff and
    partners are written to by the club's own work, and an alarm waits for no other one."""
    if person_id is None:
        return
    hour_ago = now - timedelta(hours=1)
    sent = session.execute(
        select(func.count())
        .select_from(Message)
        .where(
            Message.person_id == person_id, Message.finished_at > hour_ago, Message.state == "sent"
        )
    ).scalar_one()
    if sent >= MOST_AN_HOUR:
        raise NotNow(now + timedelta(minutes=20), "too many messages to one person in an hour")


def in_calendar(session: Session, subject: tuple[str, str]) -> bool:
    """Whether a mail has put this subject into its reader's calendar. One statement."""
    entries = [letter.template for letter in letters() if letter.calendar == "REQUEST"]
    return bool(
        session.scalar(
            select(
                exists().where(
                    Message.subject_kind == subject[0],
                    Message.subject_ref == subject[1],
                    Message.template.in_(entries),
                    Message.state == "sent",
                    Message.channel == "mail",
                )
            )
        )
    )
