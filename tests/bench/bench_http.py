"""A club of 20,000 people over HTTP, beside the bare application: two workers and 32 clients each,
in turns, three times."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.http_loads import LOADS, bare_side, club_side, held_against
from tests.bench.measuring import FreshDatabases, Measured

PEOPLE = 20_000
AGAINST = {
    "booking, spread": "/nine",
    "booking, one hot slot": "/nine hot",
    "sold out": "/nulltoken",
}
"""What each load is held against; pages, and the API's times, against the bare page."""
SAID = {
    "/nine": "the bare nine statements",
    "/two": "the same in two round trips",
    "/nine hot": "the bare nine, one hot row",
    "/nulltoken": "bare JSON behind a token",
    "/page": "a bare page of 8 KB",
}
ORDER = (
    "/nine", "booking, spread", "/two", "/nine hot", "booking, one hot slot", "/nulltoken",
    "sold out", "/page", "member's home", "month page", "my appointments", "API slots",
    "partner's desk", "manager's week", "desk's search", "/null",
)  # fmt: skip
"""A round: each beside what it is held against."""


def bench_http(ground: FreshDatabases) -> Iterator[Measured]:
    """Answers a second of each, and the ratio of the two of one round, the median of all.
    Without rounds the one that warms is told: enough to see that all loads work."""
    clubs, folder = ground.clubs, ground.folder
    filled = clubs.filled(ground.people or PEOPLE)
    with (
        clubs.copy(filled) as copy,
        bare_side(clubs.server, folder) as bare,
        club_side(clubs.server, copy, folder) as club,
    ):
        for warm in (True, *([False] * ground.rounds)):
            for name in ORDER:
                if name.startswith("/"):
                    bare.load(name, folder / "bare.plan", 1 if warm else ground.seconds)
                else:
                    club.load(name, 1 if warm else ground.seconds)
            if warm and ground.rounds:
                bare.found.clear()
                club.found.clear()
        for name in LOADS:
            against = AGAINST.get(name, "/page")
            yield held_against(club, name, bare, against, said=SAID[against])
        yield held_against(
            club, "booking, spread", bare, "/two",
            label="booking, spread, of two", said=SAID["/two"],
        )  # fmt: skip
