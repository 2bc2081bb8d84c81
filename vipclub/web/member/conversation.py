"""The member's conversation with the club: the relationship manager's thread, and what was said in
requests, in one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, assistance, messages, people
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import before
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once
from vipclub.web.member.door import member, own_ref
from vipclub.web.thread_words import conversation


@member.get("/conversation", endpoint="conversation")
def show_conversation() -> str:
    """All that was said, the newest first. Five statements beside the sign-in."""
    return _page()


def _page(text: str = "", refused: str = "") -> str:
    language, actor, now = current_language(), current_actor(), clock.now()
    with read() as session:
        person = people.find_person(session, actor, own_ref())
        managers = accounts.managers_of(session, person.id, now=now)
        thread = messages.thread_of(session, actor, member=own_ref())
        words = assistance.words_in_cases(session, actor, person.id)
    return render_template(
        "member/conversation.html",
        said=conversation(language, thread, words, now, member=True),
        manager=managers[0].name if managers else "",
        unread=any(line.state == "sent" and line.read_at is None for line in thread),
        text=text,
        most=messages.LONGEST_MESSAGE,
        refused=refused,
    )


@member.post("/conversation")
def write_to_club() -> ResponseReturnValue:
    """A message to the manager, or to the desk where there is none."""
    text = request.form.get("text", "")[: messages.LONGEST_MESSAGE + 1]
    with shown() as refusal:
        return run_once(_written, assistance.write_to_club, member=own_ref(), text=text)
    return _page(text, refusal.said), refusal.status


def _written(made: assistance.Written) -> str:
    language, now = current_language(), clock.now()
    said = gettext(language, N_("Your message is with us."))
    if made.answer_by is not None:
        until = before(language, made.answer_by, now, clock.club_zone())
        due = gettext(language, N_("answer due: %(until)s"), until=until)
        said = f"{said} {due}"
    flash(said, "done")
    return url_for("member.conversation")


@member.post("/conversation/read")
def read_conversation() -> ResponseReturnValue:
    """The member has read what is new."""
    run(messages.mark_thread_read, member=own_ref())
    return redirect(url_for("member.conversation"), code=303)
