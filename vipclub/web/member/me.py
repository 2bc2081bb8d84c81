"""The member's own page: language, contact details, reminders, consents, password, sign-ins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, people
from vipclub.accounts import SignInRow
from vipclub.core import clock
from vipclub.core.errors import Malformed, Refused
from vipclub.core.i18n import N_, format_date, gettext, say
from vipclub.people import ConsentView, ContactDetails
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, current_sign_in, read, run
from vipclub.web.frame.template_globals import LANGUAGES
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import ContactForm, LanguageForm, PasswordForm

PURPOSES = {
    "group_sharing": (
        N_("Sharing within the group"),
        N_(
            "The companies of the group put together what you have with them. Your tier rests on"
            " it."
        ),
    ),
    "partner_sharing": (
        N_("Sharing with partners"),
        N_("The place that you visit learns your name and what it needs for the visit."),
    ),
    "health": (
        N_("Details of health"),
        N_("What you tell us for a visit is passed on to the clinic, and to nobody else."),
    ),
    "cross_border": (
        N_("Passing details abroad"),
        N_("For visits and help outside the mainland we pass what is needed across the border."),
    ),
    "marketing": (
        N_("Invitations and news"),
        N_("We write to you about events and offers that may please you."),
    ),
}
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """A purpose with the member's word on it. `may_change`: by a tap here."""

    purpose: str
    title: str
    text: str
    state: str
    mood: str
    since: str
    granted: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where the member is signed in."""

    name: str
    device: str
    seen: str
    here: bool


@dataclass(frozen=True, slots=True)
class MePage:
    """All that the page shows; what was typed wrongly is kept."""

    mobile: str
    email: str
    revealed: bool
    reminders: bool
    languages: list[tuple[str, str]]
    language: str
    consents: list[Consent]
    sign_ins: list[SignIn]
    typed: dict[str, str]
    problem: tuple[str, str]


@member.get("/me")
def me() -> str:
    """Five statements beside the sign-in."""
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
    return redirect(url_for("member.me"), code=303)


@member.post("/me/reminders")
def say_reminders() -> ResponseReturnValue:
    """Whether one is reminded of visits."""
    wanted = request.form.get("wanted") == "yes"
    run(people.set_reminders, member=own_ref(), wanted=wanted)
    said = (
        N_("We remind you of your visits.")
        if wanted
        else N_("We don't remind you of your visits any more.")
    )
    flash(gettext(current_language(), said), "done")
    return redirect(url_for("member.me") + "#reminders", code=303)


@member.post("/me/consents")
def say_consent() -> ResponseReturnValue:
    """A consent given or withdrawn; it counts from this moment."""
    granted = request.form.get("granted") == "yes"
    purpose = request.form.get("purpose", "")[:30]
    run(people.record_consent, member=own_ref(), purpose=purpose, granted=granted)
    said = (
        N_("Thank you. Your consent counts from now on.")
        if granted
        else N_("Your consent is withdrawn. It counts from now on.")
    )
    flash(gettext(current_language(), said), "done")
    return redirect(url_for("member.me") + "#consents", code=303)


@member.post("/me/sign-ins")
def end_sign_ins() -> ResponseReturnValue:
    """End one other sign-in, or all others."""
    sign_in = current_sign_in()
    name = request.form.get("name", "")[:40]
    if name:
        run(accounts.end_sign_in, name=name)
    elif sign_in is not None:
        run(accounts.end_other_sign_ins, session_id=sign_in.session_id)
    flash(gettext(current_language(), N_("Signed out there.")), "done")
    return redirect(url_for("member.me") + "#sign-ins", code=303)


@member.get("/me/password")
def password() -> str:
    """The form for a new password."""
    return render_template("member/password.html", problem=("", ""))


@member.post("/me/password")
def change_password() -> ResponseReturnValue:
    """A new password; all other sign-ins end."""
    form, sign_in = PasswordForm.sent(), current_sign_in()
    language = current_language()
    try:
        prove_oneself(form.present.data)
        run(
            accounts.change_password,
            present=form.present.data,
            new=form.new.data,
            session_id=sign_in.session_id if sign_in else None,
        )
    except (accounts.WrongPassword, accounts.TooManyTries) as refusal:
        return _refused("present", refusal), 422
    except accounts.PasswordTooWeak as refusal:
        return _refused("new", refusal), 422
    said = N_("Your new password is set. All other devices are signed out.")
    flash(gettext(language, said), "done")
    return redirect(url_for("member.me"), code=303)


def prove_oneself(password: str) -> None:
    """Whoever is at the screen knows the password. Raises WrongPassword and TooManyTries."""
    started = run(accounts.start_proof, ip=request.remote_addr or "")
    if isinstance(started, accounts.SignInFailed):
        raise accounts.TooManyTries(minutes=-(-started.wait_seconds // 60))
    if not accounts.prove(started, password).right:
        raise accounts.WrongPassword()
    run(accounts.end_proof, challenge=started)


def _refused(field: str, refusal: Refused) -> str:
    problem = (field, say(current_language(), refusal))
    return render_template("member/password.html", problem=problem)


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
        "member/me.html",
        page=MePage(
            mobile=shown.mobile or none,
            email=shown.email or none,
            revealed=whole is not None,
            reminders=masked.reminders,
            languages=list(LANGUAGES),
            language=str(language),
            consents=[consent_shown(language, view, clock.club_zone()) for view in consents],
            sign_ins=_sign_ins(language, sign_ins, sign_in.session_id if sign_in else 0, now),
            typed=typed or {},
            problem=problem,
        ),
    )


def consent_shown(language: str, view: ConsentView, zone: str) -> Consent:
    """A consent in words, with its source and its day."""
    title, text = PURPOSES[view.purpose]
    granted = bool(view.granted)
    state = N_("Agreed") if granted else N_("Not agreed")
    since = ""
    if view.at is not None:
        own = view.source == people.OWN_WORD
        company = view.source.removeprefix("delivery of ")
        told = company if company != view.source else ""
        sentence = (
            N_("by your own word, %(day)s")
            if own
            else N_("as the group company %(company)s told us, %(day)s")
            if told
            else N_("as a group company told us, %(day)s")
        )
        day = format_date(language, view.at.astimezone(ZoneInfo(zone)).date())
        since = gettext(language, sentence, day=day, company=told)
    return Consent(
        purpose=view.purpose,
        title=gettext(language, title),
        text=gettext(language, text),
        state=gettext(language, state),
        mood="calm" if granted else "",
        since=since,
        granted=granted,
        may_change=view.purpose in people.OWN_PURPOSES,
    )


def device(language: str, user_agent: str) -> str:
    """Chrome · Android.

    >>> device("en", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Safari/604.1")
    'Safari · iPhone'
    >>> device("en", "")
    'Unknown device'
    """
    browser = next((word for sign, word in BROWSERS if re.search(rf"\b{sign}", user_agent)), "")
    system = next((word for sign, word in SYSTEMS if sign in user_agent), "")
    said = " · ".join(part for part in (browser, system) if part)
    return said or gettext(language, N_("Unknown device"))


def _sign_ins(language: str, rows: Sequence[SignInRow], here: int, now: datetime) -> list[SignIn]:
    """This one first."""
    shown = [
        SignIn(
            name=row.name,
            device=device(language, row.user_agent),
            seen=gettext(
                language,
                N_("last seen %(moment)s"),
                moment=day_and_hour(language, row.last_seen_at, now, clock.club_zone()),
            ),
            here=row.session_id == here,
        )
        for row in rows[:20]
    ]
    return sorted(shown, key=lambda sign_in: not sign_in.here)
