"""What a member says on the telephone or at a counter about the own details: number, address,
language, reminders, consents, family, the answer to an invitation. The same use cases as on the
member's own pages; the trail says by which way it was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk, membership, people
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.people import ConsentView
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.template_globals import LANGUAGES
from vipclub.web.member.consent import PURPOSES
from vipclub.web.member.forms import RelativeForm
from vipclub.web.member_file.decision_page import by_channel, channel_options
from vipclub.web.member_file.told import Told, callers_of
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A purpose with the word that counts; `may_change` here."""

    purpose: str
    title: str
    text: str
    state: str
    mood: str
    since: str
    granted: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """One of the family."""

    ref: str
    name: str
    relation: str
    born: str


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """All that the page shows; what was typed wrongly is kept. `told` is who calls, where that is
    asked at this door."""

    ref: str
    name: str
    mobile: str
    email: str
    language: str
    languages: list[Option]
    reminders: bool
    consents: list[ConsentLine]
    family: list[Relative]
    relations: list[Option]
    channels: list[Option]
    may_state: bool
    told: Told | None


def details(ref: str) -> str:
    """Four statements beside the record of the viewing."""
    return _page(ref)


def _page(ref: str, form: RelativeForm | None = None, refused: str = "", about: str = "") -> str:
    actor, language = current_actor(), current_language()
    viewed = on_record(ref)
    with read() as session:
        found = people.person_with_records(session, actor, ref, viewed=viewed)
        contact = people.contact_details_by(session, found.person)
        words = desk.standing(session, actor, member=ref, viewed=viewed).consents
        callers = callers_of(session, actor, language, ref, viewed=viewed, now=clock.now())
    return render_template(
        "member_file/details.html",
        page=DetailsPage(
            ref=found.person.ref,
            name=person_name(language, found.person),
            mobile=contact.mobile or "",
            email=contact.email or "",
            language=contact.language or "",
            languages=list(LANGUAGES),
            reminders=contact.reminders,
            consents=[consent_line(language, view, may_state=_may()) for view in words],
            family=[_relative(language, each) for each in found.family],
            relations=[(code, gettext(language, word)) for code, word in people.RELATIONS.items()],
            channels=channel_options(language),
            may_state=_may(),
            told=callers.told if callers is not None else None,
        ),
        form=form or RelativeForm(),
        refused=refused,
        about=about,
        typed={name: value[:320] for name, value in request.form.items()},
    )


def _may() -> bool:
    return people.may_state_details(current_actor())


def consent_line(language: str, view: ConsentView, *, may_state: bool = False) -> ConsentLine:
    """A consent with its day and by which way it was said."""
    title, text = PURPOSES[view.purpose]
    granted = bool(view.granted)
    never = view.at is None
    return ConsentLine(
        purpose=view.purpose,
        title=gettext(language, title),
        text=gettext(language, text),
        state=gettext(
            language, N_("never asked") if never else N_("Agreed") if granted else N_("Not agreed")
        ),
        mood="calm" if granted else "",
        since=_since(language, view),
        granted=granted,
        may_change=may_state and view.purpose in people.OWN_PURPOSES,
    )


_SOURCES = {
    people.OWN_WORD: N_("on the member's own pages, %(day)s"),
    people.SPOKEN["phone"]: N_("by phone, %(day)s"),
    people.SPOKEN["counter"]: N_("at a counter, %(day)s"),
}


def _since(language: str, view: ConsentView) -> str:
    if view.at is None:
        return ""
    day = format_date(language, clock.club_day(view.at))
    company = view.source.removeprefix("delivery of ")
    if company != view.source:
        sentence = N_("by %(company)s, %(day)s")
        return gettext(language, sentence, company=company, day=day)
    sentence = _SOURCES.get(view.source, N_("by a group company, %(day)s"))
    return gettext(language, sentence, day=day)


def _relative(language: str, found: people.FamilyMember) -> Relative:
    born = ""
    if found.birth_date is not None:
        day = format_date(language, found.birth_date)
        born = gettext(language, N_("born %(day)s"), day=day)
    return Relative(
        found.ref, found.name, gettext(language, people.RELATIONS[found.relation]), born
    )


def _act(
    ref: str,
    use_case: Callable[..., Any],
    said: str,
    *,
    anchor: str,
    form: RelativeForm | None = None,
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    """One thing that the member said, and back to the page; a no is told there."""
    on_record(ref)
    by_channel(_channel())
    with shown(400) as refusal:
        run(use_case, member=ref, **given)
        flash(gettext(current_language(), said), "done")
        return redirect(f"{url_for('.details', ref=ref)}#{anchor}", code=303)
    return _page(ref, form, refusal.said, f"#{anchor}"), refusal.status


def _channel() -> str:
    return "counter" if request.form.get("channel") == "counter" else "phone"


def say_contact(ref: str) -> ResponseReturnValue:
    """A new number or address; who was reached by the old one is told."""
    mobile, email = (request.form.get(name, "").strip()[:320] for name in ("mobile", "email"))
    return _act(
        ref,
        desk.change_contact_details,
        N_("The contact details are changed. The member is told at the old address."),
        anchor="contact",
        mobile=mobile or None,
        email=email or None,
    )


def say_language(ref: str) -> ResponseReturnValue:
    """The language of letters."""
    return _act(
        ref,
        people.change_contact_details,
        N_("Letters come in this language from now on."),
        anchor="language-title",
        language=request.form.get("language", "")[:10],
    )


def say_reminders(ref: str) -> ResponseReturnValue:
    """Whether the member is reminded of visits."""
    wanted = request.form.get("wanted") == "yes"
    return _act(
        ref,
        people.set_reminders,
        N_("The member is reminded of visits.")
        if wanted
        else N_("The member is no longer reminded of visits."),
        anchor="reminders",
        wanted=wanted,
    )


def say_consent(ref: str) -> ResponseReturnValue:
    """A consent, as it was said."""
    return _act(
        ref,
        people.record_consent,
        N_("The consent is on record. It counts from now on."),
        anchor="consents",
        purpose=request.form.get("purpose", "")[:30],
        granted=request.form.get("granted") == "yes",
        spoken=_channel(),
    )


def add_relative(ref: str) -> ResponseReturnValue:
    """One more of the family."""
    form = RelativeForm.sent()
    if not form.validate():
        return _page(ref, form), 422
    return _act(
        ref,
        people.add_relative,
        N_("The relative is in the family now."),
        anchor="family",
        form=form,
        name=form.name.data,
        relation=form.relation.data,
        birth_date=form.birth_date.data,
    )


def remove_relative(ref: str, relative: str) -> ResponseReturnValue:
    """One less; what is booked stays booked."""
    return _act(
        ref,
        people.remove_relative,
        N_("Removed. What is booked for this person stays booked."),
        anchor="family",
        relative=relative,
    )


def answer_invitation(ref: str) -> ResponseReturnValue:
    """The member accepts the invitation, or declines it."""
    on_record(ref)
    by_channel(_channel())
    accepts = request.form.get("answer") == "accept"
    use_case = membership.accept_invitation if accepts else membership.decline_invitation
    said = N_("The invitation is accepted.") if accepts else N_("The invitation is declined.")
    with shown() as refusal:
        run(use_case, member=ref)
        flash(gettext(current_language(), said), "done")
    if refusal.happened:
        flash(refusal.said, "refused")
    return redirect(url_for(".show", ref=ref), code=303)
