"""Parts of a whole, in hundredths, for bars and rings."""

from __future__ import annotations


def percent_of(part: int, whole: int) -> int:
    """In hundredths; nothing of nothing.

    >>> share_of(2, 3), share_of(0, 0)
    (67, 0)
    """
    return round(100 * part / whole) if whole else 0


def ring(granted: int, held: int, left: int, *, unlimited: bool) -> tuple[int, int]:
    """What is left and what is reserved of what was given, as shares that fit in one ring.

    >>> ring(3, 1, 2, unlimited=False), ring(0, 4, -4, unlimited=True)
    ((67, 33), (100, 0))
    """
    if unlimited:
        return 100, 0
    given = max(granted, 1)
    part = percent_of(max(left, 0), given)
    return part, min(100 - part, percent_of(held, given))
