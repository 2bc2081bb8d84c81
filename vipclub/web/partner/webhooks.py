"""Where the partner's own systems are told, and what was told: addresses, secrets, the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import assistance, partners
from vipclub.core import clock
from vipclub.core.i18n import N_, format_moment, gettext
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.partner.door import desk_name, desk_zone, own_partner, partner
from vipclub.web.partner.webhook_forms import EventsForm, WebhookForm

NO_ANSWER = {
    "name": N_("The host's name is not known."),
    "address": N_("The host is not on the public internet."),
    "refused": N_("Nobody takes the connection."),
    "tls": N_("The certificate doesn't prove the host's name."),
    "late": N_("No answer within 10 seconds."),
    "large": N_("The answer is too large."),
    "broken": N_("The connection broke off."),
    "redirect": N_("Redirects are not followed."),
    "status": N_("Only an answer from 200 to 299 counts."),
    "off": N_("The address was switched off."),
    "secret": N_("The secret can't be read any more: please make a new one."),
}
OFF = {
    "partner": N_("switched off by you"),
    "gone": N_("switched off: it answered 410"),
    "failing": N_("switched off: five days without success"),
}
STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "off": (partners.webhooks.switch_off, N_("Switched off. Nothing more is sent there.")),
    "on": (partners.webhooks.switch_on, N_("Switched on. What happens from now on is sent there.")),
    "ping": (
        partners.webhooks.send_ping,
        N_("A test event is on its way; the log shows it."),
    ),
}


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An address in the list."""

    ref: str
    url: str
    state: str
    mood: str
    on: bool
    events: str
    succeeded: str
    trouble: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A line of the log."""

    ref: str
    event: str
    subject: str
    subject_href: str
    address: str
    state: str
    mood: str
    attempts: int
    answer: str
    at: str
    next: str
    again: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, shown this once."""

    url: str
    text: str
    both_until: str


@dataclass(frozen=True, slots=True)
class Fields:
    """A form as it was sent."""

    url: str = ""
    url_error: str = ""
    events: tuple[str, ...] = field(default_factory=lambda: tuple(partners.webhooks.all_events()))
    events_error: str = ""


@partner.get("/webhooks")
def webhooks() -> str:
    """All addresses and the latest of the log. Three statements beside the sign-in."""
    return _list()


@partner.post("/webhooks")
def add_webhook() -> ResponseReturnValue:
    """A new address; the answer shows its secret, once."""
    form = WebhookForm.sent()
    chosen = tuple(form.events.data or ())
    if not form.validate():
        fields = Fields(form.url.data, form.problem("url"), chosen, form.problem("events"))
        return _list(fields=fields), 422
    with read() as session:
        own = own_partner(partners.offerings_of(session, current_actor()))
    with shown() as refusal:
        made = run(
            partners.webhooks.add_endpoint,
            partner=own,
            url=form.url.data,
            events=chosen,
            loopback=not current_app.extensions["vipclub"].settings.production,
        )
        secret = _secret(current_language(), made)
        return _shown_once(_one(made.endpoint, secret=secret), 201)
    return _list(fields=Fields(form.url.data, refusal.said, chosen)), refusal.status


@partner.get("/webhooks/<ref>")
def webhook(ref: str) -> str:
    """One address with its log. Three statements beside the sign-in."""
    return _one(ref)


@partner.post("/webhooks/<ref>/<step>")
def change_webhook(ref: str, step: str) -> ResponseReturnValue:
    """Switch off or on, try out, choose events, or make a new secret."""
    language = current_language()
    if step == "events":
        return _choose(ref)
    if step == "rotate":
        made = run(partners.webhooks.rotate_secret, endpoint=ref)
        return _shown_once(_one(ref, secret=_secret(language, made)), 200)
    if step not in STEPS:
        abort(404)
    use_case, done = STEPS[step]
    with shown() as refusal:
        run(use_case, endpoint=ref)
        flash(gettext(language, done), "done")
        return redirect(url_for("partner.webhook", ref=ref), code=303)
    return _one(ref, refusal=refusal.said), refusal.status


@partner.post("/webhooks/deliveries/<ref>/again")
def send_again(ref: str) -> ResponseReturnValue:
    """An event of the log once more, as it was."""
    with shown() as refusal:
        endpoint = run(partners.webhooks.send_again, delivery=ref)
        flash(gettext(current_language(), N_("The event is sent again.")), "done")
        return redirect(url_for("partner.webhook", ref=endpoint), code=303)
    return _list(refusal=refusal.said), refusal.status


