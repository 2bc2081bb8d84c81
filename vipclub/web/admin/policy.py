"""The policy owner's pages to read: the tier policy in force and its versions in words, what each
tier is given, and how each service may be booked.
"""

from __future__ import annotations

from typing import Any

from flask import render_template

from vipclub import accounts, benefits, bookings, membership
from vipclub.core import clock
from vipclub.core.i18n import N_, format_money, gettext, ngettext
from vipclub.core.types import Money
from vipclub.membership import TIERS
from vipclub.web.admin.booking_policy_words import rules_in_words
from vipclub.web.admin.door import admin
from vipclub.web.admin.tier_policy_words import (
    rates_in_words,
    term_in_words,
    tier_name,
    tiers_in_words,
    weights_in_words,
)
from vipclub.web.frame import audience, current_actor, current_language, read

UNITS = {
    "people": N_("%(count)s people"),
    "money": N_("%(count)s of money"),
    "unlimited": N_("no limit"),
}
WHO = {"member": N_("the member"), "family": N_("family"), "guest": N_("guests")}
USES = {
    "slot": N_("by appointment"),
    "request": N_("on request"),
    "event": N_("at an event"),
    "case": N_("in an emergency"),
}


def in_words(policy: membership.TierPolicy) -> dict[str, Any]:
    """A policy as its page says it."""
    language = current_language()
    return {
        "tiers": tiers_in_words(language, policy),
        "term": term_in_words(language, policy.term),
        "rates": rates_in_words(language, policy),
        "weights": weights_in_words(language, policy),
    }


@admin.get("/policy")
@audience("policy")
def policy() -> str:
    """The policy in force in words, and all versions: past, present, to come."""
    actor = current_actor()
    today = clock.club_today()
    with read() as session:
        found = membership.policy_in_force(session, today)
        versions = membership.policy_versions(session, actor)
        waiting = [d for d in membership.policy_drafts(session, actor) if d.state == "submitted"]
        names = accounts.names_of(
            session, {v.loaded_by for v in versions} | {d.submitted_by or "" for d in waiting}
        )
    return render_template(
        "admin/policy.html",
        policy=found.policy if found else None,
        words=in_words(found.policy) if found else None,
        versions=versions,
        waiting=waiting,
        names=names,
        today=today,
    )


@admin.get("/policy/versions/<version>")
@audience("policy")
def policy_version(version: str) -> str:
    """One version, in words."""
    with read() as session:
        found = membership.policy_version(session, current_actor(), version)
    return render_template(
        "admin/policy_version.html",
        policy=found,
        words=in_words(found),
        text=membership.policy_text(found),
    )


@admin.get("/policy/benefits")
@audience("policy")
def benefit_list() -> str:
    """The catalogue: what each tier is given in this calendar year."""
    actor, language = current_actor(), current_language()
    year = clock.club_today().year
    with read() as session:
        catalogue = benefits.benefits(session)
        quantities = benefits.quantities_of(session, actor, year)
    return render_template(
        "admin/benefits.html",
        year=year,
        tiers=[tier_name(language, tier) for tier in TIERS],
        benefits=[
            {
                "name": benefit.name,
                "summary": benefit.summary,
                "who": [gettext(language, WHO[who]) for who in benefit.who],
                "use": gettext(language, USES[benefit.use]),
                "cost": format_money(language, Money(benefit.unit_cost_minor, benefit.currency)),
                "given": [
                    _given(language, benefit.unit, quantities.get((benefit.code, tier)))
                    for tier in TIERS
                ],
            }
            for benefit in catalogue
        ],
    )


def _given(language: str, unit: str, quantity: int | None) -> str:
    if quantity is None:
        return "–"
    if unit in UNITS:
        return gettext(language, UNITS[unit], count=quantity)
    return ngettext(language, "%(num)s time", "%(num)s times", quantity)


@admin.get("/policy/booking")
@audience("policy")
def booking_rules() -> str:
    """How each service may be booked, and at which place its own rules hold: a sentence a rule."""
    language = current_language()
    with read() as session:
        found = bookings.booking_rules(session, current_actor())
    return render_template(
        "admin/booking_rules.html",
        rules=[(rule, rules_in_words(language, rule.policy)) for rule in found],
    )
