"""Closing a day: first what it would do, then the list of everybody whom it displaced, until there
is nobody left on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, partners
from vipclub.bookings import ClosureView, Displaced
from vipclub.core import clock
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_, format_date, format_moment, gettext, ngettext
from vipclub.partners import OfferingRow
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.request_context import db
from vipclub.web.names import person_name
from vipclub.web.partner import rows
from vipclub.web.partner.capacity.forms import ClosingForm
from vipclub.web.partner.capacity.month import ClosureLine, back_to, chosen_offering, closure_line
from vipclub.web.partner.door import desk_name, partner
from vipclub.web.spoken_list import listed

STANDS = {
    "waiting": (N_("needs another time"), "late"),
    "desk": (N_("with the service desk"), "soon"),
    "proposed": (N_("another time offered"), "soon"),
    "moved": (N_("moved"), "calm"),
    "cancelled": (N_("cancelled"), ""),
    "kept": (N_("served all the same"), "calm"),
    "open_again": (N_("keeps the time: it is open again"), "calm"),
    "served": (N_("was served"), "calm"),
}
"""Where a displaced one stands -> how it is said, and its mood."""


@dataclass(frozen=True, slots=True)
class ClosingQuestion:
    """A day that is to close, with what that would do."""

    offering: str
    day: str
    scope: str
    title: str
    scopes: list[tuple[str, str, bool]]
    said: list[str]
    people: int
    back_href: str
    reason: str
    reason_error: str


@dataclass(frozen=True, slots=True)
class DisplacedLine:
    """Somebody whose time closed."""

    ref: str
    href: str
    name: str
    service: str
    was: str
    state: str
    mood: str
    other: str
    by: str
    may_keep: bool
    may_propose: bool


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """A closure and its countdown."""

    ref: str
    title: str
    places: str
    reason: str
    left: int
    people: int
    figures: list[tuple[str, int]]
    countdown: str
    finished: bool
    reopened: str
    may_reopen: bool
    may_offer: bool
    lines: list[DisplacedLine]


@partner.get("/capacity/close")
def ask_closing() -> ResponseReturnValue:
    """What closing a day would do. Seven statements beside the sign-in."""
    return _question(request.args.get("scope", "offering"))


@partner.post("/closing")
def close() -> ResponseReturnValue:
    """Close the day; everybody is offered another time before the page comes."""
    form, actor = ClosingForm.sent(), current_actor()
    day = day_of(request.form.get("day"))
    if day is None:
        abort(404)
    if not form.validate():
        return _question(form.scope.data or "", form.reason.data, form.problem("reason"), 422)
    with read() as session:
        here = chosen_offering(partners.offerings_of(session, actor))
    what = {"site": here.site} if form.scope.data == "site" else {"offering": here.ref}
    with shown() as refusal:
        ref = bookings.close_and_offer(
            db(),
            actor,
            lambda: run(bookings.close_day, day=day, reason=form.reason.data, **what),
        )
    if refusal.happened:
        flash(refusal.said, "refused")
        return redirect(back_to(here.ref, day), code=303)
    if ref is None:
        return redirect(back_to(here.ref, day), code=303)
    return redirect(url_for("partner.closing", ref=ref), code=303)


@partner.get("/closing")
def closings() -> str:
    """The closures, the latest first. Three statements beside the sign-in."""
    language, actor = current_language(), current_actor()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        found = bookings.list_closures(session, actor, limit=100)
    lines: list[ClosureLine] = [closure_line(language, one) for one in found]
    return render_template(
        "partner/closures.html", lines=lines, desk_name=desk_name(language, offerings)
    )


@partner.get("/closing/<ref>")
def closing(ref: str) -> str:
    """A closure with everybody whom it displaced. Four statements beside the sign-in."""
    return _page(ref)


@partner.get("/closing/<ref>/live")
def closing_live(ref: str) -> str:
    """The part that counts down, alone."""
    with read() as session:
        found = bookings.closure(session, current_actor(), ref)
    return render_template("partner/closure_live.html", page=_compose(found, clock.now()))


@partner.post("/closing/<ref>/offer")
def offer_again(ref: str) -> ResponseReturnValue:
    """Look for other times once more, for everybody who has none."""
    language = current_language()
    done = bookings.offer_others(db(), current_actor(), closure=ref, again=True)
    said = ngettext(
        language,
        "%(num)s person was offered another time.",
        "%(num)s people were offered another time.",
        done.proposed,
    )
    flash(said, "done")
    return redirect(url_for("partner.closing", ref=ref), code=303)


@partner.post("/closing/<ref>/keep/<appointment>")
def keep(ref: str, appointment: str) -> ResponseReturnValue:
    """This person is served all the same."""
    with shown() as refusal:
        run(bookings.keep, closure=ref, appointment=appointment)
        return redirect(url_for("partner.closing", ref=ref), code=303)
    return _page(ref, refusal=refusal.said), refusal.status


@partner.post("/closing/<ref>/reopen")
def reopen(ref: str) -> ResponseReturnValue:
    """Open the times again."""
    run(bookings.reopen, closure=ref)
    flash(gettext(current_language(), N_("The times are open again.")), "done")
    return redirect(url_for("partner.closing", ref=ref), code=303)


def _question(
    scope: str, reason: str = "", reason_error: str = "", status: int = 200
) -> ResponseReturnValue:
    language, actor = current_language(), current_actor()
    day = day_of(request.values.get("day"))
    if day is None:
        abort(404)
    scope = scope if scope in {"offering", "site"} else "offering"
    with shown() as refusal, read() as session:
        offerings = partners.offerings_of(session, actor)
        here = chosen_offering(offerings)
        what = {"site": here.site} if scope == "site" else {"offering": here.ref}
        preview = bookings.preview_closing(session, actor, day=day, **what)
    if refusal.happened:
        flash(refusal.said, "refused")
        return redirect(back_to(request.values.get("offering", ""), None), code=303)
    question = ClosingQuestion(
        offering=here.ref,
        day=day.isoformat(),
        scope=scope,
        title=gettext(language, N_("Close %(day)s"), day=format_date(language, day)),
        scopes=_scopes(language, here, offerings, day, scope),
        said=_said(language, preview),
        people=preview.people,
        back_href=back_to(here.ref, day),
        reason=reason,
        reason_error=reason_error,
    )
    page = render_template(
        "partner/closure_question.html", ask=question, desk_name=desk_name(language, offerings)
    )
    return page, status


def _scopes(
    language: str, here: OfferingRow, offerings: list[OfferingRow], day: date, scope: str
) -> list[tuple[str, str, bool]]:
    """This service, or everything at the site where there is more."""
    if sum(row.site == here.site and row.active for row in offerings) < 2:
        return []
    names = {
        "offering": here.name.to(language),
        "site": gettext(language, N_("Everything at %(site)s"), site=here.site_name.to(language)),
    }
    return [
        (
            name,
            url_for("partner.ask_closing", offering=here.ref, day=day.isoformat(), scope=code),
            code == scope,
        )
        for code, name in names.items()
    ]


def _said(language: str, preview: bookings.ClosingPreview) -> list[str]:
    """12 people have appointments; 9 can be offered another time here, 3 go to the desk."""
    times = ngettext(
        language, "%(num)s time closes.", "%(num)s times close.", len(preview.plan.closing)
    )
    if not preview.people:
        return [times, gettext(language, N_("Nobody has an appointment then."))]
    said = [
        times,
        ngettext(
            language,
            "%(num)s person has an appointment.",
            "%(num)s people have appointments.",
            preview.people,
        ),
    ]
    if preview.here:
        said.append(
            ngettext(
                language,
                "%(num)s can be offered another time here.",
                "%(num)s can be offered another time here.",
                preview.here,
            )
        )
    if preview.desk:
        said.append(
            ngettext(
                language,
                "%(num)s goes to the service desk, which looks elsewhere.",
                "%(num)s go to the service desk, which looks elsewhere.",
                preview.desk,
            )
        )
    return said


def _page(ref: str, *, refusal: str = "") -> str:
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        found = bookings.closure(session, actor, ref)
    return render_template(
        "partner/closure.html",
        page=_compose(found, clock.now()),
        refusal=refusal,
        desk_name=desk_name(language, offerings),
    )


def _compose(found: ClosureView, now: datetime) -> ClosingPage:
    language, counts = current_language(), found.counts
    days = format_date(language, found.first_day)
    if found.last_day != found.first_day:
        days = f"{days} – {format_date(language, found.last_day)}"
    ahead = found.last_day >= clock.today(found.time_zone)
    live = found.reopened_at is None
    return ClosingPage(
        ref=found.ref,
        title=gettext(language, N_("Closed: %(days)s"), days=days),
        places=listed(
            language, *(f"{name.to(language)} · {site.to(language)}" for name, site in found.places)
        ),
        reason=found.reason or "",
        left=found.left,
        people=len(found.displaced),
        figures=[
            (gettext(language, N_("had an appointment")), len(found.displaced)),
            (gettext(language, N_("need another time")), counts["waiting"]),
            (gettext(language, N_("have been offered one")), counts["proposed"]),
            (gettext(language, N_("with the service desk")), counts["desk"]),
            (gettext(language, N_("settled")), len(found.displaced) - found.left),
        ],
        countdown=_countdown(language, found),
        finished=not found.left,
        reopened=gettext(
            language,
            N_("Open again since %(moment)s."),
            moment=format_moment(language, found.reopened_at, found.time_zone),
        )
        if found.reopened_at
        else "",
        may_reopen=live and ahead and found.kind != "week",
        may_offer=live and bool(counts["waiting"] + counts["desk"]),
        lines=[_line(language, one, now, live) for one in found.displaced],
    )


def _countdown(language: str, found: ClosureView) -> str:
    if not found.displaced:
        return gettext(language, N_("Nobody had an appointment."))
    if not found.left:
        return gettext(language, N_("Everybody has been looked after. The closing is finished."))
    return ngettext(
        language,
        "%(num)s person has no other time agreed on yet.",
        "%(num)s people have no other time agreed on yet.",
        found.left,
    )


def _line(language: str, one: Displaced, now: datetime, live: bool) -> DisplacedLine:
    word, mood = STANDS[one.stands]
    other = rows.day_and_time(language, one.other, now) if one.other else ""
    site = one.other_site_name
    if other and site is not None and site != one.site_name:
        other = f"{other} · {site.to(language)}"
    by = ""
    if one.stands == "proposed" and one.answer_by:
        moment = day_and_hour(language, one.answer_by, now, one.time_zone)
        by = gettext(language, N_("answers until %(moment)s"), moment=moment)
    return DisplacedLine(
        ref=one.appointment,
        href=url_for("partner.appointment", ref=one.appointment),
        name=person_name(language, one.visitor_name, "masked"),
        service=one.service_name.to(language),
        was=rows.day_and_time(language, one.start, now),
        state=gettext(language, word),
        mood=mood,
        other=other,
        by=by,
        may_keep=live and one.stands in {"waiting", "desk"},
        may_propose=live and one.stands in {"waiting", "desk"},
    )
