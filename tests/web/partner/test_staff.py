"""The partner's people on the page: invite, hand over the link, shut out."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.small_club import SmallClub
from tests.web.partner.forms import post_form
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in
from vipclub.core.db import Database

MA = {"name": "Ma Li", "login": "ma@yunlan.example"}


def link(text: str) -> str:
    found = re.search(r'href="https?://[^/"]+(/join/[^"]+)"', text)
    assert found
    return found[1]


def test_an_invited_colleague_comes_in_by_the_link(pc: FlaskClient, app: Flask) -> None:
    answer = post_form(pc, "/partner/staff", **MA)
    assert answer.status_code == 201
    path, phone = link(answer.text), app.test_client()
    form = {"login": "ma@yunlan.example", "password": PASSWORD}
    token = csrf_token(phone, path)
    wrong = phone.post(path, data={**form, "login": "x@y.example", "csrf_token": token})
    assert wrong.status_code == 422
    assert phone.post(path, data={**form, "csrf_token": token}).status_code == 303
    assert sign_in(phone, "ma@yunlan.example").location == "/partner/"
    assert "Ma Li" in pc.get("/partner/staff").text


def test_the_link_is_shown_once(pc: FlaskClient) -> None:
    post_form(pc, "/partner/staff", **MA)
    assert "/join/" not in pc.get("/partner/staff").text


def test_a_form_with_holes_says_so_and_keeps_what_was_written(pc: FlaskClient) -> None:
    for form in ({"name": "Ma Li"}, {"login": "ma@yunlan.example"}, {**MA, "login": "Ma"}):
        answer = post_form(pc, "/partner/staff", **form)
        assert answer.status_code == 422
        assert next(iter(form.values())) in answer.text


def test_what_the_form_doesn_t_ask_is_not_heard(
    pc: FlaskClient, club: SmallClub, app: Flask
) -> None:
    """Mass assignment: neither role nor partner come from outside."""
    answer = post_form(
        pc,
        "/partner/staff",
        **MA,
        role="admin",
        partner=club.other_partner,
        scopes="all",
        state="active",
        password=PASSWORD,
    )
    assert answer.status_code == 201
    assert sign_in(app.test_client(), "ma@yunlan.example").status_code == 401


def test_who_is_shut_out_can_t_come_in(pc: FlaskClient, db: Database, club: SmallClub) -> None:
    account = an_account(
        db, "partner", login="ma@yunlan.example", scopes=[("partner", club.partner)]
    )
    phone = pc.application.test_client()
    assert sign_in(phone, "ma@yunlan.example").status_code == 303
    answer = post_form(pc, f"/partner/staff/{account.public_ref}/shut-out")
    assert answer.status_code == 303
    assert phone.get("/partner/").status_code == 303
    assert sign_in(phone, "ma@yunlan.example").status_code == 401


def test_another_partner_s_people_and_one_s_own_account_stay(
    pc: FlaskClient, other_pc: FlaskClient, db: Database, club: SmallClub
) -> None:
    rows = re.findall(r'data-row="(U-[^"]+)"', pc.get("/partner/staff").text)
    assert len(rows) == 1
    assert post_form(pc, f"/partner/staff/{rows[0]}/shut-out").status_code == 403
    assert post_form(other_pc, f"/partner/staff/{rows[0]}/shut-out").status_code == 404
    assert post_form(other_pc, f"/partner/staff/{rows[0]}/link").status_code == 404