def _choose(ref: str) -> ResponseReturnValue:
    form = EventsForm.sent()
    if not form.validate():
        fields = Fields(events=tuple(form.events.data or ()), events_error=form.problem("events"))
        return _one(ref, fields=fields), 422
    run(partners.webhooks.choose_events, endpoint=ref, events=form.events.data)
    flash(gettext(current_language(), N_("The events are chosen.")), "done")
    return redirect(url_for("partner.webhook", ref=ref), code=303)


def _list(*, fields: Fields | None = None, refusal: str = "") -> str:
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        endpoints = partners.webhooks.endpoints_of(session, actor)
        log = partners.webhooks.deliveries_of(session, actor, limit=30)
    zone = desk_zone(offerings)
    return render_template(
        "partner/webhooks.html",
        desk_name=desk_name(language, offerings),
        endpoints=[_endpoint(language, row, zone) for row in endpoints],
        log=[_delivery(language, row, zone) for row in log],
        events=_events(language),
        fields=fields or Fields(),
        refusal=refusal,
    )


def _one(
    ref: str, *, secret: Secret | None = None, fields: Fields | None = None, refusal: str = ""
) -> str:
    actor, language = current_actor(), current_language()
    with read() as session:
        offerings = partners.offerings_of(session, actor)
        found = partners.webhooks.endpoint(session, actor, ref)
        log = partners.webhooks.deliveries_of(session, actor, endpoint=ref)
    zone = desk_zone(offerings)
    both = found.both_until if found.both_until and found.both_until > clock.now() else None
    return render_template(
        "partner/webhook.html",
        desk_name=desk_name(language, offerings),
        one=_endpoint(language, found, zone),
        log=[_delivery(language, row, zone) for row in log],
        events=_events(language),
        fields=fields or Fields(events=tuple(found.events)),
        secret=secret,
        both_until=_when(language, both, zone) if both and not secret else "",
        refusal=refusal,
    )


def _shown_once(page: str, status: int) -> ResponseReturnValue:
    """A page with a secret on it is kept by nobody."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _events(language: str) -> list[tuple[str, str, str]]:
    return [
        (name, gettext(language, words), name)
        for name, words in partners.webhooks.all_events().items()
    ]


def _when(language: str, moment: datetime | None, zone: str) -> str:
    return format_moment(language, moment, zone) if moment else ""


def _secret(language: str, made: partners.webhooks.NewSecret) -> Secret:
    until = _when(language, made.both_until, clock.club_zone())
    return Secret(url=made.url, text=made.secret, both_until=until)


def _endpoint(language: str, row: partners.webhooks.EndpointView, zone: str) -> EndpointRow:
    on, trouble = row.state == "on", ""
    if on and row.failing_since:
        trouble = gettext(
            language,
            N_("Failing since %(moment)s. After five days without success it is switched off."),
            moment=_when(language, row.failing_since, zone),
        )
    elif row.off_reason in {"gone", "failing"}:
        trouble = gettext(
            language,
            N_("Switched off on %(moment)s. Events since then were not sent."),
            moment=_when(language, row.off_at, zone),
        )
    state = N_("switched on") if on else OFF[row.off_reason or "partner"]
    if trouble and on:
        state = N_("failing")
    return EndpointRow(
        ref=row.ref,
        url=row.url,
        state=gettext(language, state),
        mood=("late" if row.failing_since else "calm") if on else "",
        on=on,
        events=f"{len(row.events)} / {len(partners.webhooks.all_events())}",
        succeeded=_when(language, row.succeeded_at, zone) or gettext(language, N_("never")),
        trouble=trouble,
    )


def _about(row: partners.webhooks.DeliveryView) -> str:
    """The page of what an event tells of."""
    if row.event in assistance.WEBHOOK_EVENTS:
        return url_for("partner.request_for_help", ref=row.subject)
    return url_for("partner.appointment", ref=row.subject)


def _delivery(language: str, row: partners.webhooks.DeliveryView, zone: str) -> DeliveryRow:
    states = {
        "delivered": (N_("delivered"), "calm"),
        "failed": (N_("given up"), "late"),
        "waiting": (N_("tried again") if row.attempts else N_("on its way"), "soon"),
    }
    word, mood = states[row.state]
    answer = str(row.answer) if row.answer else ""
    if row.problem:
        why = gettext(language, NO_ANSWER.get(row.problem, NO_ANSWER["broken"]))
        answer = f"{answer} · {why}" if answer else why
    about = row.event != partners.webhooks.PING
    return DeliveryRow(
        ref=row.ref,
        event=row.event,
        subject=row.subject if about else "",
        subject_href=_about(row) if about else "",
        address=row.url,
        state=gettext(language, word),
        mood=mood,
        attempts=row.attempts,
        answer=answer,
        at=_when(language, row.created_at, zone),
        next=_when(language, row.next_at, zone) if row.state == "waiting" and row.attempts else "",
        again=row.state != "waiting" and row.endpoint_on,
    )
