"""Verifying who calls about a member, in steps: whom the caller says to be, what they say to the
questions, and where that fails a call back to a number on file."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import desk as records
from vipclub import people
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.desk import Check, KnownCallers
from vipclub.web.city_names import city_words
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.member_file.told import told_shown
from vipclub.web.member_file.viewing_on_record import on_record

HINTS = {
    "born": N_("For example 1984-05"),
    "visit": N_("For example 2026-12-03"),
    "booking": N_("For example A-7K2Q9-XM4TR-C"),
}
SAID = {
    "verified": N_("The caller is verified for 30 minutes."),
    "called_back": N_("The caller is verified for 30 minutes."),
    "nobody": N_("Nothing may be told to this caller."),
}
OTHER = "other"


@desk.get("/members/<ref>/caller")
def caller(ref: str) -> str:
    """Three statements beside the sign-in, the record of the viewing among them."""
    return _page(ref)


@desk.post("/members/<ref>/caller/facts")
def check_caller(ref: str) -> ResponseReturnValue:
    """What the caller said, compared with what is on file."""
    said = {fact: request.form.get(fact, "")[:60] for fact in records.FACTS}
    with shown(409, 422) as refusal:
        made: Check = run(
            records.check_facts,
            member=ref,
            said=said,
            cities=city_words(),
            contact=_contact(),
            case=_case(),
        )
        return _after(ref, made, said)
    about = refusal.refused.data.get("fact", "")
    return _page(ref, refused=refusal.said, about=about, said=said), refusal.status


@desk.post("/members/<ref>/caller/number")
def show_number(ref: str) -> ResponseReturnValue:
    """The number on file to call back, whole; that it is shown is on record."""
    viewed = on_record(ref)
    with shown() as refusal:
        made: Check = run(
            records.number_to_call,
            member=ref,
            viewed=viewed,
            cities=city_words(),
            contact=_contact(),
        )
        return _page(ref, number=made.number)
    return _page(ref, refused=refusal.said), refusal.status


@desk.post("/members/<ref>/caller/reached")
def reached(ref: str) -> ResponseReturnValue:
    """Whoever is meant answered there."""
    with shown() as refusal:
        answer = run_once(
            lambda _made: _back(ref),
            records.called_back,
            member=ref,
            contact=_contact(),
            case=_case(),
        )
        _told("called_back")
        return answer
    return _page(ref, refused=refusal.said), refusal.status


@desk.post("/members/<ref>/caller/nobody")
def unknown_caller(ref: str) -> ResponseReturnValue:
    """Somebody else; for a case the member is asked about them."""
    name, phone = (request.form.get(field, "")[:120] for field in ("caller", "phone"))
    with shown() as refusal:
        answer = run_once(
            lambda _made: _back(ref),
            records.nobody_known,
            member=ref,
            case=_case(),
            caller=name,
            phone=phone,
        )
        _told("nobody")
        return answer
    said = {"caller": name, "phone": phone}
    return _page(ref, refused=refusal.said, said=said), refusal.status


def _after(ref: str, made: Check, said: dict[str, str]) -> ResponseReturnValue:
    """Back to where the agent came from; what was wrong stays on the page."""
    if made.outcome in SAID:
        _told(made.outcome)
        return redirect(_back(ref), code=303)
    return _page(ref, wrong=made, said=said), 422


def _told(outcome: str) -> None:
    flash(gettext(current_language(), SAID[outcome]), "done")


def _back(ref: str) -> str:
    case = _case()
    return url_for("desk.case", ref=case) if case else url_for("desk.show", ref=ref)


def _who() -> str:
    return request.values.get("who", "")[:40]


def _contact() -> str | None:
    return None if _who() in {"", "member", OTHER} else _who()


def _case() -> str | None:
    return request.values.get("case", "")[:40] or None


def _page(
    ref: str,
    *,
    refused: str = "",
    about: str = "",
    wrong: Check | None = None,
    said: dict[str, str] | None = None,
    number: str = "",
) -> str:
    actor, language, now, who = current_actor(), current_language(), clock.now(), _who()
    viewed = on_record(ref)
    with read() as session:
        found = records.known_callers(session, actor, member=ref, viewed=viewed)
        if _contact() is not None and who not in {each.ref for each in found.contacts}:
            raise NotFound()
        asked = (
            records.questions_for(
                session,
                actor,
                member=ref,
                of_contact=_contact() is not None,
                cities=city_words(),
            )
            if who and who != OTHER
            else None
        )
    return render_template(
        "desk/caller.html",
        ref=ref,
        case=_case() or "",
        who=who,
        whom=_choices(language, ref, found, who),
        told=told_shown(language, found.told, now),
        questions=[_question(language, fact) for fact in asked.facts] if asked else [],
        call_back=asked is not None and asked.call_back,
        wrong=_wrong(language, wrong),
        number=number,
        refused=refused,
        about=about,
        said=said or {},
    )


def _choices(language: str, ref: str, found: KnownCallers, who: str) -> list[tuple[Any, ...]]:
    """Whom the caller may say to be: text, address, whether it is the one that is checked."""
    choices = [("member", gettext(language, N_("The member")))]
    for each in found.contacts:
        relation = gettext(language, people.emergency_contacts.CONTACT_RELATIONS[each.relation])
        choices.append((each.ref, f"{each.name} · {relation}"))
    choices.append((OTHER, gettext(language, N_("Somebody else"))))
    return [
        (text, url_for("desk.caller", ref=ref, who=code, case=_case()), code == who)
        for code, text in choices
    ]


def _question(language: str, fact: str) -> tuple[str, str, str]:
    """Code, question, and how it is written."""
    hint = HINTS.get(fact)
    word = records.FACTS[fact]
    return fact, gettext(language, word), gettext(language, hint) if hint else ""


def _wrong(language: str, made: Check | None) -> str:
    if made is None:
        return ""
    if made.outcome == "ended":
        said = N_("No more answers are accepted for 30 minutes. Call back on the number on file.")
        return gettext(language, said)
    left = N_("Not all of this is what we have on file. Wrong answers left: %(left)s.")
    return gettext(language, left, left=made.left)
