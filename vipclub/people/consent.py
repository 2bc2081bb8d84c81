"""Consents: what a person allows the club to do with personal data, by purpose. The person's newest
word counts; what it was before stays in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed
from vipclub.people.clusters import cluster_of, survivor_of
from vipclub.people.finding import PersonRow, find_person
from vipclub.people.models import Consent, Person

PURPOSES = ("group_sharing", "partner_sharing", "health", "cross_border", "marketing")
OWN_PURPOSES = frozenset(PURPOSES) - {"group_sharing"}
"""What a member grants and withdraws by a tap. Sharing in the group splits records that are one
person today, with what hangs on them: that is done on the phone, with somebody who explains it."""
OWN_WORD = "own word"
"""The source of a consent that the person gave here."""
SPOKEN = {"phone": f"{OWN_WORD}, by phone", "counter": f"{OWN_WORD}, at a counter"}
"""By which way staff heard it -> its source."""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A person's word on a purpose as it stands: from whom and when. `granted` None: never asked.
    In a cluster the stricter word of its records wins."""

    purpose: str
    granted: bool | None
    source: str
    at: datetime | None


def consents_of(session: Session, actor: Actor, *, member: str) -> list[ConsentView]:
    """Each purpose with the word that counts, in one order. Two statements. Raises NotFound."""
    person = find_person(session, actor, member)
    rows = session.execute(
        select(Consent.person_id, Consent.purpose, Consent.granted, Consent.source, Consent.at)
        .join(Person, Person.id == Consent.person_id)
        .where(survivor_of(Person) == person.id)
        .order_by(Consent.id)
    ).all()
    newest = {(row.person_id, row.purpose): row for row in rows}
    found = []
    for purpose in PURPOSES:
        words = [row for (_, about), row in newest.items() if about == purpose]
        if not words:
            found.append(ConsentView(purpose, None, "", None))
            continue
        row = min(words, key=lambda word: (word.granted, -word.at.timestamp()))
        found.append(ConsentView(purpose, row.granted, row.source, row.at))
    return found


def record_consent(
    session: Session,
    actor: Actor,
    *,
    member: str,
    purpose: str,
    granted: bool,
    spoken: str | None = None,
) -> None:
    """The person grants or withdraws a consent: a new row for each record's person, so that it is
    the newest word of all. `spoken` is by which way staff heard it (`SPOKEN`). Raises NotFound,
    Forbidden and Malformed."""
    actor.require("details:state")
    if purpose not in OWN_PURPOSES:
        raise Malformed("purpose")
    if (spoken is not None) != (actor.kind != "member") or spoken not in {None, *SPOKEN}:
        raise Malformed("spoken")
    person = find_person(session, actor, member)
    write_consent(session, actor, person, purpose=purpose, granted=granted, spoken=spoken)


def write_consent(
    session: Session,
    actor: Actor,
    person: PersonRow,
    *,
    purpose: str,
    granted: bool,
    spoken: str | None,
    wording: str | None = None,
) -> None:
    """The rows, and the trail's. `wording` is the version of the sentence that was read out."""
    now = clock.now()
    cluster = session.scalars(cluster_of(person.id).order_by(Person.id)).all()
    session.execute(
        insert(Consent),
        [
            {
                "person_id": person_id,
                "purpose": purpose,
                "granted": granted,
                "source": SPOKEN[spoken] if spoken else OWN_WORD,
                "at": now,
                "note": wording,
            }
            for person_id in cluster
        ],
    )
    audit.write(
        session,
        actor,
        "person.consent",
        subject=("person", person.ref),
        after={"purpose": purpose, "granted": granted}
        | ({"spoken": spoken} if spoken else {})
        | ({"wording": wording} if wording else {}),
    )
