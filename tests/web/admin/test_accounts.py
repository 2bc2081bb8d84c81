"""The administrator finds accounts, gives and takes rights, and hands over links that show once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.small_club import a_partner
from tests.statements import statements
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in, signed_in
from vipclub import accounts, benefits
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database

PAGES = ("/admin/", "/admin/people", "/admin/people/new", "/admin/tokens", "/admin/partners")


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    """Send a form from the page it stands on."""
    data = {"csrf_token": csrf_token(browser, "/admin/tokens"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def ref_of(db: Database, role: str) -> str:
    with db.read() as session:
        (found,) = accounts.find_accounts(session, CLUB_ACTOR, role=role).items
    return found.ref


def acts(db: Database, ref: str) -> list[str]:
    with db.read() as session:
        return list(
            session.scalars(
                select(AuditRow.action).where(AuditRow.subject_ref == ref).order_by(AuditRow.id)
            )
        )


def test_each_page_is_the_administrator_s_and_asks_few_statements(
    app: Flask, zhao: FlaskClient, db: Database
) -> None:
    pages = (*PAGES, f"/admin/people/{ref_of(db, 'operations')}")
    for page in pages:
        with statements(at_most=6):
            assert zhao.get(page).status_code == 200, page
    for role in ("operations", "auditor"):
        other = signed_in(app, role)
        assert {other.get(page).status_code for page in pages} == {403}, role
    policy = signed_in(app, "policy")
    assert {policy.get(page).status_code for page in pages[1:]} == {403}
    assert policy.get("/admin/").headers["Location"] == "/admin/policy"


def test_an_account_is_found_by_name_reference_and_sign_in_name(
    zhao: FlaskClient, db: Database
) -> None:
    ref = ref_of(db, "operations")
    for said in ("body oper", ref.lower(), "Operations@Club.example"):
        page = post(zhao, "/admin/people/find", find=said).text
        assert ref in page, said
        assert ref_of(db, "auditor") not in page
    assert "No account is like this." in post(zhao, "/admin/people/find", find="100%").text
    assert ref in zhao.get("/admin/people?role=operations&state=active").text
    assert ref not in zhao.get("/admin/people?role=operations&state=disabled").text
    assert zhao.get("/admin/people?role=king").status_code == 400


def test_a_long_list_goes_on(
    zhao: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vipclub.web.admin.accounts.PAGE", 3)
    first = zhao.get("/admin/people").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = zhao.get(following.replace("&amp;", "&")).text
    seen = [set(re.findall(r'data-row="(U-[^"]+)"', page)) for page in (first, second)]
    assert [len(page) for page in seen] == [3, 1]
    assert not seen[0] & seen[1]


@pytest.mark.promise("P36")
def test_another_role_is_given_and_counts_at_once(
    app: Flask, zhao: FlaskClient, db: Database
) -> None:
    gao, ref = signed_in(app, "operations"), ref_of(db, "operations")
    assert gao.get("/operations/").status_code == 200
    assert post(zhao, f"/admin/people/{ref}/role", role="desk").status_code == 303
    assert gao.get("/operations/").status_code == 303  # signed out
    assert "account.change_role" in acts(db, ref)
    assert post(zhao, f"/admin/people/{ref}/role", role="king").status_code == 422
    assert post(zhao, f"/admin/people/{ref}/role", role="member").status_code == 422


def test_nobody_changes_the_own_account(zhao: FlaskClient, db: Database) -> None:
    ref = ref_of(db, "admin")
    page = zhao.get(f"/admin/people/{ref}?lang=en").text
    assert "This is your own account." in page
    assert "Give this role" not in page
    before = acts(db, ref)
    for path, form in (
        ("role", {"role": "auditor"}),
        ("scopes", {"kind": "partner", "ref": "P-1"}),
        ("scopes/revoke", {"kind": "partner", "ref": "P-1"}),
        ("disable", {"reason": "why not"}),
        ("enable", {"reason": "why not"}),
        ("sign-ins/end", {}),
        ("invite", {}),
    ):
        answer = post(zhao, f"/admin/people/{ref}/{path}", **form)
        assert answer.status_code == 403, path
        assert "Nobody can change the rights of their own account." in answer.text
    assert acts(db, ref) == before


def test_an_account_is_shut_and_opened_with_a_reason(
    app: Flask, zhao: FlaskClient, db: Database
) -> None:
    gao, ref = signed_in(app, "operations"), ref_of(db, "operations")
    assert post(zhao, f"/admin/people/{ref}/disable", reason="").status_code == 422
    assert gao.get("/operations/").status_code == 200
    assert post(zhao, f"/admin/people/{ref}/disable", reason="left us").status_code == 303
    assert gao.get("/operations/").status_code == 303
    assert sign_in(app.test_client(), "operations@club.example").status_code == 401
    assert post(zhao, f"/admin/people/{ref}/enable", reason="came back").status_code == 303
    signed_in(app, "operations")
    assert acts(db, ref)[-4:-1] == ["account.sign_in", "account.disable", "account.enable"]


def test_sign_ins_are_ended(app: Flask, zhao: FlaskClient, db: Database) -> None:
    gao, ref = signed_in(app, "operations"), ref_of(db, "operations")
    assert post(zhao, f"/admin/people/{ref}/sign-ins/end").status_code == 303
    assert gao.get("/operations/").status_code == 303


def test_only_what_goes_with_the_role_is_given(zhao: FlaskClient, db: Database) -> None:
    db.run(benefits.load_catalogue, CLUB_ACTOR)
    partner, _offering = a_partner(db, capacity=1, service="health-check")
    clerk = an_account(db, "partner").public_ref
    wu = an_account(db, "manager").public_ref
    give = {"kind": "partner", "ref": partner}
    assert post(zhao, f"/admin/people/{clerk}/scopes", **give).status_code == 303
    assert post(zhao, f"/admin/people/{wu}/scopes", **give).status_code == 422
    portfolio = {"kind": "portfolio", "ref": "LIFE/0042"}
    assert post(zhao, f"/admin/people/{wu}/scopes", **portfolio).status_code == 303
    wrong = post(zhao, f"/admin/people/{wu}/scopes", kind="portfolio", ref="everybody")
    assert (wrong.status_code, "such as LIFE/0042" in wrong.text) == (422, True)
    everything = {"kind": "all", "ref": "*"}
    assert post(zhao, f"/admin/people/{wu}/scopes", **everything).status_code == 422
    with db.read() as session:
        scopes = [
            [
                (scope.kind, scope.ref)
                for scope in accounts.account_view(session, CLUB_ACTOR, ref).scopes
            ]
            for ref in (clerk, wu)
        ]
    assert scopes == [[("partner", partner)], [("portfolio", "LIFE/0042")]]
    assert post(zhao, f"/admin/people/{clerk}/scopes/revoke", **give).status_code == 303
    assert (
        partner
        not in zhao.get(f"/admin/people/{clerk}").text.split('id="sign-ins"')[0].split("<select")[0]
    )


def secret_in(page: str) -> str:
    found = re.search(r'<p class="secret">([^<]+)</p>', page)
    assert found, page
    return found[1]


def test_a_colleague_is_invited_by_a_link_that_shows_once(zhao: FlaskClient, db: Database) -> None:
    form = {"name": "Qian", "login": "qian@club.example", "role": "desk", "language": "zh-Hant"}
    answer = post(zhao, "/admin/people/new", **form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    link = secret_in(answer.text)
    token = link.rsplit("/", 1)[1]
    ref = ref_of(db, "desk")
    for page in ("/admin/people", f"/admin/people/{ref}", "/admin/people/new"):
        assert token not in zhao.get(page).text
    assert "no password yet" in zhao.get(f"/admin/people/{ref}?lang=en").text
    password = "a quiet harbour in June"
    joined = db.run(
        accounts.accept_staff_invitation, token=token, login=form["login"], password=password
    )
    assert isinstance(joined, accounts.InvitationAccepted)
    again = post(zhao, "/admin/people/new", **form)
    assert (again.status_code, "already in use" in again.text) == (409, True)
    assert post(zhao, f"/admin/people/{ref}/invite").status_code == 404  # a password is set


def test_a_new_link_makes_the_old_one_useless(zhao: FlaskClient, db: Database) -> None:
    form = {"name": "Qian", "login": "qian@club.example", "role": "desk", "language": "en"}
    first = secret_in(post(zhao, "/admin/people/new", **form).text).rsplit("/", 1)[1]
    second = secret_in(post(zhao, f"/admin/people/{ref_of(db, 'desk')}/invite").text)
    said = {"login": form["login"], "password": PASSWORD}
    failed = db.run(accounts.accept_staff_invitation, token=first, **said)
    assert isinstance(failed, accounts.InvitationFailed)
    joined = db.run(accounts.accept_staff_invitation, token=second.rsplit("/", 1)[1], **said)
    assert isinstance(joined, accounts.InvitationAccepted)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "Please give the name."),
        ({"login": ""}, "Please give an e-mail address or a phone number."),
        ({"login": "not one"}, "A sign-in name is an e-mail address"),
        ({"role": "member"}, "Please choose a role."),
        ({"role": "partner"}, "Please choose the partner this clerk works for."),
        ({"role": "manager", "portfolio": "all"}, "such as LIFE/0042"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    zhao: FlaskClient, changed: dict[str, str], words: str
) -> None:
    form = {"name": "Qian", "login": "q@club.example", "role": "desk", "language": "en"}
    answer = post(zhao, "/admin/people/new", **{**form, **changed})
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_member_is_invited_once(zhao: FlaskClient, db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=600_000)])
    link = secret_in(post(zhao, "/admin/people/invite", member=lin.lower()).text)
    assert "/invitation/" in link
    for said in ("", "nobody", "M-00000-00000-1"):
        assert post(zhao, "/admin/people/invite", member=said).status_code == 422
    with db.read() as session:
        person_id = session.scalar(select(accounts.Account.person_id).limit(1))
    assert person_id is None
    other = lin[:-1] + ("A" if lin[-1] != "A" else "B")
    assert post(zhao, "/admin/people/invite", member=other).status_code == 422
