"""What a partner does in need, and where: how the desk asks it and how fast it answers."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from vipclub import assistance, settlement
from vipclub.core.i18n import N_
from vipclub.web.admin.door import admin
from vipclub.web.admin.partners import PARTNER, one_partner, told
from vipclub.web.city_names import CITIES, city_name
from vipclub.web.dispatch_words import countries, service_name
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.forms import Form, at_most, one_line, said

LANGUAGES = (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))
"""Each by its own name."""
ABOUT = {
    assistance.dispatch.CoverNotAccepted: "phone",
    assistance.dispatch.CoverThereAlready: "kind",
}
"""A rule's no -> the field that it is about."""


class CoverForm(Form):
    """A service in need."""

    kind = StringField()
    country = StringField(filters=[at_most(2)])
    city_code = StringField(filters=[at_most(6)])
    phone = StringField(filters=[one_line, at_most(40)])
    email = StringField(filters=[one_line, at_most(200)])
    language = StringField(default="en")
    minutes = IntegerField(default=15, validators=[NumberRange(1, 1440)])

    def validate_kind(self, field: StringField) -> None:
        if field.data not in assistance.dispatch.SERVICES:
            raise ValidationError(said(N_("Please choose a service.")))

    def validate_language(self, field: StringField) -> None:
        if field.data not in dict(LANGUAGES):
            raise ValidationError(said(N_("Please choose one of these.")))

    def values(self) -> dict[str, Any]:
        """As the use case takes them."""
        return {
            "kind": self.kind.data,
            "country": self.country.data or None,
            "city_code": self.city_code.data or None,
            "phone": self.phone.data,
            "email": self.email.data,
            "language": self.language.data,
            "minutes": self.minutes.data,
        }


@admin.get(PARTNER + "/assistance")
def covers(partner: str) -> str:
    """What is there, and one more."""
    return _covers(partner, CoverForm())


def _covers(partner: str, form: CoverForm, refused: str = "") -> str:
    language, actor = current_language(), current_actor()
    with read() as session:
        company = one_partner(settlement.partner_terms(session, actor, partner=partner))
        found = assistance.dispatch.covers_of(session, actor, partner=partner)
    return render_template(
        "admin/covers.html",
        partner=company,
        rows=[
            (
                one,
                service_name(language, one.kind),
                city_name(language, one.city_code)
                if one.city_code
                else assistance.dispatch.country_name(language, one.country),
            )
            for one in found
        ],
        form=form,
        refused=refused,
        kinds=[(code, service_name(language, code)) for code in assistance.dispatch.SERVICES],
        countries=countries(language),
        cities=sorted(
            ((code, city_name(language, code)) for code in CITIES), key=lambda one: one[1]
        ),
        languages=LANGUAGES,
    )


@admin.post(PARTNER + "/assistance")
def add_cover(partner: str) -> ResponseReturnValue:
    """One more; the same again is refused."""
    form = CoverForm.sent()
    if not form.validate():
        return _covers(partner, form), 422
    with shown() as refusal:
        run(assistance.dispatch.add_cover, partner=partner, **form.values())
        told(N_("The service is added."))
        return redirect(url_for("admin.covers", partner=partner), code=303)
    return _covers(partner, form, form.refused(refusal, ABOUT)), refusal.status


@admin.post(PARTNER + "/assistance/<ref>/end")
def end_cover(partner: str, ref: str) -> ResponseReturnValue:
    """The partner isn't asked for this any more."""
    run(assistance.dispatch.end_cover, partner=partner, cover=ref)
    told(N_("The service is removed."))
    return redirect(url_for("admin.covers", partner=partner), code=303)
