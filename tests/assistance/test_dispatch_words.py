"""Words to a partner and of a partner: whole, or refused."""

from __future__ import annotations

import pytest

from tests.assistance.askings import Askings
from tests.small_club import a_small_club
from vipclub import assistance
from vipclub.core.db import Database


@pytest.fixture
def lyon(db: Database) -> Askings:
    return Askings(db, a_small_club(db))


def test_words_that_are_too_long_are_refused_and_never_cut(lyon: Askings, db: Database) -> None:
    """The end of a sentence is often what matters."""
    with pytest.raises(assistance.WordsMissing) as refused:
        lyon.ask(area="x" * 201)
    assert "200" in str(refused.value)
    assert lyon.rows() == []
    lyon.ask(area=" " + "x" * 200 + " ")
    ref, clerk, long = lyon.asked(), lyon.club.he, "y" * 501
    with pytest.raises(assistance.WordsMissing) as refused:
        db.run(assistance.dispatch.accept, clerk, dispatch=ref, text=long)
    assert "500" in str(refused.value)
    with pytest.raises(assistance.WordsMissing):
        db.run(assistance.dispatch.decline, clerk, dispatch=ref, reason="no_capacity", text=long)
    assert lyon.asked() == ref, "it is asked still"
    db.run(assistance.dispatch.accept, clerk, dispatch=ref, text=long[:500])
    (one,) = [one for one in lyon.all() if one.ref == ref]
    assert one.said == long[:500]
