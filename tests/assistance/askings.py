"""Partners with something to offer in need, asked in a case."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.assistance.cases_in_steps import opened
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from vipclub import assistance, partners
from vipclub.assistance.dispatch import Dispatch, DispatchView
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import Localized

MINUTE = timedelta(minutes=1)
LYON = Localized("里昂医疗救援", "里昂醫療救援", "Lyon Medical Assistance")


class Askings:
    """Three partners that help in France: two of the small club's, whose clerks sign in, and a
    third; an emergency there."""

    def __init__(self, db: Database, club: SmallClub) -> None:
        self.db, self.club = db, club
        self.third = db.run(partners.create_partner, CLUB_ACTOR, name=LYON)
        self.covers = [
            self.cover(partner, minutes=10 + number)
            for number, partner in enumerate((club.partner, club.other_partner, self.third))
        ]
        self.case = opened(
            db,
            member=club.members[0],
            what="Chest pain",
            phone="+33612345678",
            place="Hotel Mercure, room 4",
            country="FR",
        ).case

    def cover(self, partner: str, **what: Any) -> str:
        given: dict[str, Any] = {
            "kind": "assistance",
            "country": "FR",
            "phone": "+33142345678",
            "email": "alarm@partner.example",
            "minutes": 10,
            **what,
        }
        return str(self.db.run(assistance.dispatch.add_cover, CLUB_ACTOR, partner=partner, **given))

    def ask(self, *covers: str, **more: Any) -> str:
        """Ask all three, or those named; gives the chain."""
        given: dict[str, Any] = {"case": self.case, "kind": "assistance", **more}
        chosen = list(covers or self.covers)
        return str(
            self.db.run(assistance.dispatch.ask_partners, CLUB_ACTOR, covers=chosen, **given)
        )

    def all(self) -> list[DispatchView]:
        viewed = self.db.run(assistance.record_view, CLUB_ACTOR, case=self.case, page="test")
        with self.db.read() as session:
            return assistance.dispatch.dispatches_of(
                session, CLUB_ACTOR, case=self.case, viewed=viewed
            )

    def states(self) -> list[str]:
        return [one.status for one in self.all()]

    def asked(self) -> str:
        """The reference of whoever is asked now."""
        (ref,) = [one.ref for one in self.all() if one.status == "asked"]
        return ref

    def letters(self) -> list[dict[str, Any]]:
        with self.db.read() as session:
            rows = session.scalars(select(OutboxRow.payload).order_by(OutboxRow.id))
            return [row for row in rows if row.get("template") in TEMPLATES]

    def rows(self) -> list[Dispatch]:
        with self.db.read() as session:
            return list(session.scalars(select(Dispatch).order_by(Dispatch.id)))


TEMPLATES = {"dispatch-asked", "partner-found", "partner-none"}


def later(minutes: float) -> Any:
    return clock.replaying(clock.now() + minutes * MINUTE)


def link_in(text: str) -> str:
    """The secret of the link in a letter."""
    found = re.search(r"/partner/answer/([\w-]+)", text)
    assert found, text
    return found[1]
