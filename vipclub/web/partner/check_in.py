"""Check-in by one field: a card's code from the scanner, a card number, a reference, or a name."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import bookings, membership, partners
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.errors import MalformedRef
from vipclub.core.i18n import N_, gettext
from vipclub.core.types import parse_ref
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.told import tell_done
from vipclub.web.names import person_name
from vipclub.web.partner.day_sheet import asked_day, of_day, sheet_page
from vipclub.web.partner.door import partner, undo_of, way_back
from vipclub.web.partner.forms import CheckInForm
from vipclub.web.status_words import state_word

CARD = "VIP1:"
NOBODY = N_("Nobody on this day's sheet fits this. Please check the day, or look by name.")
SEVERAL = N_("Several on this sheet fit this. Please choose the row.")
NOT_NOW = N_("%(name)s can't be checked in: %(state)s.")


@partner.post("/day/check-in")
def check_in() -> ResponseReturnValue:
    """One scan, one check-in. What fits several rows is asked; what fits none says so."""
    form, language = CheckInForm.sent(), current_language()
    typed: str = form.code.data
    if not form.validate():
        return sheet_page(problem=form.problem("code")), 422
    with shown() as refusal, read() as session:
        asked = asked_day(partners.offerings_of(session, current_actor()), clock.now())
        fits = _fitting(session, typed)
        found = [one for one in of_day(session, current_actor(), asked) if fits(one)]
    if refusal.happened:
        return sheet_page(problem=refusal.said), refusal.status
    waiting = [one for one in found if one.status == "booked"]
    if len(waiting) == 1:
        return _arrived(waiting[0], typed)
    chosen = frozenset(one.appointment for one in found)
    if len(found) == 1:
        name = person_name(language, found[0].beneficiary_name, "masked")
        state = state_word(language, found[0].status)
        text = gettext(language, NOT_NOW, name=name, state=state)
    else:
        text = gettext(language, SEVERAL if found else NOBODY)
    return sheet_page(problem=text, code=typed, chosen=chosen), 409 if found else 404


def _arrived(one: AppointmentView, typed: str) -> ResponseReturnValue:
    with shown() as refusal:
        run(bookings.arrive, appointment=one.appointment)
        language = current_language()
        name = person_name(language, one.beneficiary_name, "masked")
        said = gettext(language, N_("%(name)s is checked in."), name=name)
        tell_done(said, undo_of(one.appointment, "arrive"))
        return redirect(way_back(), code=303)
    return sheet_page(problem=refusal.said, code=typed), refusal.status


def _fitting(session: Session, typed: str) -> Callable[[AppointmentView], bool]:
    """Which appointments belong to what was typed. One statement at most. Cards are looked up only
    to compare them with the day's own guests, so that the desk learns of nobody else. Raises
    CardUnreadable and CardOutdated."""
    number = typed
    if typed.upper().startswith(CARD):
        number = membership.verify_card(session, typed.upper(), at=clock.now())
    owner = membership.find_by_card(session, number)
    if owner is not None:
        return lambda one: one.member_id == owner
    try:
        ref = parse_ref(typed, "A")
    except MalformedRef:
        name = typed.casefold()
        return lambda one: (
            one.status in bookings.OF_THE_DAY and name in one.beneficiary_name.casefold()
        )
    return lambda one: one.appointment == ref
