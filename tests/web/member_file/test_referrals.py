"""Referrals at both doors: made in the file with the question for the consent, answered in the
list."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import PORTFOLIO
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.member_file.forms import DOORS, Browser, post_form
from vipclub import people
from vipclub.core.db import Database

COMPANY = PORTFOLIO.partition("/")[0]


@pytest.mark.parametrize("door", DOORS)
def test_made_in_the_file_with_consent_alone(
    browser: Browser, club: SmallClub, db: Database, door: str
) -> None:
    client, lin = browser(door), club.members[0]
    file = f"/{door}/members/{lin}"
    page = f"{file}/referrals"
    assert f'href="{page}"' in client.get(file).text
    form = {"company": COMPANY, "subject": "insurance", "words": "Asks about travel"}
    refused = post_form(client, f"{page}?lang=en", **form)
    assert refused.status_code == 422
    assert "consent to sharing within the group nobody can be referred" in refused.text
    assert "Asks about travel" in refused.text
    assert post_form(client, page, **form, agreed="phone").status_code == 303
    assert "Asks about travel" in client.get(page).text
    assert "Waiting for the company" in client.get(f"{file}?lang=en").text
    listed = client.get(f"/{door}/referrals?lang=en").text
    assert "Waiting for the company" in listed


def test_the_company_s_manager_answers_in_the_list(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    ref = db.run(
        people.referrals.make_referral,
        CLUB_ACTOR,
        member=club.members[1],
        company=COMPANY,
        subject="trust",
        agreed="phone",
    )
    client = browser("manager")
    assert "Accept" in client.get("/manager/referrals?lang=en").text
    assert client.get(f"/manager/members/{club.members[1]}").status_code == 404
    assert post_form(client, f"/manager/referrals/{ref}/accept").status_code == 303
    done = post_form(client, f"/manager/referrals/{ref}/outcome", result="won", words="Signed")
    assert done.status_code == 303
    assert "Signed" in client.get("/manager/referrals?lang=en").text
    late = post_form(client, f"/manager/referrals/{ref}/withdraw")
    assert late.status_code == 409
    desk = browser("desk")
    assert post_form(desk, f"/desk/referrals/{ref}/accept").status_code == 404
    for address in ("/manager/referrals", "/desk/referrals", "/desk/referrals?state=won"):
        who = client if address.startswith("/manager") else desk
        who.get(address)
        with statements(at_most=6):
            assert who.get(address).status_code == 200
