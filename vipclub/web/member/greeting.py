"""How a member is greeted: by title and by the time of day."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext


def addressed(
    language: str, *, surname: str, full_name: str, sex: str | None, latin_name: str | None = None
) -> str:
    """Ms Chan, 陈女士. In English a name in Chinese characters gets no title: the name in Latin
    letters stands for it where a source has one. The full name where the title is not known.

    >>> addressed("en", surname="Chan", full_name="Chan Siu Man", sex="F")
    'Ms Chan'
    >>> addressed("en", surname="林", full_name="林晓雨", sex="F", latin_name="Lin Xiaoyu")
    'Lin Xiaoyu'
    >>> addressed("en", surname="林", full_name="林晓雨", sex="F")
    '林晓雨'
    """
    if language == "en" and not surname.isascii():
        return latin_name or full_name
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
