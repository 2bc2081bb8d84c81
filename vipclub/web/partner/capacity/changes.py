"""Changing the capacity of a day and of its times. What hits people is asked about first, the rest
is done at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, partners
from vipclub.bookings import CapacityChanged
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_, format_moment, gettext, join_sentences
from vipclub.partners import Change, Plan
from vipclub.web.capacity_question import question, sentences
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.request_context import db
from vipclub.web.partner.capacity.day import Typed
from vipclub.web.partner.capacity.forms import DayForm, OverbookForm, TimesWished
from vipclub.web.partner.capacity.month import back_to, capacity_page, chosen_offering
from vipclub.web.partner.door import desk_name, partner


@partner.post("/capacity/times")
def change_times() -> ResponseReturnValue:
    """The times of a day, as they were typed."""
    wished = TimesWished.sent(request.form)
    if wished.errors:
        return capacity_page(Typed(times=wished.typed, errors=wished.errors)), 422
    return change_or_ask(wished.changes, Typed(times=wished.typed))


@partner.post("/capacity/day")
def change_day() -> ResponseReturnValue:
    """All times of a day get so many places; or a closed day opens again."""
    offering, day = request.form.get("offering"), day_of(request.form.get("day"))
    if request.form.get("act") == "open":
        return change_or_ask([Change(offering=offering, day=day, open=True)], Typed())
    form = DayForm.sent()
    typed = request.form.get("capacity", "")[:10]
    if not form.validate():
        return capacity_page(Typed(capacity=typed, capacity_error=form.problem("capacity"))), 422
    wish = Change(offering=offering, day=day, capacity=form.capacity.data)
    return change_or_ask([wish], Typed(capacity=typed))


@partner.post("/capacity/overbook")
def overbook() -> ResponseReturnValue:
    """One more place in a full time: an act of its own, with a reason."""
    form = OverbookForm.sent()
    good = form.validate()
    typed = Typed(
        slot=form.slot.data or "",
        slot_error=form.problem("slot"),
        reason=form.reason.data,
        reason_error=form.problem("reason"),
    )
    if not good:
        return capacity_page(typed), 422
    with shown() as refusal:
        hit = run(partners.overbook, slot=form.slot.data, reason=form.reason.data)
        language = current_language()
        said = N_("One more place on %(moment)s. It is on record with your reason.")
        flash(gettext(language, said, moment=format_moment(language, hit.start)), "done")
        return _home()
    return capacity_page(typed, refusal.said), refusal.status


def change_or_ask(changes: Sequence[Change], typed: Typed) -> ResponseReturnValue:
    """Do it, or ask first when somebody has an appointment there."""
    language = current_language()
    if not changes:
        flash(gettext(language, N_("Nothing was different.")), "done")
        return _home()
    with shown() as refusal:
        if not request.form.get("sure"):
            with read() as session:
                plan = partners.preview_change(session, current_actor(), changes=changes)
            if plan.people or plan.excess:
                return ask(plan, request.path, _way_back())
        reason = request.form.get("reason", "").strip()[:200] or None
        made = bookings.close_and_offer(
            db(),
            current_actor(),
            lambda: run(bookings.change_capacity, changes=changes, reason=reason),
        )
    if refusal.happened:
        return capacity_page(typed, refusal.said), refusal.status
    return done(made)


def done(made: CapacityChanged, back: Callable[[], str] | None = None) -> ResponseReturnValue:
    """Say what was done; people whose time closed have been looked after."""
    language = current_language()
    flash(
        join_sentences(language, sentences(language, made.plan)) or gettext(language, N_("Saved.")),
        "done",
    )
    if made.closures and made.plan.people:
        return redirect(url_for("partner.closing", ref=made.closures[0]), code=303)
    return redirect(back(), code=303) if back else _home()


def ask(plan: Plan, action: str, back_href: str) -> str:
    """What the change would hit, and the button that does it."""
    language = current_language()
    with read() as session:
        offerings = partners.offerings_of(session, current_actor())
    return render_template(
        "partner/capacity_changes.html",
        ask=question(language, plan, action, back_href),
        desk_name=desk_name(language, offerings),
    )


def _way_back() -> str:
    with read() as session:
        offerings = partners.offerings_of(session, current_actor())
    return back_to(chosen_offering(offerings).ref, day_of(request.form.get("day")))


def _home() -> ResponseReturnValue:
    return redirect(_way_back(), code=303)
