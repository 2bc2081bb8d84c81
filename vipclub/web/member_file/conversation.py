"""The conversation with a member as staff read and answer it. A relationship manager sees the
thread and enquiries; the desk sees what was said in all cases (docs/decisions.md 22)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance, messages, people
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name
from vipclub.web.thread_words import conversation


def show(ref: str) -> str:
    """All that was said, the newest first. Four statements beside the sign-in and the record of the
    viewing."""
    return _page(ref)


def _page(ref: str, text: str = "", refused: str = "") -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    viewed = on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        thread = messages.thread_of(session, actor, member=ref, viewed=viewed)
        words = assistance.words_in_cases(session, actor, person.id)
    return render_template(
        "member_file/conversation.html",
        ref=ref,
        name=person_name(language, person, "masked"),
        said=conversation(language, thread, words, now, member=False),
        opens_cases=request.blueprint == "desk",
        text=text,
        most=messages.LONGEST_MESSAGE,
        refused=refused,
    )


def answer(ref: str) -> ResponseReturnValue:
    """Words to the member; what waited is answered."""
    text = request.form.get("text", "")[: messages.LONGEST_MESSAGE + 1]
    with shown() as refusal:
        answered = run_once(
            lambda _made: url_for(".conversation", ref=ref),
            messages.answer_member,
            member=ref,
            text=text,
        )
        flash(gettext(current_language(), N_("The message is sent.")), "done")
        return answered
    return _page(ref, text, refusal.said), refusal.status


def pass_on(ref: str, message: str) -> ResponseReturnValue:
    """The desk sees to a message that waits."""
    case = run(assistance.pass_on, member=ref, message=message)
    said = gettext(current_language(), N_("Passed on to the service desk: %(case)s."), case=case)
    flash(said, "done")
    return redirect(url_for(".conversation", ref=ref), code=303)
