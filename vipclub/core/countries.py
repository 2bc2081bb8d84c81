"""Which codes are those of a country or region (ISO 3166)."""

from __future__ import annotations

from functools import cache

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes that CLDR has names for beside those of countries."""


@cache
def _codes() -> frozenset[str]:
    from babel import Locale

    named = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in named if len(code) == 2) - _NO_COUNTRIES


def country_code(said: str) -> str | None:
    """The code that was said, in capitals or not; None for what is none.

    >>> country_code(" fr "), country_code("HK"), country_code("ZZ"), country_code("France")
    ('FR', 'HK', None, None)
    """
    code = said.strip().upper()
    return code if code in _codes() else None
