"""Requests for help in need: what the partner is asked for, and its answer before the clock has
run. Whom it is about is shown once it has accepted, and the trail has the row of it first."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance, partners
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.dispatch_words import arrivals, decline_reasons, minutes_of, request_line
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.paging import list_address
from vipclub.web.partner.door import desk_name, partner

SHOWN = 50


@partner.get("/requests")
def requests() -> str:
    """The newest first; nobody's name. One statement beside the sign-in."""
    language, actor, now = current_language(), current_actor(), clock.now()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        page = assistance.dispatch.requests_of_partner(
            session, actor, after=request.args.get("after"), limit=SHOWN
        )
    return render_template(
        "partner/requests.html",
        rows=[request_line(language, one, now) for one in page.items],
        next_href=list_address("partner.requests", after=page.next) if page.next else "",
        desk_name=desk_name(language, offerings),
    )


@partner.get("/requests/<ref>")
def request_for_help(ref: str) -> str:
    """One of them. Two statements beside the sign-in and the record of the viewing."""
    return _page(ref)


def _page(ref: str, refused: str = "") -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    viewed = run(assistance.dispatch.record_request_view, dispatch=ref, page="request")
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        found = assistance.dispatch.request_to_partner(session, actor, dispatch=ref, viewed=viewed)
    return render_template(
        "partner/request.html",
        page=request_line(language, found, now),
        refused=refused,
        typed={name: value[:500] for name, value in request.form.items()},
        arrivals=arrivals(language),
        reasons=decline_reasons(language),
        desk_name=desk_name(language, offerings),
    )


@partner.post("/requests/<ref>/accept")
def accept_request(ref: str) -> ResponseReturnValue:
    """The partner comes."""
    form = request.form
    with shown() as refusal:
        run(
            assistance.dispatch.accept,
            dispatch=ref,
            minutes=minutes_of(form.get("minutes", "")),
            text=form.get("said", ""),
        )
        flash(gettext(current_language(), N_("You have accepted. The club knows it.")), "done")
        return redirect(url_for("partner.request_for_help", ref=ref), code=303)
    return _page(ref, refusal.said), refusal.status


@partner.post("/requests/<ref>/decline")
def decline_request(ref: str) -> ResponseReturnValue:
    """The partner can't; the next one is asked."""
    form = request.form
    with shown() as refusal:
        run(
            assistance.dispatch.decline,
            dispatch=ref,
            reason=form.get("reason", ""),
            text=form.get("said", ""),
        )
        flash(gettext(current_language(), N_("You have declined. Thank you for answering.")))
        return redirect(url_for("partner.requests"), code=303)
    return _page(ref, refusal.said), refusal.status
