"""Operations change an allowance with a reason."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.signing_in import csrf_token
from vipclub import benefits
from vipclub.core import clock
from vipclub.core.db import Database


def test_a_member_is_given_one_more_with_a_reason(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    form = {"csrf_token": csrf_token(gao, "/operations/adjust"), "member": lin.lower()}
    found = gao.post("/operations/adjust", data=form)
    path = f"/operations/adjust/{lin}"
    assert found.headers["Location"] == path
    with statements(at_most=6):
        page = gao.get(path)
    assert "Lin Xiaoyu" not in page.text
    year = clock.club_today().year
    change = {
        "csrf_token": csrf_token(gao, path),
        "form_key": "once-and-only-once",
        "benefit": "health-check",
        "year": year,
        "by": 1,
        "reason": "the centre was closed",
    }
    before = left_of(db, lin, year)
    assert gao.post(path, data=change).status_code == 303
    assert gao.post(path, data=change).status_code == 303  # a double click
    assert left_of(db, lin, year) == before + 1
    assert "the centre was closed" in gao.get(path).text
    for wrong, words in (
        ({"reason": ""}, "Please say why"),
        ({"by": 0}, "Nothing would change"),
        ({"by": -99}, "not enough"),
    ):
        answer = gao.post(path + "?lang=en", data={**change, "form_key": "another-key", **wrong})
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    assert left_of(db, lin, year) == before + 1


def left_of(db: Database, member: str, year: int) -> int:
    with db.read() as session:
        found = benefits.entitlements_of(session, CLUB_ACTOR, member=member, year=year)
        return next(a.remaining for a in found if a.benefit == "health-check")


@pytest.mark.parametrize("said", ["", "nobody", "M-00000-00000-1"])
def test_a_reference_that_isn_t_one_is_said_plainly(gao: FlaskClient, said: str) -> None:
    form = {"csrf_token": csrf_token(gao, "/operations/adjust"), "member": said}
    assert gao.post("/operations/adjust", data=form).status_code == 404
