"""What a partner offers at a place: added and changed, closed and opened again by administrators.
Its prices and hours are the operations', its rules the policy owner's; they are shown here."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from vipclub import partners, settlement
from vipclub.core.i18n import N_
from vipclub.web.admin.catalogue_changes import OFFERING as FIELDS
from vipclub.web.admin.catalogue_changes import changed_of, shown_of
from vipclub.web.admin.door import admin
from vipclub.web.admin.partner_forms import NewOfferingForm, OfferingForm
from vipclub.web.admin.partners import SITE, find_site, told, told_added, told_saved
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.frame.open_form import seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.offering_terms import Place, hours_in_words, place_of, prices_in_words

ABOUT = {
    partners.NotBookableByTime: "service",
    partners.OfferingNotAccepted: "minutes",
}
"""A rule's no -> the field that it is about."""
OFFERING = "/partners/<partner>/offerings/<ref>"


@admin.get(SITE + "/offerings/new")
def new_offering(partner: str, ref: str) -> str:
    """One more service at a place."""
    return _new(partner, ref, NewOfferingForm())


@admin.post(SITE + "/offerings/new")
def add_offering(partner: str, ref: str) -> ResponseReturnValue:
    """Added; it can be booked when it has hours."""
    form = NewOfferingForm.sent()
    if not form.validate():
        return _new(partner, ref, form), 422
    with shown() as refusal:
        answer = run_once(
            lambda made: url_for("admin.offering", partner=partner, ref=made),
            partners.create_offering,
            site=ref,
            unlike=True,
            **form.values(),
        )
        told_added(N_("The service is added. The operations set its price and hours."))
        return answer
    return _new(partner, ref, form, form.refused(refusal, ABOUT)), refusal.status


def _new(partner: str, ref: str, form: NewOfferingForm, refused: str = "") -> str:
    company, site = find_site(partner, ref)
    with read() as session:
        services = partners.services_by_time(session)
    return render_template(
        "admin/new_offering.html",
        partner=company,
        site=site,
        services=[(row.code, row.name.to(current_language())) for row in services],
        form=form,
        refused=refused,
    )


@admin.get(OFFERING)
def offering(partner: str, ref: str) -> str:
    """One service of a partner: what it is, what is settled, and what it still lacks."""
    return _page(_found(partner, ref))


@admin.post(OFFERING)
def change_offering(partner: str, ref: str) -> ResponseReturnValue:
    """As it shall be."""
    place, form = _found(partner, ref), OfferingForm.sent()
    if not form.validate():
        return _page(place, form), 422
    with shown() as refusal:
        changed = run(partners.change_offering, offering=ref, seen=seen_sent(), **form.values())
        told_saved(changed)
        return _back(partner, ref)
    refused = form.refused(refusal, ABOUT)
    return _page(_found(partner, ref), form, refusal, refused), refusal.status


@admin.post(OFFERING + "/close")
def close_offering(partner: str, ref: str) -> ResponseReturnValue:
    """Nobody books it any more; who has an appointment keeps it."""
    run(partners.close_offering, offering=ref)
    told(N_("The service is closed. Appointments that stand are kept."))
    return _back(partner, ref)


@admin.post(OFFERING + "/reopen")
def reopen_offering(partner: str, ref: str) -> ResponseReturnValue:
    """It can be booked again."""
    run(partners.reopen_offering, offering=ref)
    told(N_("The service is open again, at the hours in force."))
    return _back(partner, ref)


def _back(partner: str, ref: str) -> Response:
    return redirect(url_for("admin.offering", partner=partner, ref=ref), code=303)


def _found(partner: str, ref: str) -> Place:
    with read() as session:
        found = settlement.partner_terms(session, current_actor(), partner=partner)
    return place_of(found, ref)


def _page(
    place: Place,
    form: OfferingForm | None = None,
    refusal: Shown | None = None,
    refused: str = "",
) -> str:
    language = current_language()
    return render_template(
        "admin/offering.html",
        place=place,
        prices=prices_in_words(language, place.offering),
        hours=hours_in_words(language, place.offering.hours),
        form=form or OfferingForm.of(place.offering),
        typed=form is not None,
        refused=refused,
        changed=changed_of(place.offering, FIELDS, refusal),
        seen=seen_on_page(shown_of(place.offering, FIELDS), refusal),
    )
