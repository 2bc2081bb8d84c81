"""The addresses that both doors have below `/members/<ref>`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response

from vipclub.web.frame import Door
from vipclub.web.member_file import (
    appointment,
    booking_for_member,
    callback,
    conversation,
    details,
    events,
    member_page,
    referrals,
    rescheduling,
    tickets,
)
from vipclub.web.member_file.viewing_on_record import is_on_record

ROUTES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("", "show", member_page.show, "GET"),
    ("/notes", "note", member_page.note, "POST"),
    ("/calls", "call", member_page.call, "POST"),
    ("/conversation", "conversation", conversation.show, "GET"),
    ("/conversation", "answer_conversation", conversation.answer, "POST"),
    ("/conversation/<message>/pass-on", "pass_on_message", conversation.pass_on, "POST"),
    ("/reveal", "reveal", member_page.reveal, "POST"),
    ("/callback", "callback_form", callback.callback_form, "GET"),
    ("/callback", "plan_callback", callback.plan_callback, "POST"),
    ("/tickets/<service>", "ticket_form", tickets.ticket_form, "GET"),
    ("/tickets/<service>", "give_ticket", tickets.give_ticket, "POST"),
    ("/tickets/<ticket>/withdraw", "withdraw_ticket", tickets.withdraw_ticket, "POST"),
    ("/details", "details", details.details, "GET"),
    ("/details/contact", "say_contact", details.say_contact, "POST"),
    ("/details/language", "say_language", details.say_language, "POST"),
    ("/details/reminders", "say_reminders", details.say_reminders, "POST"),
    ("/details/consents", "say_consent", details.say_consent, "POST"),
    ("/details/family", "add_relative", details.add_relative, "POST"),
    ("/details/family/<relative>/remove", "remove_relative", details.remove_relative, "POST"),
    ("/invitation", "answer_invitation", details.answer_invitation, "POST"),
    ("/referrals", "member_referrals", referrals.member_referrals, "GET"),
    ("/referrals", "make_referral", referrals.make_referral, "POST"),
    ("/book", "services", booking_for_member.services, "GET"),
    ("/book/<service>", "choose", booking_for_member.choose, "GET"),
    ("/book/<service>/hold", "hold", booking_for_member.hold, "POST"),
    ("/book/<service>", "book", booking_for_member.book, "POST"),
    ("/holds/<hold>", "held", booking_for_member.held, "GET"),
    ("/holds/<hold>/release", "release", booking_for_member.release, "POST"),
    ("/events", "member_events", events.member_events, "GET"),
    ("/events/<event>", "register_form", events.register_form, "GET"),
    ("/events/<event>", "register_member", events.register_member, "POST"),
    ("/registrations/<registration>/accept", "accept_seats", events.accept_seats, "POST"),
    ("/registrations/<registration>/decline", "decline_seats", events.decline_seats, "POST"),
    (
        "/registrations/<registration>/cancel",
        "cancel_registration",
        events.cancel_registration,
        "POST",
    ),
    ("/appointments/<visit>", "visit", appointment.visit, "GET"),
    ("/appointments/<visit>/cancel", "cancel", appointment.cancel, "POST"),
    ("/appointments/<visit>/accept", "accept", appointment.accept, "POST"),
    ("/appointments/<visit>/time", "choose_move", rescheduling.choose_move, "GET"),
    ("/appointments/<visit>/time", "ask_move", rescheduling.ask_move, "POST"),
    ("/appointments/<visit>/move", "move", rescheduling.move, "POST"),
)
"""Rule below the member's page, endpoint, view, method."""
REFERRALS: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("", "referrals", referrals.list_referrals, "GET"),
    ("/<referral>/withdraw", "withdraw_referral", referrals.withdraw_referral, "POST"),
)
"""The same below the list of referrals."""
ANSWERS: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("/<referral>/accept", "accept_referral", referrals.accept_referral, "POST"),
    ("/<referral>/outcome", "finish_referral", referrals.finish_referral, "POST"),
)
"""And what a company's own managers answer."""


def install(door: Door) -> None:
    """The same views at a door, each for that door's audience."""
    for rule, endpoint, view, method in ROUTES:
        door.add_url_rule(
            f"/members/<ref>{rule}", endpoint, view_func=_of_this_door(view), methods=[method]
        )

    _install_referrals(door, REFERRALS)


def install_answers(door: Door) -> None:
    """What a company's manager does with a referral: at the manager's door alone."""
    _install_referrals(door, ANSWERS)


def _install_referrals(
    door: Door, routes: tuple[tuple[str, str, Callable[..., Any], str], ...]
) -> None:
    for rule, endpoint, view, method in routes:
        door.add_url_rule(
            f"/referrals{rule}", endpoint, view_func=_as_its_own(view), methods=[method]
        )


def _as_its_own(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of this door's: the mark of its audience is its own."""

    @wraps(view)
    def shown(**arguments: str) -> Any:  # noqa: ANN401
        return view(**arguments)

    return shown


def _of_this_door(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of its own: the mark of its audience is the door's. A page about the member is
    not sent unless it is on record; who is sent on sees nothing yet."""

    @wraps(view)
    def shown(**arguments: str) -> Response:
        answer = make_response(view(**arguments))
        if not 300 <= answer.status_code < 400 and not is_on_record():
            raise RuntimeError(f"{view.__name__} shows a member and isn't on record")
        return answer

    return shown
