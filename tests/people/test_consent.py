"""Consents: given and withdrawn by the person's own word."""

from __future__ import annotations

import pytest

from tests.cast import Thread, a_thread
from vipclub import people
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound


@pytest.fixture
def thread(db: Database) -> Thread:
    return a_thread(db)


def test_a_consent_is_withdrawn_and_given_again_and_the_newest_word_counts(
    db: Database, thread: Thread
) -> None:
    member = thread.members[0]

    def stands() -> people.ConsentView:
        with db.read() as session:
            found = people.consents_of(session, thread.lin, member=member)
        return next(view for view in found if view.purpose == "marketing")

    assert stands().granted is None
    db.run(people.record_consent, thread.lin, member=member, purpose="marketing", granted=True)
    db.run(people.record_consent, thread.lin, member=member, purpose="marketing", granted=False)
    assert (stands().granted, stands().source) == (False, people.OWN_WORD)
    with pytest.raises(Malformed):
        db.run(
            people.record_consent, thread.lin, member=member, purpose="group_sharing", granted=False
        )
    with pytest.raises(NotFound):
        db.run(people.record_consent, thread.chen, member=member, purpose="health", granted=True)
