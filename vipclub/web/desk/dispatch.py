"""Partners are asked to help in a case: who comes first, what they are told, and what they answer
on the telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance
from vipclub.assistance.dispatch import CoverView
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_words import kind_name
from vipclub.web.city_names import city_name
from vipclub.web.desk.case_page import refused_case
from vipclub.web.desk.door import desk
from vipclub.web.dispatch_words import countries, minutes_of, service_name
from vipclub.web.frame import current_actor, current_language, read, run_once, shown

CHOSEN = 3
"""So many are chosen before anybody has looked: the fastest ones."""
PLACES = [str(number) for number in range(1, assistance.dispatch.MOST_PARTNERS + 1)]
"""In the order in which partners are asked."""
DONE = {
    "accept": N_("The acceptance is on record."),
    "decline": N_("The refusal is on record. The next partner is asked."),
    "lose": N_("The partner is no longer expected. The next one is asked."),
    "withdraw": N_("The request is withdrawn."),
}


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Somebody who may be asked, and at which place in the order."""

    ref: str
    name: str
    place: str
    minutes: int
    phone: str
    mailed: bool
    order: str


@desk.get("/cases/<ref>/ask")
def ask(ref: str) -> str:
    """Who may be asked for what. Three statements beside the sign-in."""
    return _ask(ref)


def _ask(ref: str, refused: str = "") -> str:
    language, actor = current_language(), current_actor()
    asked = request.values
    kind = asked.get("kind", "assistance")
    kind = kind if kind in assistance.dispatch.SERVICES else "assistance"
    country = asked.get("country", "")[:2].upper()
    with read() as session:
        line = assistance.case_line(session, actor, ref)
        found = assistance.dispatch.candidates(session, actor, kind=kind, country=country or None)
    return render_template(
        "desk/ask_partner.html",
        ref=line.ref,
        case=kind_name(language, line.kind),
        refused=refused,
        kind=kind,
        kinds=[
            (
                service_name(language, code),
                url_for("desk.ask", ref=line.ref, kind=code, country=country or None),
                code == kind,
            )
            for code in assistance.dispatch.SERVICES
        ],
        country=country,
        countries=countries(language),
        rows=[_row(language, number, one) for number, one in enumerate(found, start=1)],
        places=PLACES[: len(found)],
        typed={name: request.form.get(name, "")[:4000] for name in ("area", "note")},
    )


def _row(language: str, number: int, found: CoverView) -> CandidateRow:
    place = assistance.dispatch.country_name(language, found.country)
    if found.city_code:
        place = city_name(language, found.city_code)
    usual = str(number) if number <= CHOSEN else ""
    return CandidateRow(
        ref=found.ref,
        name=found.name.to(language),
        place=place or gettext(language, N_("all countries")),
        minutes=found.minutes,
        phone=found.phone,
        mailed=bool(found.email),
        order=request.form.get(f"order-{found.ref}", "") if request.form else usual,
    )


@desk.post("/cases/<ref>/ask")
def ask_partners(ref: str) -> ResponseReturnValue:
    """The first is asked at once."""
    form = request.form
    with shown(400) as refusal:
        answer = run_once(
            lambda _chain: url_for("desk.case", ref=ref, _anchor="partners"),
            assistance.dispatch.ask_partners,
            case=ref,
            kind=form.get("kind", ""),
            covers=_in_order(),
            area=form.get("area", ""),
            note=form.get("note", ""),
        )
        flash(gettext(current_language(), N_("The first partner is asked.")), "done")
        return answer
    return _ask(ref, refusal.said), refusal.status


def _in_order() -> list[str]:
    """The partners with a number, by it; two at one place are no order. Raises ChainNotAccepted."""
    chosen = [
        (value, name.removeprefix("order-"))
        for name, value in request.form.items()
        if name.startswith("order-") and value in PLACES
    ]
    if len({value for value, _ in chosen}) < len(chosen):
        raise assistance.dispatch.ChainNotAccepted(most=len(PLACES))
    return [ref for _, ref in sorted(chosen)]


def _act(ref: str, step: str, use_case: Callable[..., Any], **given: Any) -> ResponseReturnValue:  # noqa: ANN401
    with shown() as refusal:
        answer = run_once(
            lambda _made: url_for("desk.case", ref=ref, _anchor="partners"),
            use_case,
            case=ref,
            **given,
        )
        flash(gettext(current_language(), DONE[step]), "done")
        return answer
    return refused_case(ref, refusal.said), refusal.status


@desk.post("/cases/<ref>/partners/<dispatch>/accept")
def partner_accepts(ref: str, dispatch: str) -> ResponseReturnValue:
    """A partner said yes on the telephone."""
    minutes = minutes_of(request.form.get("minutes", ""))
    said = request.form.get("said", "")
    return _act(
        ref, "accept", assistance.dispatch.accept_for, dispatch=dispatch, minutes=minutes, text=said
    )


@desk.post("/cases/<ref>/partners/<dispatch>/decline")
def partner_declines(ref: str, dispatch: str) -> ResponseReturnValue:
    """A partner said no on the telephone."""
    reason, said = request.form.get("reason", ""), request.form.get("said", "")
    return _act(
        ref, "decline", assistance.dispatch.decline_for, dispatch=dispatch, reason=reason, text=said
    )


@desk.post("/cases/<ref>/partners/<dispatch>/lose")
def partner_lost(ref: str, dispatch: str) -> ResponseReturnValue:
    """Who had accepted doesn't come."""
    said = request.form.get("said", "")
    return _act(ref, "lose", assistance.dispatch.lose, dispatch=dispatch, text=said)


@desk.post("/cases/<ref>/chains/<chain>/withdraw")
def withdraw_partners(ref: str, chain: str) -> ResponseReturnValue:
    """Nobody of these is asked any more."""
    return _act(ref, "withdraw", assistance.dispatch.withdraw_partners, chain=chain)
