"""The own account on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, render_template

from vipclub import accounts, assistance
from vipclub.accounts import OwnAccountView
from vipclub.assistance import OwnDuty
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.account.door import account
from vipclub.web.account.forms import MobileCodeForm, MobileForm
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_actor, current_language, current_sign_in, read
from vipclub.web.frame.template_globals import LANGUAGES
from vipclub.web.own_sign_ins import SignIn, sign_ins_shown

AHEAD = timedelta(days=14)
ROLES = {
    "manager": N_("Relationship manager"),
    "partner": N_("Partner"),
    "desk": N_("Service desk"),
    "operations": N_("Operations"),
    "policy": N_("Policy owner"),
    "admin": N_("Administrator"),
    "auditor": N_("Auditor"),
}
ABSENCES = {"break": N_("break"), "leave": N_("leave")}


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A shift, a break, leave, or standing in: when, and what it is."""

    what: str
    when: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """All that the page shows. `duty` is None for whoever is never on duty."""

    own: OwnAccountView
    role: str
    languages: list[tuple[str, str]]
    sign_ins: list[SignIn]
    duty: list[DutyLine] | None
    texts: bool


@account.get("/")
def own() -> str:
    """Five statements at most beside the sign-in."""
    return own_page(MobileForm(), MobileCodeForm())


def own_page(mobile: MobileForm, code: MobileCodeForm) -> str:
    """The page, with what was typed wrongly."""
    actor, language, sign_in = current_actor(), current_language(), current_sign_in()
    now = clock.now()
    with read() as session:
        found = accounts.own_account(session, actor)
        sign_ins = accounts.own_sign_ins(session, actor)
        duty = assistance.own_duty(session, actor, first=now, last=now + AHEAD)
    return render_template(
        "account/own.html",
        page=AccountPage(
            own=found,
            role=gettext(language, ROLES[found.role]),
            languages=list(LANGUAGES),
            sign_ins=sign_ins_shown(language, sign_ins, sign_in.session_id if sign_in else 0, now),
            duty=_duty(language, duty, now) if duty is not None else None,
            texts=current_app.extensions["vipclub"].settings.texts,
        ),
        mobile=mobile,
        code=code,
    )


def _duty(language: str, found: OwnDuty, now: datetime) -> list[DutyLine]:
    lines = []
    for shift in found.shifts:
        what = N_("Shift, as its leader") if shift.leads else N_("Shift")
        lines.append((shift.start, shift.end, gettext(language, what)))
    for away in found.absences:
        word = gettext(language, ABSENCES[away.kind])
        if not away.mine:
            what = gettext(language, N_("You stand in for %(name)s"), name=away.other)
        elif away.other:
            said = N_("%(absence)s; %(name)s stands in")
            what = gettext(language, said, absence=word, name=away.other)
        else:
            what = word
        lines.append((away.start, away.end, what))
    zone = clock.club_zone()
    return [
        DutyLine(
            what,
            gettext(
                language,
                N_("%(start)s to %(end)s"),
                start=day_and_hour(language, start, now, zone),
                end=day_and_hour(language, end, now, zone),
            ),
        )
        for start, end, what in sorted(lines)
    ]
