"""The member's emergency contacts: whom the club may tell of her, and who may act for her."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.people.emergency_contacts import ContactView
from vipclub.web.emergency_contacts import ContactForm, contact_choices, contact_line
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.member.door import member, own_ref


@member.get("/contacts")
def contacts() -> str:
    """Two statements beside the sign-in."""
    return _page(ContactForm(language=current_language()))


@member.post("/contacts")
def add_contact() -> ResponseReturnValue:
    """One more."""
    form = ContactForm.sent()
    if not form.validate():
        return _page(form), 422
    with shown() as refusal:
        run(people.emergency_contacts.add_contact, member=own_ref(), given=form.given())
        return _done(N_("%(name)s is one of your emergency contacts now."), form.name.data)
    return _page(form, form.tell(refusal)), refusal.status


@member.get("/contacts/<ref>")
def contact(ref: str) -> str:
    """One of them, to be changed. Two statements beside the sign-in. Raises NotFound."""
    found = next((each for each in _own() if each.ref == ref), None)
    if found is None:
        raise NotFound()
    return _change_page(ref, ContactForm.of(found, phone=found.phone))


@member.post("/contacts/<ref>")
def change_contact(ref: str) -> ResponseReturnValue:
    """What is said of one, anew."""
    form = ContactForm.sent()
    if not form.validate():
        return _change_page(ref, form), 422
    with shown() as refusal:
        run(
            people.emergency_contacts.change_contact,
            member=own_ref(),
            contact=ref,
            given=form.given(),
        )
        return _done(N_("Your changes to %(name)s count from now on."), form.name.data)
    return _change_page(ref, form, form.tell(refusal)), refusal.status


@member.post("/contacts/<ref>/remove")
def remove_contact(ref: str) -> ResponseReturnValue:
    """One less. Removing twice changes nothing."""
    try:
        run(people.emergency_contacts.remove_contact, member=own_ref(), contact=ref)
    except NotFound:
        return redirect(url_for("member.contacts"), code=303)
    return _done(N_("Removed. Nothing is told to this contact any more."))


def _done(said: str, name: str = "") -> ResponseReturnValue:
    flash(gettext(current_language(), said, name=name), "done")
    return redirect(url_for("member.contacts"), code=303)


def _own() -> list[ContactView]:
    with read() as session:
        return people.emergency_contacts.own_contacts(session, current_actor(), member=own_ref())


def _page(form: ContactForm, refused: str = "") -> str:
    language = current_language()
    return render_template(
        "member/contacts.html",
        contacts=[contact_line(language, each) for each in _own()],
        choices=contact_choices(language),
        form=form,
        refused=refused,
    )


def _change_page(ref: str, form: ContactForm, refused: str = "") -> str:
    return render_template(
        "member/contact.html",
        ref=ref,
        choices=contact_choices(current_language()),
        form=form,
        refused=refused,
    )
