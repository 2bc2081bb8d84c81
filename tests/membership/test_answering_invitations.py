"""An invitation is accepted or declined by the member alone, once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.membership.ratings import DAY, GOLD, rate, summary
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.membership import accept_invitation, decline_invitation
from vipclub.membership.refusals import NoOpenInvitation


def test_an_invitation_is_accepted_once_and_only_by_the_member(db: Database) -> None:
    lin, chen = persons_under_policy(db, [source_record(value=GOLD)], [source_record(value=GOLD)])
    rate(db)
    herself = Actor("member", permissions=frozenset(), scopes=frozenset({("person", lin)}))
    accepted = db.run(accept_invitation, herself, member=lin, today=DAY)
    assert accepted.status == "active"
    with pytest.raises(NoOpenInvitation):
        db.run(accept_invitation, herself, member=lin, today=DAY)
    with pytest.raises(NotFound):
        db.run(accept_invitation, herself, member=chen, today=DAY)


def test_who_declined_is_not_invited_again_that_year(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    assert db.run(decline_invitation, CLUB_ACTOR, member=lin, today=DAY).status == "declined"
    assert rate(db, date(2026, 12, 1)) == {"declined": 1}
    assert rate(db, date(2027, 7, 2)) == {"return": 1}


def test_a_renewed_membership_stays_accepted(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    db.run(accept_invitation, CLUB_ACTOR, member=lin, today=DAY)
    assert rate(db, date(2027, 7, 1)) == {"renewal": 1}
    found = summary(db, lin, date(2027, 7, 2))
    assert found
    assert (found.status, found.valid_to) == ("active", date(2028, 7, 1))
