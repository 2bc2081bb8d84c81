"""Members and colleagues are invited; the link is shown once, in the answer to the click. That of a
colleague is mailed, too."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from vipclub import accounts, partners
from vipclub.accounts import LANGUAGES
from vipclub.web.admin.door import ROLE_WORDS, admin
from vipclub.web.admin.forms import InviteForm, RecruitForm
from vipclub.web.admin.secret_page import secret_page
from vipclub.web.frame import current_actor, current_language, read, run, shown

STAFF_LINK = "sign_in.join"
ABOUT = {
    accounts.LoginTaken: "login",
    accounts.LoginUnreadable: "login",
    accounts.PortfolioUnreadable: "portfolio",
    partners.PartnerUnknown: "partner",
}
"""A rule's no -> the field that it is about."""


def link_page(ref: str, name: str, link: str, *, mailed: bool = True) -> Response:
    """The page on which the link of an invitation is shown."""
    return secret_page("admin/invitation_link.html", ref=ref, whose=name, link=link, mailed=mailed)


@admin.post("/people/<ref>/invite")
def renew(ref: str) -> ResponseReturnValue:
    """A new link for a colleague who has no password yet."""
    invited = run(accounts.renew_invitation, account=ref, mailed=True)
    return link_page(
        ref, invited.account, url_for(STAFF_LINK, token=invited.secret, _external=True)
    )


@admin.get("/people/new")
def new_account() -> str:
    """Invite a colleague, or a member; a partner's page says for which partner."""
    asked = RecruitForm(
        language=str(current_language()),
        role=request.args.get("role", ""),
        partner=request.args.get("partner", ""),
    )
    return _new(asked, InviteForm())


def _new(colleague: RecruitForm, member: InviteForm, refused: str = "") -> str:
    actor = current_actor()
    roles = accounts.roles_to_fill(actor)
    with read() as session:
        known = {row.ref: row.name for row in partners.all_partners(session, actor)}
    return render_template(
        "admin/new_account.html",
        form=colleague,
        member=member,
        partners=known,
        staff=roles,
        role_words=ROLE_WORDS,
        offered=LANGUAGES,
        refused=refused,
    )


@admin.post("/people/new")
def recruit() -> ResponseReturnValue:
    """The colleague's account, and the link to hand over."""
    form = RecruitForm.sent()
    if not form.validate():
        return _new(form, InviteForm()), 422
    with shown(404) as refusal:
        invited = run(
            accounts.recruit,
            login=form.login.data,
            name=form.name.data,
            role=form.role.data,
            language=form.language.data,
            scope=form.scope,
            mailed=True,
        )
        link = url_for(STAFF_LINK, token=invited.secret, _external=True)
        return link_page(invited.account, form.name.data, link)
    refused = form.refused(refusal, ABOUT)
    return _new(form, InviteForm(), refused), refusal.status


@admin.post("/people/invite")
def invite() -> ResponseReturnValue:
    """A member's invitation: earlier ones stop working."""
    form, colleague = InviteForm.sent(), RecruitForm(language=str(current_language()))
    if not form.validate():
        return _new(colleague, form), 422
    with shown(400, 404) as refusal:
        ref, secret = run(accounts.invite_member, member=form.member.data)
        link = url_for("sign_in.invitation", token=secret, _external=True)
        return link_page("", ref, link, mailed=False)
    form.member.errors = [refusal.said]
    return _new(colleague, form), 422
