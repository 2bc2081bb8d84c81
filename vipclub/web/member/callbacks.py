"""The member asks to be called back, at a number and in the hours that suit, and sees what is
planned."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import desk, people
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.callback_words import about_name, about_options, when
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.member.door import member, own_ref


class OwnCallbackForm(Form):
    """The number, the hours, and what it is about."""

    phone = StringField(filters=[one_line, at_most(40)])
    window = StringField(filters=[at_most(20)])
    about = StringField(filters=[at_most(20)])
    words = StringField(filters=[at_most(1000)])


@dataclass(frozen=True, slots=True)
class OwnCallback:
    """A callback that is planned."""

    ref: str
    about: str
    when: str


@member.get("/callbacks")
def callbacks() -> str:
    """What is planned, and the form. Three statements beside the sign-in."""
    return _page(OwnCallbackForm(window="soon", about="other"))


def _page(form: OwnCallbackForm, refused: str = "") -> str:
    actor, language, now = current_actor(), current_language(), clock.now()
    with read() as session:
        found = desk.callbacks_of(session, actor, member=own_ref())
        contact = people.contact_details_of(session, actor, member=own_ref())
    return render_template(
        "member/callbacks.html",
        planned=[
            OwnCallback(one.ref, about_name(language, one.about), when(language, one, now))
            for one in found
            if one.state == "due"
        ],
        own_number=contact.mobile or "",
        form=form,
        refused=refused,
        about=about_options(language),
        windows=[(code, gettext(language, word)) for code, word in desk.WINDOW_WORDS.items()],
    )


@member.post("/callbacks")
def ask_callback() -> ResponseReturnValue:
    """The service desk calls in those hours."""
    form = OwnCallbackForm.sent()
    with shown(400) as refusal:
        run(
            desk.ask_callback,
            member=own_ref(),
            phone=form.phone.data,
            window=form.window.data or "soon",
            about=form.about.data or "other",
            words=form.words.data,
        )
        flash(gettext(current_language(), N_("We call you back.")), "done")
        return redirect(url_for("member.callbacks"), code=303)
    return _page(form, refusal.said), refusal.status


@member.post("/callbacks/<ref>/cancel")
def cancel_own_callback(ref: str) -> ResponseReturnValue:
    """No call is needed any more."""
    with shown() as refusal:
        run(desk.cancel_callback, callback=ref)
        flash(gettext(current_language(), N_("The callback is cancelled.")), "done")
        return redirect(url_for("member.callbacks"), code=303)
    return _page(OwnCallbackForm(window="soon", about="other"), refusal.said), refusal.status
