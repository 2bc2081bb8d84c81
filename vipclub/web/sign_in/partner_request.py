"""A partner answers a request for help by the link of a letter, without an account. Opening it
changes nothing, however often and by whatever program: its buttons send a form, and that counts,
once, until the clock has run (docs/decisions.md 61). A link that leads to no request has a page of
its own: who is asked may have no account here, and a number to call is what helps.

Whom it is about stands in the answer to that form alone; the link itself never shows it.
"""

from __future__ import annotations

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance.dispatch import RequestView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.people import Viewed
from vipclub.web.dispatch_words import arrivals, decline_reasons, minutes_of, request_line
from vipclub.web.frame import current_language, db, public, read, shown
from vipclub.web.frame.request_context import request_id
from vipclub.web.sign_in.by_link import check_form, checks_itself, untold
from vipclub.web.sign_in.door import sign_in

SECRET = 100
"""Characters of a link's secret that are looked at."""


@sign_in.get("/partner/answer/<token>")
@public
def partner_request(token: str) -> ResponseReturnValue:
    """What is asked, and the buttons. One statement, and nothing is written."""
    return _page(token)


@sign_in.post("/partner/answer/<token>/accept")
@public
def partner_accepts(token: str) -> ResponseReturnValue:
    """The partner comes; this answer tells, once, whom it is about."""
    check_form()
    form = request.form
    with shown(404) as refusal:
        viewed = db().run(
            assistance.dispatch.accept_by_link,
            token=token[:SECRET],
            minutes=minutes_of(form.get("minutes", "")),
            text=form.get("said", ""),
            request_id=request_id(),
        )
        said = gettext(
            current_language(),
            N_(
                "You have accepted. Please note what you need now: the link does not show it again."
            ),
        )
        return _page(token, done=said, viewed=viewed)
    return _page(token, refused=refusal.said, status=refusal.status)


@sign_in.post("/partner/answer/<token>/decline")
@public
def partner_declines(token: str) -> ResponseReturnValue:
    """The partner can't; the next one is asked."""
    check_form()
    form = request.form
    with shown(404) as refusal:
        db().run(
            assistance.dispatch.decline_by_link,
            token=token[:SECRET],
            reason=form.get("reason", ""),
            text=form.get("said", ""),
            request_id=request_id(),
        )
        said = gettext(current_language(), N_("You have declined. Thank you for answering."))
        return _page(token, done=said)
    return _page(token, refused=refusal.said, status=refusal.status)


checks_itself(sign_in, partner_accepts, partner_declines)


def _page(
    token: str,
    *,
    refused: str = "",
    done: str = "",
    viewed: Viewed | None = None,
    status: int = 200,
) -> Response:
    with shown(404) as nothing, read() as session:
        found: RequestView = assistance.dispatch.request_by_link(
            session, token=token[:SECRET], viewed=viewed
        )
    if nothing.happened:
        return untold(render_template("sign_in/no_partner_request.html"), nothing.status)
    language = current_language()
    page = render_template(
        "sign_in/partner_request.html",
        page=request_line(language, found, clock.now()),
        token=token,
        refused=refused,
        done=done,
        typed={name: value[:500] for name, value in request.form.items()} if refused else {},
        arrivals=arrivals(language),
        reasons=decline_reasons(language),
    )
    return untold(page, status)
