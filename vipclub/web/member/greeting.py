"""How a member is greeted by the time of day."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext


def greeting(language: str, hour: int, name: str) -> str:
    """Good afternoon, Ms Chan.

    >>> greeting("en", 15, "Ms Chan"), greeting("en", 8, "Mr Lin"), greeting("en", 20, "Mr Lin")
    ('Good afternoon, Ms Chan', 'Good morning, Mr Lin', 'Good evening, Mr Lin')
    """
    if 4 <= hour < 12:
        return gettext(language, N_("Good morning, %(name)s"), name=name)
    if 12 <= hour < 18:
        return gettext(language, N_("Good afternoon, %(name)s"), name=name)
    return gettext(language, N_("Good evening, %(name)s"), name=name)
