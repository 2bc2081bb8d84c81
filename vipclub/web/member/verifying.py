"""Verifying one's own number or address by a code that is sent there."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.people import CodeRight, CodeTooSoon, ContactDetails
from vipclub.web.code_words import problem_with_code, wait_for_code
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import CodeForm

DONE = {
    "mobile": N_("Your mobile number is verified."),
    "email": N_("Your e-mail address is verified."),
}


@member.get("/me/verify/<kind>")
def verify(kind: str) -> str:
    """The number or address, and the field for the code. Three statements beside the sign-in."""
    return _page(kind, CodeForm())


@member.post("/me/verify/<kind>/send")
def send_code(kind: str) -> ResponseReturnValue:
    """Send a code there."""
    _can_be_sent(kind)
    language = current_language()
    with shown() as refusal:
        sent = run(people.ask_proof, member=own_ref(), kind=kind)
        if isinstance(sent, CodeTooSoon):
            problem = wait_for_code(language, sent.wait_seconds)
            page = _page(kind, CodeForm(), problem)
            return page, 429, {"Retry-After": str(sent.wait_seconds)}
        flash(gettext(language, N_("The code is on its way.")), "done")
        return redirect(url_for("member.verify", kind=kind), code=303)
    return _page(kind, CodeForm(), refusal.said), refusal.status


@member.post("/me/verify/<kind>")
def enter_code(kind: str) -> ResponseReturnValue:
    """The code as typed. A wrong one is counted."""
    _can_be_sent(kind)
    form, language = CodeForm.sent(), current_language()
    outcome = run(people.prove_contact, member=own_ref(), kind=kind, typed=form.code.data)
    if not isinstance(outcome, CodeRight):
        form.code.errors = [problem_with_code(language, outcome)]
        return _page(kind, form), 422
    flash(gettext(language, DONE[kind]), "done")
    return redirect(url_for("member.me"), code=303)


def verify_links(shown: ContactDetails) -> dict[str, str]:
    """Where what is known and not verified can be: by its kind."""
    return {
        kind: url_for("member.verify", kind=kind)
        for kind, value, proven in (
            ("mobile", shown.mobile, shown.mobile_proven),
            ("email", shown.email, shown.email_proven),
        )
        if value and not proven and (kind == "email" or texts())
    }


def verify_now(kinds: Sequence[str]) -> ResponseReturnValue:
    """After a change: a code to the first of them is on its way, and its page is shown."""
    kind = next((kind for kind in kinds if kind == "email" or texts()), None)
    if kind is None:
        return redirect(url_for("member.me"), code=303)
    run(people.ask_proof, member=own_ref(), kind=kind)
    return redirect(url_for("member.verify", kind=kind), code=303)


def texts() -> bool:
    """Whether the club sends SMS."""
    sends: bool = current_app.extensions["vipclub"].settings.texts
    return sends


def _can_be_sent(kind: str) -> None:
    if kind not in DONE or (kind == "mobile" and not texts()):
        raise NotFound()


def _page(kind: str, form: CodeForm, problem: str = "") -> str:
    _can_be_sent(kind)
    actor = current_actor()
    with read() as session:
        masked = people.contact_details_of(session, actor, member=own_ref())
        code = people.code_open(session, actor, member=own_ref(), kind=kind)
    return render_template(
        "member/verify.html",
        kind=kind,
        form=form,
        problem=problem,
        value=getattr(masked, kind) or "",
        verified=getattr(masked, f"{kind}_proven"),
        sent=code is not None,
    )
