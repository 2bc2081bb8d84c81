"""A callback for the member, planned by whoever talks to them: about what, by when, at which
number."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import desk, people
from vipclub.core.i18n import N_, gettext
from vipclub.web.callback_words import about_options, due_asked, due_options
from vipclub.web.frame import current_actor, current_language, read, run_once, shown
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name


class CallbackForm(Form):
    """What is asked for; without a number it is the member's own."""

    phone = StringField(filters=[one_line, at_most(40)])
    about = StringField(filters=[at_most(20)])
    words = StringField(filters=[at_most(1000)])
    due = StringField(filters=[at_most(10)])
    at = StringField(filters=[at_most(16)])


def callback_form(ref: str) -> str:
    """Three statements beside the record of the viewing."""
    return _page(ref, CallbackForm(about="other"))


def _page(ref: str, form: CallbackForm, refused: str = "") -> str:
    actor, language = current_actor(), current_language()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        contact = people.contact_details_of(session, actor, member=ref)
    return render_template(
        "member_file/callback.html",
        name=person_name(language, person),
        ref=person.ref,
        own_number=contact.mobile or "",
        form=form,
        refused=refused,
        about=about_options(language),
        dues=due_options(language),
    )


def plan_callback(ref: str) -> ResponseReturnValue:
    """It is planned, and belongs to somebody on duty."""
    form = CallbackForm.sent()
    on_record(ref)
    with shown(400) as refusal:
        answer = run_once(
            lambda _made: url_for(".show", ref=ref),
            desk.ask_callback,
            member=ref,
            phone=form.phone.data,
            about=form.about.data or "other",
            words=form.words.data,
            due=due_asked(form.due.data, form.at.data),
        )
        flash(gettext(current_language(), N_("The callback is planned.")), "done")
        return answer
    return _page(ref, form, refusal.said), refusal.status
