"""A booking policy in words: each rule a sentence, as a clerk would read it out.

All hours are those on the wall of the place.
"""

from __future__ import annotations

from vipclub.bookings import Deadline, Policy
from vipclub.core.i18n import N_, gettext, ngettext, present
from vipclub.membership import TIER_NAMES, TIERS
from vipclub.web.city_names import city_name


def rules_in_words(language: str, policy: Policy) -> list[str]:
    """All that the policy says, in the order in which a member meets it."""
    return [
        _opens(language, policy),
        *_closes(language, policy),
        *_confirmation(language, policy),
        *_cancelling(language, policy),
        *_limits(language, policy),
        *_who(language, policy),
    ]


def _opens(language: str, policy: Policy) -> str:
    return ngettext(
        language,
        "Opens %(num)s day ahead, at %(time)s.",
        "Opens %(num)s days ahead, at %(time)s.",
        policy.opens_days,
        time=policy.opens_at.strftime("%H:%M"),
    )


def _closes(language: str, policy: Policy) -> list[str]:
    when = deadline_in_words(language, policy.closes)
    told = [gettext(language, N_("Can be booked until %(when)s."), when=when)]
    if not policy.on_holidays:
        told.append(gettext(language, N_("Not on public holidays.")))
    return told


def deadline_in_words(language: str, deadline: Deadline) -> str:
    """A moment before a visit.

    >>> deadline_in_words("en", Deadline(hours=12))
    '12 hours before it begins'
    >>> from datetime import time
    >>> deadline_in_words("en", Deadline(working_days=2, at=time(8, 0)))
    '08:00 two working days before'
    """
    if deadline.hours is not None:
        if deadline.hours == 0:
            return gettext(language, N_("the moment it begins"))
        return gettext(
            language, N_("%(hours)s hours before it begins"), hours=f"{deadline.hours:g}"
        )
    at = "24:00" if deadline.end_of_day else deadline.at.strftime("%H:%M")
    if deadline.working_days is not None:
        if deadline.working_days == 1:
            return gettext(language, N_("%(time)s on the working day before"), time=at)
        if deadline.working_days == 2:
            return gettext(language, N_("%(time)s two working days before"), time=at)
        return gettext(
            language,
            N_("%(time)s %(days)s working days before"),
            time=at,
            days=deadline.working_days,
        )
    if not deadline.days:
        return gettext(language, N_("%(time)s of the day itself"), time=at)
    if deadline.days == 1:
        return gettext(language, N_("%(time)s on the day before"), time=at)
    return gettext(language, N_("%(time)s %(days)s days before"), time=at, days=deadline.days)


def _confirmation(language: str, policy: Policy) -> list[str]:
    if policy.confirmation == "instant":
        return [gettext(language, N_("Confirmed at once."))]
    sentence = (
        N_("The partner confirms within %(hours)s working hours.")
        if policy.promise_working
        else N_("The partner confirms within %(hours)s hours.")
    )
    return [gettext(language, sentence, hours=f"{policy.promise_hours:g}")]


def _cancelling(language: str, policy: Policy) -> list[str]:
    if policy.late_cancellation == "releases":
        told = [gettext(language, N_("Cancelling is free at any time."))]
    else:
        when = deadline_in_words(language, policy.cancel_until)
        told = [
            gettext(language, N_("Cancelling is free until %(when)s."), when=when),
            gettext(language, N_("Later, and when the visit is missed, the unit is used.")),
        ]
    moves = ngettext(
        language,
        "The time may be changed %(num)s time.",
        "The time may be changed %(num)s times.",
        policy.reschedules,
    )
    return [*told, moves]


def _limits(language: str, policy: Policy) -> list[str]:
    told = []
    if policy.per_department_day:
        told.append(
            ngettext(
                language,
                "At most %(num)s visit a day in a department.",
                "At most %(num)s visits a day in a department.",
                policy.per_department_day,
            )
        )
    if policy.per_month:
        told.append(
            ngettext(
                language,
                "At most %(num)s visit a month.",
                "At most %(num)s visits a month.",
                policy.per_month,
            )
        )
    if policy.strikes:
        told.append(
            gettext(
                language,
                N_(
                    "%(missed)s visits missed within %(within)s months suspend "
                    "for %(suspend)s months."
                ),
                missed=policy.strikes.missed,
                within=policy.strikes.within_months,
                suspend=policy.strikes.suspend_months,
            )
        )
    return told


def _who(language: str, policy: Policy) -> list[str]:
    told = []
    if policy.tiers:
        names = [TIER_NAMES[tier].to(language) for tier in TIERS if tier in policy.tiers]
        told.append(gettext(language, N_("For %(tiers)s only."), tiers=present(language, names)))
    if policy.min_age is not None:
        told.append(gettext(language, N_("Nobody under %(years)s years."), years=policy.min_age))
    if policy.max_age is not None:
        told.append(gettext(language, N_("Nobody over %(years)s years."), years=policy.max_age))
    if policy.sex:
        sentence = N_("For women only.") if policy.sex == "F" else N_("For men only.")
        told.append(gettext(language, sentence))
    if policy.cities:
        cities = [city_name(language, city) for city in sorted(policy.cities)]
        told.append(gettext(language, N_("Only in %(cities)s."), cities=present(language, cities)))
    return told
