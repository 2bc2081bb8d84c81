"""A callback for a member, planned at both doors."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.web.member_file.forms import DOORS, Browser, post_form
from vipclub import desk
from vipclub.core.db import Database


@pytest.mark.parametrize("door", DOORS)
def test_it_is_planned_from_the_file(
    browser: Browser, club: SmallClub, db: Database, door: str
) -> None:
    client, lin = browser(door), club.members[0]
    file = f"/{door}/members/{lin}"
    assert f'href="{file}/callback"' in client.get(file).text
    page = client.get(f"{file}/callback?lang=en").text
    assert "8000" in page
    assert "+8613800138000" not in page, "masked"
    wrong = post_form(client, f"{file}/callback", phone="room 4", words="About May")
    assert wrong.status_code == 422
    assert "About May" in wrong.text
    assert post_form(client, f"{file}/callback", about="benefit", due="60").status_code == 303
    with db.read() as session:
        (made,) = desk.callbacks_of(session, CLUB_ACTOR, member=lin)
    assert (made.about, made.state) == ("benefit", "due")


def test_another_manager_s_member_is_not_found(browser: Browser, club: SmallClub) -> None:
    client = browser("manager")
    file = f"/manager/members/{club.members[1]}"
    assert client.get(f"{file}/callback").status_code == 404
    assert post_form(client, f"{file}/callback", phone="+8613800138000").status_code == 404
