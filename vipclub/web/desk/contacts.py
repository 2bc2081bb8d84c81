"""A member's emergency contacts at the desk: changed at her own word, once it is known that it is
she who calls."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk as records
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.desk import KnownCallers
from vipclub.web.desk.door import desk
from vipclub.web.emergency_contacts import ContactForm, contact_choices
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file.told import callers_shown
from vipclub.web.member_file.viewing_on_record import on_record


@desk.get("/members/<ref>/contacts")
def contacts(ref: str) -> str:
    """Two statements beside the sign-in, the record of the viewing among them."""
    return _page(ref, ContactForm())


@desk.post("/members/<ref>/contacts")
def add_contact(ref: str) -> ResponseReturnValue:
    """One more."""
    form = ContactForm.sent()
    if not form.validate():
        return _page(ref, form), 422
    with shown() as refusal:
        answer = run_once(
            lambda _made: url_for("desk.contacts", ref=ref),
            records.add_contact,
            member=ref,
            given=form.given(),
        )
        said = N_("The contact is noted. The member gets a message about it.")
        flash(gettext(current_language(), said), "done")
        return answer
    return _page(ref, form, form.tell(refusal)), refusal.status


@desk.get("/members/<ref>/contacts/<contact>")
def contact(ref: str, contact: str) -> str:
    """One of them, to be changed. Raises NotFound."""
    found = next((each for each in _known(ref).contacts if each.ref == contact), None)
    if found is None:
        raise NotFound()
    return _change_page(ref, contact, ContactForm.of(found, phone=""))


@desk.post("/members/<ref>/contacts/<contact>")
def change_contact(ref: str, contact: str) -> ResponseReturnValue:
    """What is said of one, anew."""
    form = ContactForm.sent()
    if not form.validate():
        return _change_page(ref, contact, form), 422
    with shown() as refusal:
        run(records.change_contact, member=ref, contact=contact, given=form.given())
        return _done(ref, N_("The contact is changed. The member gets a message about it."))
    return _change_page(ref, contact, form, form.tell(refusal)), refusal.status


@desk.post("/members/<ref>/contacts/<contact>/remove")
def remove_contact(ref: str, contact: str) -> ResponseReturnValue:
    """One less."""
    with shown() as refusal:
        run(records.remove_contact, member=ref, contact=contact)
        return _done(ref, N_("The contact is removed. The member gets a message about it."))
    return _page(ref, ContactForm(), refusal.said), refusal.status


def _done(ref: str, said: str) -> ResponseReturnValue:
    flash(gettext(current_language(), said), "done")
    return redirect(url_for("desk.contacts", ref=ref), code=303)


def _known(ref: str) -> KnownCallers:
    viewed = on_record(ref)
    with read() as session:
        return records.known_callers(session, current_actor(), member=ref, viewed=viewed)


def _page(ref: str, form: ContactForm, refused: str = "") -> str:
    language = current_language()
    return render_template(
        "desk/contacts.html",
        ref=ref,
        callers=callers_shown(language, _known(ref), clock.now()),
        choices=contact_choices(language),
        form=form,
        refused=refused,
    )


def _change_page(ref: str, contact: str, form: ContactForm, refused: str = "") -> str:
    on_record(ref)
    return render_template(
        "desk/contact.html",
        ref=ref,
        contact=contact,
        choices=contact_choices(current_language()),
        form=form,
        refused=refused,
    )
