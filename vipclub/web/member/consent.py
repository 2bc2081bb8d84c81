"""The member's consents on the own page: each purpose in words, given or withdrawn by a tap."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.people import ConsentView
from vipclub.web.frame import current_language, run
from vipclub.web.member.door import member, own_ref

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


def consent_shown(language: str, view: ConsentView, zone: str) -> Consent:
    """A consent in words, with its source and its day."""
    title, text = PURPOSES[view.purpose]
    granted = bool(view.granted)
    state = N_("Agreed") if granted else N_("Not agreed")
    since = ""
    if view.at is not None:
        own, spoken = view.source == people.OWN_WORD, view.source in people.SPOKEN.values()
        company = view.source.removeprefix("delivery of ")
        told = company if company != view.source else ""
        sentence = (
            N_("by your own word, %(day)s")
            if own
            else N_("by your own word to our staff, %(day)s")
            if spoken
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
