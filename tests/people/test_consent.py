"""Consents: given and withdrawn by the person's own word."""

from __future__ import annotations

import pytest

from tests.small_club import SmallClub, a_small_club
from vipclub import people
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.mark.promise("P34")
def test_a_consent_is_withdrawn_and_given_again_and_the_newest_word_counts(
    db: Database, club: SmallClub
) -> None:
    member = club.members[0]

    def stands() -> people.ConsentView:
        with db.read() as session:
            found = people.consents_of(session, club.lin, member=member)
        return next(view for view in found if view.purpose == "marketing")

    assert stands().granted is None
    db.run(people.record_consent, club.lin, member=member, purpose="marketing", granted=True)
    db.run(people.record_consent, club.lin, member=member, purpose="marketing", granted=False)
    assert (stands().granted, stands().source) == (False, people.OWN_WORD)
    with pytest.raises(Malformed):
        db.run(
            people.record_consent, club.lin, member=member, purpose="group_sharing", granted=False
        )
    with pytest.raises(NotFound):
        db.run(people.record_consent, club.chen, member=member, purpose="health", granted=True)
