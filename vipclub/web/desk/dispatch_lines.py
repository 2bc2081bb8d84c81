"""The partners who are asked in a case, as the desk's page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vipclub import assistance
from vipclub.assistance.dispatch import DispatchView
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.case_words import running
from vipclub.web.day_words import day_and_hour
from vipclub.web.dispatch_words import MOODS, dispatch_state, service_name
from vipclub.web.promise_clock import Clock


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner of a chain: what came of asking."""

    ref: str
    number: int
    name: str
    phone: str
    state: str
    mood: str
    asked: str
    answered: str
    arrives: str
    reason: str
    said: str
    clock: Clock | None
    accepts: bool
    declines: bool
    loses: bool


@dataclass(frozen=True, slots=True)
class PartnerChain:
    """Partners who are asked one after another for one service."""

    ref: str
    kind: str
    lines: list[PartnerLine]
    withdraws: bool


def partner_chains(
    language: str, found: Sequence[DispatchView], now: datetime
) -> list[PartnerChain]:
    """The chains of a case, the newest first."""
    chains: dict[str, list[DispatchView]] = {}
    for one in found:
        chains.setdefault(one.chain, []).append(one)
    return [
        PartnerChain(
            ref=ref,
            kind=service_name(language, rows[0].kind),
            lines=[_line(language, one, now) for one in rows],
            withdraws=any("withdraw" in one.steps for one in rows),
        )
        for ref, rows in chains.items()
    ]


def _line(language: str, one: DispatchView, now: datetime) -> PartnerLine:
    def at(moment: datetime | None) -> str:
        return day_and_hour(language, moment, now, clock.club_zone()) if moment else ""

    answered = at(one.answered_at)
    if one.way is not None:
        way = assistance.dispatch.WAY_WORDS[one.way]
        answered = gettext(
            language, N_("%(moment)s, %(way)s"), moment=answered, way=gettext(language, way)
        )
    reason = assistance.dispatch.DECLINE_REASONS.get(one.reason or "", "")
    waits = one.status == "asked" and one.answer_by is not None and one.asked_at is not None
    return PartnerLine(
        ref=one.ref,
        number=one.number,
        name=one.name.to(language),
        phone=one.phone,
        state=dispatch_state(language, one.status),
        mood=MOODS.get(one.status, ""),
        asked=at(one.asked_at),
        answered=answered,
        arrives=at(one.arrives_at),
        reason=gettext(language, reason) if reason else "",
        said=one.said,
        clock=running(language, one.answer_by or now, since=one.asked_at or now, now=now)
        if waits
        else None,
        accepts="accept_for" in one.steps,
        declines="decline_for" in one.steps,
        loses="lose" in one.steps,
    )
