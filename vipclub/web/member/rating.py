"""The member says how a request of hers was handled, once it is resolved."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, run, shown
from vipclub.web.member.cases import page_with
from vipclub.web.member.door import member


@member.post("/cases/<ref>/rating")
def rate_case(ref: str) -> ResponseReturnValue:
    """1 to 5, and words; a low one asks whether to open the request again."""
    score, text = request.form.get("score", ""), request.form.get("text", "")[:5000]
    with shown() as refusal:
        given = int(score) if score in {"1", "2", "3", "4", "5"} else 0
        run(assistance.rate_case, case=ref, score=given, text=text)
        flash(gettext(current_language(), N_("Thank you. Your rating is with us.")), "done")
        return redirect(url_for("member.case", ref=ref, _anchor="rating"), code=303)
    return page_with(ref, refused=refusal.said, rated=(score, text)), refusal.status


@member.post("/cases/<ref>/reopen")
def reopen_case(ref: str) -> ResponseReturnValue:
    """It isn't settled."""
    with shown() as refusal:
        run(assistance.reopen, case=ref)
        flash(gettext(current_language(), N_("The request is open again.")), "done")
        return redirect(url_for("member.case", ref=ref), code=303)
    return page_with(ref, refused=refusal.said), refusal.status
