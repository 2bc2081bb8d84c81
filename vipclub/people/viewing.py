"""Who looked: the trail's row before a page shows somebody whole, and the receipt for it
(docs/decisions.md 13).

Queries that give whole names, numbers or notes of somebody else ask for the receipt, so that
nothing is read to be shown before the row is there. One's own data needs none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlalchemy.orm import Session, aliased

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for
from vipclub.people.finding import visible_to
from vipclub.people.models import Person


@dataclass(frozen=True, slots=True)
class Viewed:
    """The trail has the row: on which page, when, and of whom or what by reference. Only this
    module makes one."""

    refs: frozenset[str]
    page: str
    at: datetime

    def must_cover(self, *refs: str) -> None:
        """Raises ValueError for what isn't in the trail's row: a mistake of the page's."""
        missing = {*refs} - self.refs
        if missing:
            raise ValueError(f"{', '.join(sorted(missing))}: not what {self.page} is on record for")


def record_view(session: Session, actor: Actor, *, member: str, page: str) -> Viewed:
    """Write the trail's row for a page about one person whom the actor may see, and give its
    receipt: in a short transaction of its own, before the page is read. One INSERT, which looks
    the person up itself. Raises MalformedRef, NotFound, Forbidden."""
    actor.require("member:view")
    ref, now = parse_ref(member, "M"), clock.now()
    asked, survivor = aliased(Person), aliased(Person)
    in_sight = exists().where(
        asked.public_ref == ref, stands_for(survivor, asked), visible_to(actor, survivor)
    )
    if not audit.write_where(
        session, actor, "member.view", in_sight, subject=("person", ref), after=page, at=now
    ):
        raise NotFound()
    return Viewed(frozenset({ref}), page, now)


def record_views(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject: tuple[str, str],
    refs: Collection[str],
    page: str,
    after: object,
) -> Viewed:
    """Write the trail's row for a page on which several persons or rows stand, and give its
    receipt. `refs` is what the page's queries are asked by. Asks nobody who may: the part whose
    page it is has done so. One INSERT."""
    now = clock.now()
    audit.write(session, actor, action, subject=subject, after=after, at=now)
    return Viewed(frozenset(refs), page, now)
