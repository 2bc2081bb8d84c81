"""How long to wait before the next try to sign in. A wait that grows, never a lock. No session,
no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Brake:
    """So many failures are free; then the wait doubles from `first` up to `most`."""

    free: int
    first: timedelta
    most: timedelta

    def until(self, failures: int, last: datetime | None) -> datetime | None:
        """When the next try may come, after so many failures, the last one then.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
        >>> SAME_PAIR.until(4, noon) is None
        True
        >>> SAME_PAIR.until(7, noon) == noon + timedelta(seconds=60)
        True
        """
        if failures < self.free or last is None:
            return None
        doublings = min(failures - self.free, 20)
        pause: timedelta = self.first * (2**doublings)
        return last + min(pause, self.most)


SAME_PAIR = Brake(5, timedelta(seconds=15), timedelta(minutes=15))
"""One sign-in name from one address."""
SAME_LOGIN = Brake(20, timedelta(seconds=30), timedelta(minutes=2))
"""One sign-in name from anywhere: asked only at addresses where it never succeeded."""
SAME_ADDRESS = Brake(100, timedelta(seconds=10), timedelta(minutes=1))
"""One address with any names: an office has one address for all."""


@dataclass(frozen=True, slots=True)
class Tries:
    """The failed tries within the window, how many and the latest: by this name from this address,
    by the name, by the address. `known_here`: the name has signed in from the address before."""

    pair: int
    pair_last: datetime | None
    login: int
    login_last: datetime | None
    address: int
    address_last: datetime | None
    known_here: bool


def wait(tries: Tries, now: datetime) -> timedelta:
    """How long to wait from now until the next try; zero when it may come now."""
    ends = [
        SAME_PAIR.until(tries.pair, tries.pair_last),
        SAME_ADDRESS.until(tries.address, tries.address_last),
    ]
    if not tries.known_here:
        ends.append(SAME_LOGIN.until(tries.login, tries.login_last))
    return max((end - now for end in ends if end is not None and end > now), default=timedelta(0))
