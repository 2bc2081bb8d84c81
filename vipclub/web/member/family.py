"""The family: for whom the member may book."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.people import FamilyMember
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member.door import member, own_ref
from vipclub.web.member.forms import RelativeForm


@dataclass(frozen=True, slots=True)
class Relative:
    """One of the family as shown."""

    ref: str
    name: str
    relation: str
    born: str


@member.get("/family")
def family() -> str:
    """Two statements."""
    return _page(RelativeForm())


@member.post("/family")
def add_relative() -> ResponseReturnValue:
    """One more."""
    form = RelativeForm.sent()
    if not form.validate():
        return _page(form), 422
    with shown() as refusal:
        run(
            people.add_relative,
            member=own_ref(),
            name=form.name.data,
            relation=form.relation.data,
            birth_date=form.birth_date.data,
        )
        said = N_("%(name)s is in your family now. Choose for whom a visit is when you book.")
        flash(gettext(current_language(), said, name=form.name.data), "done")
        return redirect(url_for("member.family"), code=303)
    form[refusal.refused.data.get("rule", "name")].errors = [refusal.said]
    return _page(form), 422


@member.post("/family/<ref>/remove")
def remove_relative(ref: str) -> ResponseReturnValue:
    """One less; what is booked stays booked. Removing twice changes nothing."""
    try:
        run(people.remove_relative, member=own_ref(), relative=ref)
    except NotFound:
        return redirect(url_for("member.family"), code=303)
    said = N_("Removed. What is booked for this person stays booked.")
    flash(gettext(current_language(), said), "done")
    return redirect(url_for("member.family"), code=303)


def relation_word(language: str, relation: str) -> str:
    """Spouse, child."""
    word = people.RELATIONS.get(relation)
    return gettext(language, word) if word else ""


def _page(form: RelativeForm) -> str:
    language = current_language()
    with read() as session:
        found = people.family_of(session, current_actor(), member=own_ref())
    return render_template(
        "member/family.html",
        relatives=[_shown(language, each) for each in found],
        relations=[(code, gettext(language, word)) for code, word in people.RELATIONS.items()],
        form=form,
    )


def _shown(language: str, found: FamilyMember) -> Relative:
    born = ""
    if found.birth_date:
        day = format_date(language, found.birth_date)
        born = gettext(language, N_("born %(day)s"), day=day)
    return Relative(found.ref, found.name, relation_word(language, found.relation), born)
