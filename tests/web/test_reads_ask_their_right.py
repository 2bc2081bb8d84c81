"""What a page shows is asked for by right, whichever door asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from vipclub import (
    accounts,
    benefits,
    bookings,
    events,
    membership,
    operations,
    partners,
    people,
    settlement,
)
from vipclub.accounts import GRANTS, HOLDERS, Permission, permissions_of
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Refused

NOBODY = "M-00000-00000-0"
ASKED: list[tuple[Permission, Callable[[Session, Actor], object]]] = [
    (Permission.TOKEN_CREATE, accounts.list_tokens),
    (Permission.ACCOUNT_CHANGE, lambda _session, actor: accounts.roles_to_fill(actor)),
    (Permission.ACCOUNT_VIEW, partners.all_partners),
    (Permission.CATALOGUE_VIEW, settlement.partner_terms),
    (Permission.POLICY_VIEW, lambda s, a: benefits.quantities_of(s, a, 2026)),
    (Permission.ENTITLEMENT_ADJUST, lambda s, a: benefits.member_to_adjust(s, a, member=NOBODY)),
    (Permission.ENTITLEMENT_ADJUST, lambda s, a: benefits.adjustable(s, a, member=NOBODY)),
    (Permission.APPOINTMENT_CORRECT, bookings.correctable_appointments),
    (Permission.APPOINTMENT_CORRECT, lambda s, a: bookings.correctable_appointment(s, a, NOBODY)),
    (Permission.MEMBER_FIND, lambda s, a: membership.find_member(s, a, card="1")),
    (Permission.MEMBER_VIEW, lambda s, a: membership.show_member(s, a, NOBODY)),
    (Permission.OPERATIONS_VIEW, operations.check_books),
    (Permission.EVENT_VIEW, events.events),
    (Permission.EVENT_CURATE, lambda s, a: events.waiting_for(s, a, [])),
    (Permission.EVENT_CURATE, lambda s, a: events.counts_of(s, a, event=NOBODY)),
    (Permission.EVENT_CURATE, lambda s, a: events.steps_taken(s, a, event=NOBODY)),
    (Permission.EVENT_CURATE, lambda s, a: events.registrations_of_event(s, a, event=NOBODY)),
    (Permission.SETUP_VIEW, lambda s, a: operations.first_steps(s, a, mail_server=True)),
]


@pytest.mark.promise("P31")
@pytest.mark.parametrize("role", sorted(HOLDERS))
def test_each_question_is_answered_to_those_whose_work_it_is_and_to_nobody_else(
    db: Database, role: str
) -> None:
    actor = Actor(kind=role, permissions=permissions_of(role))
    for permission, question in ASKED:
        assert answered(db, actor, question) == (role in GRANTS[permission]), permission


def answered(db: Database, actor: Actor, question: Callable[[Session, Actor], object]) -> bool:
    try:
        with db.read() as session:
            question(session, actor)
    except Forbidden:
        return False
    except Refused:
        return True
    return True


def test_a_file_is_checked_for_those_who_may_load_it(db: Database) -> None:
    clerk = Actor(kind="partner", permissions=permissions_of("partner"))
    with pytest.raises(Forbidden):
        people.check_file(db, clerk, path=Path("nowhere.csv"), subsidiary="LIFE")
