"""Which booking rules hold at a place: those of the benefit, named ones, or rules of its own. The
policy owner looks and decides."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField, ValidationError

from vipclub import bookings, settlement
from vipclub.core.i18n import N_, gettext, join_sentences
from vipclub.settlement import OfferingTerms
from vipclub.web.admin.booking_policy_words import rules_in_words
from vipclub.web.admin.door import admin
from vipclub.web.admin.partners import told
from vipclub.web.frame import audience, current_actor, current_language, read, run, shown
from vipclub.web.frame.forms import Form, at_most, said
from vipclub.web.frame.open_form import changed_meanwhile, seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.offering_terms import Place, place_of, places_of

PLACE = "/policy/booking/places/<partner>/<ref>"
BENEFIT, NAMED, OWN = "benefit", "named", "own"
LONGEST = 8_000
"""Characters of rules of a place's own: the shipped ones have some hundred."""


class RulesForm(Form):
    """Whose rules hold, and which."""

    ALL_SAID = frozenset({"text"})

    whose = StringField()
    name = StringField(filters=[at_most(60)])
    text = TextAreaField(filters=[at_most(LONGEST)])

    def validate_whose(self, field: StringField) -> None:
        if field.data not in {BENEFIT, NAMED, OWN}:
            raise ValidationError(said(N_("Please choose one of these.")))

    def validate_name(self, field: StringField) -> None:
        if self.whose.data == NAMED and field.data not in bookings.policy_names():
            raise ValidationError(said(N_("Please choose one of these.")))

    def validate_text(self, field: TextAreaField) -> None:
        if self.whose.data == OWN and not str(field.data).strip():
            raise ValidationError(said(N_("Please write the rules.")))

    @classmethod
    def of(cls, offering: OfferingTerms) -> RulesForm:
        """What holds now. Rules of the benefit's are offered as a beginning for own ones."""
        names = bookings.policy_names()
        if offering.policy is None:
            begin = offering.service if offering.service in names else ""
            document = bookings.named_document(begin) if begin else {}
            return cls(whose=BENEFIT, name=begin, text=bookings.document_text(document))
        document = dict(offering.policy_document or {})
        shipped = offering.policy in names
        named = shipped and bookings.named_document(offering.policy) == document
        return cls(
            whose=NAMED if named else OWN,
            name=offering.policy if named else "",
            text=bookings.document_text(document),
        )


@admin.get("/policy/booking/places")
@audience("policy")
def rules_by_place() -> str:
    """Every service of a partner, and whose rules hold there. Six statements beside the sign-in."""
    with read() as session:
        found = settlement.partner_terms(session, current_actor())
    return render_template("admin/rules_by_place.html", places=places_of(found))


@admin.get(PLACE)
@audience("policy")
def rules_of_place(partner: str, ref: str) -> str:
    """The rules of one service at a place."""
    return _page(_found(partner, ref))


@admin.post(PLACE)
@audience("policy")
def change_rules(partner: str, ref: str) -> ResponseReturnValue:
    """Whose rules hold there from now on."""
    place, form = _found(partner, ref), RulesForm.sent()
    if not form.validate():
        return _page(place, form), 422
    seen = seen_sent()
    with shown() as refusal:
        if form.whose.data == BENEFIT:
            run(bookings.follow_service_policy, offering=ref, seen=seen)
        elif form.whose.data == NAMED:
            run(bookings.set_booking_policy, offering=ref, policy=form.name.data, seen=seen)
        else:
            document = bookings.written_document(form.text.data.replace("\r\n", "\n"))
            run(
                bookings.set_booking_policy,
                offering=ref,
                policy=OWN,
                document=document,
                seen=seen,
            )
        told(N_("Saved. It counts for every booking from now on."))
        return redirect(url_for("admin.rules_of_place", partner=partner, ref=ref), code=303)
    if isinstance(refusal.refused, bookings.BookingPolicyNotAccepted):
        mistakes = refusal.refused.data["problems"]
        form.text.errors = [mistake.said_in(current_language()) for mistake in mistakes]
        return _page(place, form), refusal.status
    return _page(_found(partner, ref), form, refusal), refusal.status


def _found(partner: str, ref: str) -> Place:
    with read() as session:
        found = settlement.partner_terms(session, current_actor(), partner=partner)
    return place_of(found, ref)


def _page(place: Place, form: RulesForm | None = None, refusal: Shown | None = None) -> str:
    language, own = current_language(), place.offering.policy_document
    rules = rules_in_words(language, bookings.policy_of(own)) if own else []
    benefit = gettext(language, N_("those of the benefit"))
    said = join_sentences(language, rules) or benefit
    return render_template(
        "admin/rules_of_place.html",
        place=place,
        rules=rules,
        names=[(name, name) for name in bookings.policy_names()],
        form=form or RulesForm.of(place.offering),
        refused=refusal.said if refusal else "",
        changed=changed_meanwhile(refusal, {"rules": (N_("Booking rules"), lambda: said)}),
        seen=seen_on_page(bookings.policy_seen(place.offering.policy, own), refusal),
    )
