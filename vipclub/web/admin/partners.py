"""Partners and their sites: added, looked up and changed by administrators."""

from __future__ import annotations

from zoneinfo import available_timezones

from babel import Locale
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, partners, settlement
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.settlement import PartnerTerms, SiteTerms
from vipclub.web.admin.catalogue_changes import PARTNER as PARTNER_FIELDS
from vipclub.web.admin.catalogue_changes import SITE as SITE_FIELDS
from vipclub.web.admin.catalogue_changes import changed_of, shown_of
from vipclub.web.admin.door import admin
from vipclub.web.admin.partner_forms import PartnerForm, SiteForm
from vipclub.web.city_names import CITIES, city_name
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once, sent_again
from vipclub.web.frame.open_form import seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown

REGIONS = ("CN", "HK", "MO", "SG", "GB", "US", "JP", "KR", "AU", "CA", "FR", "DE", "CH", "TH")
"""Whose public holidays a site may follow; another one is written in a file of partners."""
ABOUT = {
    partners.UnknownTimeZone: "time_zone",
    partners.UnknownRegion: "region",
    partners.SiteOpened: "time_zone",
}
"""A rule's no -> the field that it is about."""
PARTNER, SITE = "/partners/<partner>", "/partners/<partner>/sites/<ref>"


@admin.get("/partners")
def partner_list() -> str:
    """The partners: how many sites and services each has."""
    with read() as session:
        found = partners.all_partners(session, current_actor())
    return render_template("admin/partners.html", partners=found)


@admin.get("/partners/new")
def new_partner() -> str:
    """One more."""
    return _new_partner(PartnerForm())


@admin.post("/partners/new")
def add_partner() -> ResponseReturnValue:
    """Added; its sites come next."""
    form = PartnerForm.sent()
    if not form.validate():
        return _new_partner(form), 422
    with shown() as refusal:
        answer = run_once(
            lambda ref: url_for("admin.partner", partner=ref),
            partners.create_partner,
            unlike=True,
            **form.values(),
        )
        told_added(N_("The partner is added. Its sites come next."))
        return answer
    return _new_partner(form, refusal.said), refusal.status


def _new_partner(form: PartnerForm, refused: str = "") -> str:
    return render_template("admin/new_partner.html", form=form, refused=refused)


@admin.get(PARTNER)
def partner(partner: str) -> str:
    """One partner: its places, what is offered there, its people. Five statements beside the
    sign-in."""
    return _partner(partner)


def _partner(
    ref: str, form: PartnerForm | None = None, refusal: Shown | None = None, refused: str = ""
) -> str:
    actor = current_actor()
    with read() as session:
        found = one_partner(settlement.partner_terms(session, actor, partner=ref))
        staff = accounts.staff_of_partner(session, actor, partner=ref)
    return render_template(
        "admin/partner.html",
        partner=found,
        staff=staff,
        city=lambda code: city_name(current_language(), code),
        form=form or PartnerForm.of(found),
        typed=form is not None,
        refused=refused,
        changed=changed_of(found, PARTNER_FIELDS, refusal),
        seen=seen_on_page(shown_of(found, PARTNER_FIELDS), refusal),
    )


def one_partner(found: list[PartnerTerms]) -> PartnerTerms:
    """The partner that was asked for. Raises NotFound."""
    if not found:
        raise NotFound()
    return found[0]


@admin.post(PARTNER)
def change_partner(partner: str) -> ResponseReturnValue:
    """Its name."""
    form = PartnerForm.sent()
    if not form.validate():
        return _partner(partner, form), 422
    with shown() as refusal:
        changed = run(partners.change_partner, partner=partner, seen=seen_sent(), **form.values())
        told_saved(changed)
        return redirect(url_for("admin.partner", partner=partner), code=303)
    return _partner(partner, form, refusal, refusal.said), refusal.status


def told(sentence: str) -> None:
    """A word at the top of the next page."""
    flash(gettext(current_language(), sentence), "done")


def told_added(sentence: str) -> None:
    """That something is made; or that it was, where the form was sent before."""
    told(N_("You already sent this form. It was added once.") if sent_again() else sentence)


def told_saved(changed: bool) -> None:
    """Whether anything was different."""
    told(N_("Saved.") if changed else N_("Nothing was different."))


@admin.get(PARTNER + "/sites/new")
def new_site(partner: str) -> str:
    """One more place of a partner."""
    return _new_site(partner, SiteForm(time_zone=clock.club_zone(), region="CN"))


@admin.post(PARTNER + "/sites/new")
def add_site(partner: str) -> ResponseReturnValue:
    """Added; its services come next."""
    form = SiteForm.sent()
    if not form.validate():
        return _new_site(partner, form), 422
    with shown() as refusal:
        answer = run_once(
            lambda ref: url_for("admin.site", partner=partner, ref=ref),
            partners.create_site,
            partner=partner,
            unlike=True,
            **form.values(),
        )
        told_added(N_("The site is added. Its services come next."))
        return answer
    return _new_site(partner, form, form.refused(refusal, ABOUT)), refusal.status


def _new_site(partner: str, form: SiteForm, refused: str = "") -> str:
    with read() as session:
        found = settlement.partner_terms(session, current_actor(), partner=partner)
    return render_template(
        "admin/new_site.html",
        partner=one_partner(found),
        form=form,
        refused=refused,
        **_choices(form),
    )


@admin.get(SITE)
def site(partner: str, ref: str) -> str:
    """One place: its address, and what is offered there."""
    return _site(partner, ref)


@admin.post(SITE)
def change_site(partner: str, ref: str) -> ResponseReturnValue:
    """As it shall be."""
    form = SiteForm.sent()
    if not form.validate():
        return _site(partner, ref, form), 422
    with shown() as refusal:
        told_saved(run(partners.change_site, site=ref, seen=seen_sent(), **form.values()))
        return redirect(url_for("admin.site", partner=partner, ref=ref), code=303)
    refused = form.refused(refusal, ABOUT)
    return _site(partner, ref, form, refusal, refused), refusal.status


def find_site(partner: str, ref: str) -> tuple[PartnerTerms, SiteTerms]:
    """A place with its partner. Raises NotFound."""
    with read() as session:
        found = one_partner(settlement.partner_terms(session, current_actor(), partner=partner))
    for row in found.sites:
        if row.ref == ref:
            return found, row
    raise NotFound()


def _site(
    partner: str,
    ref: str,
    form: SiteForm | None = None,
    refusal: Shown | None = None,
    refused: str = "",
) -> str:
    company, found = find_site(partner, ref)
    filled = form or SiteForm.of(found)
    return render_template(
        "admin/site.html",
        partner=company,
        site=found,
        city=city_name(current_language(), found.city_code),
        form=filled,
        typed=form is not None,
        refused=refused,
        changed=changed_of(found, SITE_FIELDS, refusal),
        seen=seen_on_page(shown_of(found, SITE_FIELDS), refusal),
        **_choices(filled),
    )


def _choices(form: SiteForm) -> dict[str, list[tuple[str, str]]]:
    """Cities and regions by their names, time zones by their own."""
    language = current_language()
    territories = Locale.parse(str(language), sep="-").territories
    regions = dict.fromkeys((*REGIONS, form.region.data or "CN"))
    zones = sorted({zone for zone in available_timezones() if "/" in zone and zone[:3] != "Etc"})
    return {
        "cities": sorted(
            ((code, city_name(language, code)) for code in CITIES), key=lambda city: city[1]
        ),
        "regions": [(code, str(territories.get(code, code))) for code in regions],
        "zones": [(zone, zone.replace("_", " ")) for zone in zones],
    }
