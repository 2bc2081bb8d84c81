"""Referrals to companies of the group: a member's, with the question for the consent, and the list
of both doors, where a company's manager answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import desk, people, portfolio
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, pgettext
from vipclub.people.referrals import ReferralView
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.frame.forms import Form, at_most
from vipclub.web.frame.listing import Column, Filter, asked_of_list, listing
from vipclub.web.member_file.decision_page import by_channel
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name

PAGE = 60
COLUMNS = (
    Column("member", N_("Member")),
    Column("company", N_("Company")),
    Column("subject", N_("Subject")),
    Column("state", N_("State")),
    Column("answer", N_("Answer by"), sorts=True),
    Column("steps", N_("Answer of the company")),
)
AGREED = {
    "": N_("Consent on record"),
    "phone": N_("Agreed just now, by phone"),
    "counter": N_("Agreed just now, at the counter"),
}


class ReferralForm(Form):
    """To which company, about what, and whether the member agreed now."""

    company = StringField(filters=[at_most(20)])
    subject = StringField(filters=[at_most(20)])
    words = StringField(filters=[at_most(1000)])
    agreed = StringField(filters=[at_most(10)])


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as it is shown."""

    ref: str
    member: str
    name: str
    mobile: str
    company: str
    subject: str
    state: str
    open: bool
    late: bool
    words: str
    outcome: str
    until: str
    by: str
    handler: str
    steps: tuple[str, ...]


def _row(language: str, found: ReferralView, now: datetime, *, masked: bool = False) -> ReferralRow:
    zone, word = clock.club_zone(), desk.REFERRAL_SUBJECTS[found.subject]
    made = day_and_hour(language, found.created_at, now, zone)
    return ReferralRow(
        ref=found.ref,
        member=found.member,
        name=person_name(language, found.name, "masked" if masked else "full"),
        mobile=found.mobile,
        company=found.company_name,
        subject=gettext(language, word),
        state=pgettext(language, "state of a referral", desk.REFERRAL_STATES[found.state]),
        open=found.open,
        late=found.open and found.answer_by < now,
        words=found.words,
        outcome=found.outcome,
        until=before(language, found.answer_by, now, zone) if found.open else "",
        by=f"{made} · {found.made_by_name}" if found.made_by_name else made,
        handler=found.handler_name,
        steps=found.steps,
    )


def member_referrals(ref: str) -> str:
    """The member's referrals and a new one. Three statements beside the record of the viewing."""
    return _page(ref, ReferralForm(agreed="", subject="insurance"))


def _page(ref: str, form: ReferralForm, refused: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    viewed = on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        companies = portfolio.companies(session)
        found = people.referrals.referrals_of(session, actor, member=ref, viewed=viewed)
    return render_template(
        "member_file/member_referrals.html",
        ref=person.ref,
        name=person_name(language, person),
        rows=[_row(language, each, now) for each in found],
        companies=companies,
        subjects=_subjects(language),
        question=gettext(language, people.referrals.ASKED),
        agreed=[(code, gettext(language, word)) for code, word in AGREED.items()],
        form=form,
        refused=refused,
    )


def _subjects(language: str) -> list[tuple[str, str]]:
    return [(code, gettext(language, word)) for code, word in desk.REFERRAL_SUBJECTS.items()]


def make_referral(ref: str) -> ResponseReturnValue:
    """The company hears of it; without consent nobody does."""
    form = ReferralForm.sent()
    on_record(ref)
    by_channel(form.agreed.data or "")
    with shown() as refusal:
        answer = run_once(
            lambda _made: url_for(".member_referrals", ref=ref),
            people.referrals.make_referral,
            member=ref,
            company=form.company.data,
            subject=form.subject.data,
            words=form.words.data,
            agreed=form.agreed.data or None,
        )
        said = N_("The referral is made. The company is told.")
        flash(gettext(current_language(), said), "done")
        return answer
    return _page(ref, form, refusal.said), refusal.status


def list_referrals() -> str:
    """Those in sight, the next answer first; names masked at the desk, which opens the file. Two
    statements beside the record of the viewing."""
    return _list()


def _list(refused: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    states = {"open": gettext(language, N_("waiting for an answer"))} | {
        code: pgettext(language, "state of a referral", word)
        for code, word in desk.REFERRAL_STATES.items()
    }
    asked = asked_of_list(
        sorts=("answer",), filters={"state": tuple(states), "company": None}, first="answer"
    )
    viewed, at_desk = run(people.referrals.record_referrals_view), request.blueprint == "desk"
    with read() as session:
        companies = portfolio.companies(session)
        page = people.referrals.referrals(
            session,
            actor,
            state=asked.filters.get("state"),
            company=asked.filters.get("company"),
            viewed=viewed,
            after=asked.after,
            limit=PAGE,
        )
    every = gettext(language, N_("all"))
    filters = [
        Filter("state", gettext(language, N_("State")), list(states.items()), every),
        Filter(
            "company",
            gettext(language, N_("Company")),
            companies,
            every,
        ),
    ]
    return render_template(
        "member_file/referrals.html",
        rows=[_row(language, each, now, masked=at_desk) for each in page.items],
        at_desk=at_desk,
        list=listing(asked, COLUMNS, filters, following=page.next),
        narrowed=bool(asked.filters),
        refused=refused,
    )


def _act(use_case: Callable[..., Any], said: str, **given: Any) -> ResponseReturnValue:  # noqa: ANN401
    with shown(400) as refusal:
        run(use_case, **given)
        flash(gettext(current_language(), said), "done")
        return redirect(url_for(".referrals"), code=303)
    return _list(refusal.said), refusal.status


def accept_referral(referral: str) -> ResponseReturnValue:
    """The company takes it."""
    return _act(
        people.referrals.accept_referral, N_("The referral is accepted."), referral=referral
    )


def finish_referral(referral: str) -> ResponseReturnValue:
    """How it ended."""
    return _act(
        people.referrals.finish_referral,
        N_("The outcome is on record."),
        referral=referral,
        result=request.form.get("result", ""),
        words=request.form.get("words", ""),
    )


def withdraw_referral(referral: str) -> ResponseReturnValue:
    """The member doesn't want it any more."""
    return _act(
        people.referrals.withdraw_referral, N_("The referral is withdrawn."), referral=referral
    )
