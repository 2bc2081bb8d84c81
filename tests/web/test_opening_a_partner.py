"""A partner is opened from nothing by the pages alone, each by whoever's part it is; then a member
books there."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import a_small_club, slots_of
from tests.web.pages import first_match
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in, signed_in
from vipclub import bookings, settlement
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database

NAME = {"name_hans": "云岚健康体检", "name_hant": "雲嵐健康體檢", "name_en": "Yunlan Health Check"}
SITE = {
    "name_hans": "福田中心",
    "name_hant": "福田中心",
    "name_en": "Futian Centre",
    "address_hans": "深圳市福田区云岚路 1 号",
    "address_hant": "深圳市福田區雲嵐路 1 號",
    "address_en": "1 Yunlan Road, Futian, Shenzhen",
    "city_code": "440300",
    "time_zone": "Asia/Shanghai",
    "region": "CN",
}
SERVICE = {
    "service": "health-check",
    "name_hans": "深度健康体检",
    "name_hant": "深度身體檢查",
    "name_en": "In-depth health check",
    "preparation_hans": "请空腹",
    "preparation_hant": "請空腹",
    "preparation_en": "Please do not eat beforehand.",
    "minutes": "60",
    "on_holidays": "y",
}


def send(browser: FlaskClient, path: str, page: str = "", **form: Any) -> Any:
    """Fill a form of the page and send it."""
    token = csrf_token(browser, page or path)
    return browser.post(f"{path}?lang=en", data={"csrf_token": token, **form})


def followed(browser: FlaskClient, answer: Any) -> str:
    """The page to which a form that was taken leads."""
    assert answer.status_code == 303, answer.text
    page = browser.get(f"{answer.headers['Location']}?lang=en")
    assert page.status_code == 200
    return str(page.text)


def test_a_partner_is_opened_by_pages_alone_and_a_member_books_there(db: Database) -> None:
    club = a_small_club(db)
    for role in ("admin", "operations", "policy"):
        an_account(db, role)
    app = create_app(database=db)
    zhao, gao, xu = (signed_in(app, role) for role in ("admin", "operations", "policy"))

    list_page = zhao.get("/admin/partners?lang=en").text
    assert 'href="/admin/partners/new"' in list_page
    partner_page = followed(zhao, send(zhao, "/admin/partners/new", **NAME))
    new_site = first_match(r'href="(/admin/partners/P-[^"]+/sites/new)"', partner_page)
    site_page = followed(zhao, send(zhao, new_site, **SITE))
    assert "1 Yunlan Road, Futian, Shenzhen" in site_page
    assert "Shenzhen" in site_page
    new_offering = first_match(r'href="(/admin/[^"]+/offerings/new)"', site_page)
    offering_page = followed(zhao, send(zhao, new_offering, **SERVICE))
    assert "Nobody can book this yet." in offering_page
    offering = first_match(r"(O-[0-9A-Z-]+)", offering_page)

    _set_price_and_hours(gao, offering)
    assert "Nobody can book this yet." not in zhao.get(_path(zhao, offering)).text
    _set_rules(xu, offering)
    he = _invited_clerk(zhao, app.test_client(), partner_page)

    slot = slots_of(db, offering)[0]
    booked = db.run(
        bookings.book, club.lin, member=club.members[0], offering=offering, slot=slot, note=""
    )
    assert booked.status == "booked", "the named rules confirm at once"
    visit = he.get(f"/partner/find?q={booked.appointment}&lang=en", follow_redirects=True)
    assert "In-depth health check" in visit.text, "the clerk sees who comes"
    _price_counts(db, offering)


def _path(browser: FlaskClient, offering: str) -> str:
    """Where an offering's page is, as the list and the partner's page lead there."""
    for partner in re.findall(
        r'href="(/admin/partners/P-[^"]+)"', browser.get("/admin/partners").text
    ):
        found = re.search(rf'href="([^"]+/offerings/{offering})"', browser.get(partner).text)
        if found:
            return found[1]
    raise AssertionError(offering)


def _set_price_and_hours(gao: FlaskClient, offering: str) -> None:
    listed = gao.get("/operations/partners?lang=en").text
    page = first_match(rf'href="([^"]+/offerings/{offering})"', listed)
    assert "No price yet." in gao.get(f"{page}?lang=en").text
    price = {
        "from_day": clock.club_today().isoformat(),
        "amount": "1,680.00",
        "currency": "CNY",
        "noshow": "50",
        "late": "0",
    }
    assert "CNY 1,680.00" in followed(gao, send(gao, f"{page}/price", page, **price))
    hours = {"from_day": clock.club_today().isoformat()}
    for weekday in range(1, 8):
        hours |= {
            f"opens-{weekday}-0": "09:00",
            f"closes-{weekday}-0": "12:00",
            f"every-{weekday}-0": "60",
            f"capacity-{weekday}-0": "2",
        }
    question = send(gao, f"{page}/hours", **hours)
    assert question.status_code == 200
    assert "times open" in question.text
    assert "No hours yet." in gao.get(f"{page}?lang=en").text, "nothing is set before the yes"
    shown = followed(gao, send(gao, f"{page}/hours", **hours, sure="1"))
    assert "09:00 to 12:00, a time every 60 minutes, 2 places each" in shown


def _set_rules(xu: FlaskClient, offering: str) -> None:
    assert 'href="/admin/policy/booking/places"' in xu.get("/admin/policy/booking").text
    listed = xu.get("/admin/policy/booking/places?lang=en").text
    page = first_match(rf'href="([^"]+/places/[^"]+/{offering})"', listed)
    answer = send(xu, page, whose="named", name="wealth-advice", text="")
    assert "its own: wealth-advice" in followed(xu, answer)


def _invited_clerk(zhao: FlaskClient, browser: FlaskClient, partner_page: str) -> FlaskClient:
    """Clerk He, invited from the partner's page, who sets a password and signs in."""
    invite = first_match(r'href="(/admin/people/new[^"]+)"', partner_page)
    form = zhao.get(invite).text
    partner = first_match(r"partner=(P-[0-9A-Z-]+)", invite)
    assert f'<option value="{partner}" selected>' in form, "the partner is chosen already"
    sent = {"name": "He", "login": "he@yunlan.example", "language": "en"}
    answer = send(zhao, "/admin/people/new", role="partner", partner=partner, **sent)
    link = first_match(r'<p class="secret">([^<]+)</p>', answer.text)
    path = "/" + link.split("/", 3)[3]
    said = {"login": sent["login"], "password": PASSWORD, "again": PASSWORD}
    joined = send(browser, path, **said)
    assert joined.status_code == 303, joined.text
    assert sign_in(browser, sent["login"]).status_code == 303
    return browser


def _price_counts(db: Database, offering: str) -> None:
    with db.read() as session:
        found = settlement.partner_terms(session, CLUB_ACTOR)
    prices = [o.price for p in found for s in p.sites for o in s.offerings if o.ref == offering]
    assert prices == [settlement.Price(168_000, "CNY", 50, 0)]
