"""By which ways the member is written to, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import messages, people
from vipclub.core.i18n import N_, gettext
from vipclub.messages import CHOICE_KINDS, Ways
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.verifying import texts

WORDS = {
    "visits": (N_("Appointments"), N_("Requested, confirmed, moved or cancelled")),
    "reminders": (N_("Reminders"), N_("The day before an appointment; none without a tick")),
    "cases": (N_("Requests and complaints"), N_("Received, answered, resolved")),
    "membership": (N_("Membership and benefits"), N_("Your tier, its year, what is new for you")),
    "events": (N_("Events and offers"), N_("Only with your consent to marketing")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of letters and its ways."""

    kind: str
    title: str
    about: str
    mail: bool
    sms: bool


@member.get("/notifications")
def notifications() -> str:
    """Five statements beside the sign-in."""
    language, actor = current_language(), current_actor()
    with read() as session:
        chosen = messages.choices_of(session, actor, member=own_ref())
        contact = people.contact_details_of(session, actor, member=own_ref())
    return render_template(
        "member/notifications.html",
        lines=[
            Line(
                kind,
                gettext(language, WORDS[kind][0]),
                gettext(language, WORDS[kind][1]),
                ways.mail,
                ways.sms,
            )
            for kind, ways in chosen.items()
        ],
        texts=texts(),
        verified=contact.mobile_proven,
        mobile=contact.mobile,
    )


@member.post("/notifications")
def choose_notifications() -> ResponseReturnValue:
    """All ticks at once. Where the club sends no SMS, what was chosen for it stays."""
    ticked = set(request.form.getlist("way"))
    actor, shown_sms = current_actor(), texts()
    with read() as session:
        before = messages.choices_of(session, actor, member=own_ref())
    ways = {
        kind: Ways(
            mail=f"{kind}-mail" in ticked,
            sms=f"{kind}-sms" in ticked if shown_sms else before[kind].sms,
        )
        for kind in CHOICE_KINDS
    }
    run(messages.choose_ways, member=own_ref(), ways=ways)
    flash(gettext(current_language(), N_("Saved.")), "done")
    return redirect(url_for("member.notifications"), code=303)
