"""The steps of an event as buttons: each is taken at once, or asked about first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, ValidationError

from vipclub import events
from vipclub.core.i18n import N_, NN_, gettext, ngettext
from vipclub.web.event_pages.event_page import event_page
from vipclub.web.frame import current_language, run, run_once, shown
from vipclub.web.frame.forms import Form, at_most, one_line, said

LONGEST = 500
TOLD = NN_(
    "The event is cancelled. %(num)s party is told.",
    "The event is cancelled. %(num)s parties are told.",
)


class WordsForm(Form):
    """Why."""

    words = StringField(filters=[one_line, at_most(LONGEST)])

    def validate_words(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please write down the reason.")))


def copy_event(event: str) -> ResponseReturnValue:
    """A draft like this one, on a later day."""
    answer = run_once(
        lambda made: url_for(".edit_event", event=made), events.copy_event, event=event
    )
    said_ = N_("This is a copy, as a draft. Please check the day and what is said of it.")
    flash(gettext(current_language(), said_), "done")
    return answer


def submit_event(event: str) -> ResponseReturnValue:
    """Somebody else reads it next."""
    said_ = N_("It is submitted. Somebody else reads it and publishes it.")
    return _take(events.submit_event, event, "submit", said_)


def publish_event(event: str) -> ResponseReturnValue:
    """Members see it."""
    return _take(
        events.publish_event, event, "publish", N_("Members see it now, and may register.")
    )


def return_event(event: str) -> ResponseReturnValue:
    """It goes back, with a word."""
    form = WordsForm.sent()
    if not form.validate():
        return event_page(event, refused=form.problem("words"), step="return"), 422
    said_ = N_("It is a draft again. Your words stand on its page.")
    return _take(events.return_event, event, "return", said_, words=form.words.data)


def cancel_event(event: str) -> ResponseReturnValue:
    """It doesn't take place: everybody is told, and gets back what it cost."""
    form = WordsForm.sent()
    if not form.validate():
        return event_page(event, refused=form.problem("words"), step="cancel"), 422
    with shown() as refusal:
        told = run(events.cancel_event, event=event, reason=form.words.data)
        flash(ngettext(current_language(), *TOLD, told), "done")
        return redirect(url_for(".event", event=event), code=303)
    page = event_page(event, refused=refusal.said, step="cancel", words=form.words.data)
    return page, refusal.status


def _take(
    use_case: Callable[..., Any], event: str, step: str, done: str, **more: str
) -> ResponseReturnValue:
    with shown() as refusal:
        run(use_case, event=event, **more)
        flash(gettext(current_language(), done), "done")
        return redirect(url_for(".event", event=event), code=303)
    page = event_page(event, refused=refusal.said, step=step, words=more.get("words", ""))
    return page, refusal.status
