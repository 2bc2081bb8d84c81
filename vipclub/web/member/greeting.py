"""How a member is greeted: by title and by the time of day."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext


def addressed(language: str, *, surname: str, full_name: str, sex: str | None) -> str:
    """Ms Chan, 陈女士; the full name where the title is not known.

    >>> addressed("en", surname="Chan", full_name="Chan Siu Man", sex="F")
    'Ms Chan'
    """
    if surname and sex == "F":
        return gettext(language, N_("Ms %(surname)s"), surname=surname)
    if surname and sex == "M":
        return gettext(language, N_("Mr %(surname)s"), surname=surname)
    return full_name


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
