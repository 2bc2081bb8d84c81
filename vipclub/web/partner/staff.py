"""The partner's own people: who may come in, who was last here, who is new, who has left."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, partners
from vipclub.accounts import StaffInvited, StaffRow
from vipclub.core import clock
from vipclub.core.i18n import N_, format_moment, gettext
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.partner.door import desk_name, desk_zone, own_partner, partner
from vipclub.web.partner.forms import StaffForm

STATES = {
    "active": (N_("can sign in"), "calm"),
    "invited": (N_("invited"), "soon"),
    "disabled": (N_("shut out"), ""),
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A line of the list."""

    ref: str
    name: str
    state: str
    mood: str
    seen: str
    own: bool
    may_shut_out: bool
    may_renew: bool


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation's link, shown this once."""

    name: str
    address: str
    until: str


@dataclass(frozen=True, slots=True)
class InviteFields:
    """The form as it was sent."""

    name: str = ""
    name_error: str = ""
    login: str = ""
    login_error: str = ""


@partner.get("/staff")
def staff() -> str:
    """Who works here. Two statements beside the sign-in."""
    return _page()


@partner.post("/staff")
def invite() -> ResponseReturnValue:
    """A new colleague; the answer shows the link, once."""
    form = StaffForm.sent()
    name, login = form.name.data, form.login.data
    if not form.validate():
        fields = InviteFields(name, form.problem("name"), login, form.problem("login"))
        return _page(fields=fields), 422
    with shown(403, 429) as refusal:
        invited = run(
            accounts.invite_staff,
            partner=_own(),
            login=login,
            name=name,
            language=str(current_language()),
        )
        if isinstance(invited, accounts.StaffLoginTaken):
            raise accounts.LoginTaken()
        return _page(link=_link(invited, name)), 201
    return _page(fields=InviteFields(name, "", login, refusal.said)), refusal.status


@partner.post("/staff/<ref>/link")
def renew(ref: str) -> ResponseReturnValue:
    """A new link for somebody who hasn't come in yet."""
    invited = run(accounts.renew_staff_invitation, partner=_own(), account=ref)
    return _page(link=_link(invited, _name_of(ref)))


@partner.post("/staff/<ref>/shut-out")
def shut_out(ref: str) -> ResponseReturnValue:
    """Somebody who left is out at once."""
    name = _name_of(ref)
    with shown(403) as refusal:
        run(accounts.disable_staff, partner=_own(), account=ref)
        said = N_("%(name)s can't sign in any more.")
        flash(gettext(current_language(), said, name=name), "done")
        return redirect(url_for("partner.staff"), code=303)
    return _page(problem=refusal.said), refusal.status


def _own() -> str:
    with read() as session:
        return own_partner(partners.offerings_of(session, current_actor()))


def _name_of(ref: str) -> str:
    with read() as session:
        actor = current_actor()
        rows = accounts.partner_staff(
            session, actor, partner=own_partner(partners.offerings_of(session, actor))
        )
    return next((row.name for row in rows if row.ref == ref), ref)


def _link(invited: StaffInvited, name: str) -> Link:
    return Link(
        name=name,
        address=url_for("sign_in.join", token=invited.secret, _external=True),
        until=format_moment(current_language(), invited.expires_at, clock.club_zone()),
    )


def _page(
    *, link: Link | None = None, fields: InviteFields | None = None, problem: str = ""
) -> str:
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        rows = accounts.partner_staff(session, actor, partner=own_partner(offerings))
    zone = desk_zone(offerings)
    return render_template(
        "partner/staff.html",
        people=[_colleague(language, row, zone) for row in rows],
        link=link,
        fields=fields or InviteFields(),
        problem=problem,
        desk_name=desk_name(language, offerings),
    )


def _colleague(language: str, row: StaffRow, zone: str) -> Colleague:
    word, mood = STATES[row.state]
    seen = gettext(language, N_("never"))
    if row.last_seen_at:
        seen = format_moment(language, row.last_seen_at, zone)
    elif row.invited_until:
        until = format_moment(language, row.invited_until, zone)
        seen = gettext(language, N_("the link works until %(moment)s"), moment=until)
    return Colleague(
        ref=row.ref,
        name=row.name,
        state=gettext(language, word),
        mood=mood,
        seen=seen,
        own=row.own,
        may_shut_out=not row.own and not row.shared and row.state != "disabled",
        may_renew=row.state == "invited",
    )
