"""The member's own page, and what is changed there at once: language, contact details.

Consents, notifications, the password and the sign-ins elsewhere have rooms of their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, people
from vipclub.core import clock
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_, gettext, say
from vipclub.people import ContactDetails
from vipclub.web.frame import current_actor, current_language, current_sign_in, read, run
from vipclub.web.frame.template_globals import LANGUAGES
from vipclub.web.member.consent import Consent, consent_shown
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import ContactForm, LanguageForm
from vipclub.web.member.verifying import verify_links, verify_now
from vipclub.web.own_password import prove_oneself
from vipclub.web.own_sign_ins import SignIn, sign_ins_shown


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """All that the page shows; what was typed wrongly is kept."""

    mobile: str
    email: str
    revealed: bool
    verified: dict[str, bool]
    verify: dict[str, str]
    languages: list[tuple[str, str]]
    language: str
    consents: list[Consent]
    sign_ins: list[SignIn]
    typed: dict[str, str]
    problem: tuple[str, str]


@member.get("/me")
def me() -> str:
    """The member's own page. Five statements beside the sign-in."""
    return _page(None)


@member.post("/me/reveal")
def reveal() -> str:
    """Number and address whole, on this page only; the trail says that they were shown."""
    return _page(run(people.reveal_contact_details, member=own_ref()))


@member.post("/me/language")
def say_language() -> ResponseReturnValue:
    """The language of pages and of letters."""
    form = LanguageForm.sent()
    if not form.validate():
        raise Malformed("language")
    run(people.change_contact_details, member=own_ref(), language=form.language.data)
    run(accounts.choose_language, language=form.language.data)
    said = gettext(form.language.data, N_("Pages and letters come in this language from now on."))
    flash(said, "done")
    return redirect(url_for("member.me", lang=form.language.data), code=303)


@member.post("/me/contact")
def say_contact() -> ResponseReturnValue:
    """A new number or address, after the password was proved."""
    form, language = ContactForm.sent(), current_language()
    mobile, email = form.mobile.data or None, form.email.data or None
    typed = {"mobile": mobile or "", "email": email or ""}
    if mobile is None and email is None:
        return redirect(url_for("member.me"), code=303)
    try:
        prove_oneself(form.password.data)
        run(people.change_contact_details, member=own_ref(), mobile=mobile, email=email)
    except people.DetailUnreadable as refusal:
        problem = (refusal.data["field"], say(language, refusal))
        return _page(None, typed, problem), 422
    except (accounts.WrongPassword, accounts.TooManyTries) as refusal:
        return _page(None, typed, ("password", say(language, refusal))), 422
    flash(gettext(language, N_("We reach you there from now on.")), "done")
    return verify_now([name for name, text in (("mobile", mobile), ("email", email)) if text])


def _page(
    whole: ContactDetails | None,
    typed: dict[str, str] | None = None,
    problem: tuple[str, str] = ("", ""),
) -> str:
    actor, language, sign_in = current_actor(), current_language(), current_sign_in()
    with read() as session:
        masked = people.contact_details_of(session, actor, member=own_ref())
        consents = people.consents_of(session, actor, member=own_ref())
        sign_ins = accounts.own_sign_ins(session, actor)
    shown, now = whole or masked, clock.now()
    none = gettext(language, N_("not known to us yet"))
    return render_template(
        "member/profile.html",
        page=ProfilePage(
            mobile=shown.mobile or none,
            email=shown.email or none,
            revealed=whole is not None,
            verified={"mobile": masked.mobile_proven, "email": masked.email_proven},
            verify=verify_links(masked),
            languages=list(LANGUAGES),
            language=str(language),
            consents=[consent_shown(language, view, clock.club_zone()) for view in consents],
            sign_ins=sign_ins_shown(language, sign_ins, sign_in.session_id if sign_in else 0, now),
            typed=typed or {},
            problem=problem,
        ),
    )
