"""The administrator's pages of partners in a small club, and how their forms are sent."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.web.signing_in import csrf_token
from vipclub import settlement
from vipclub.core.db import Database
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms

NAME = {"name_hans": "云岚", "name_hant": "雲嵐", "name_en": "Yunlan"}
SITE = {
    **NAME,
    "address_hans": "云岚路",
    "address_hant": "雲嵐路",
    "address_en": "Yunlan Road",
    "city_code": "310000",
    "time_zone": "Asia/Shanghai",
    "region": "CN",
}
SERVICE = {**NAME, "minutes": "60", "department": "", "on_holidays": "y"}


def terms(db: Database, club: SmallClub) -> tuple[PartnerTerms, SiteTerms, OfferingTerms]:
    with db.read() as session:
        (partner,) = settlement.partner_terms(session, CLUB_ACTOR, partner=club.partner)
    (site,) = partner.sites
    (offering,) = site.offerings
    return partner, site, offering


def pages_of(db: Database, club: SmallClub) -> dict[str, str]:
    _, site, offering = terms(db, club)
    partner = f"/admin/partners/{club.partner}"
    return {
        "new_partner": "/admin/partners/new",
        "partner": partner,
        "new_site": f"{partner}/sites/new",
        "site": f"{partner}/sites/{site.ref}",
        "new_offering": f"{partner}/sites/{site.ref}/offerings/new",
        "offering": f"{partner}/offerings/{offering.ref}",
    }


def post(
    browser: FlaskClient, path: str, csrf_from: str = "/admin/partners/new", **form: Any
) -> Any:
    data = {"csrf_token": csrf_token(browser, csrf_from), **form}
    return browser.post(f"{path}?lang=en", data=data)
