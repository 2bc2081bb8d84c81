"""The loads of a club of 20,000 on one of 1,000,000 people with a year of times over 2,000
offerings, both served at once and loaded in turns: what a larger club costs each visitor."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench import large_club
from tests.bench.clubs import BenchClub
from tests.bench.http_loads import LOADS, club_side, held_against
from tests.bench.measuring import FreshDatabases, Measured

SMALL = 20_000


def the_large_club(ground: FreshDatabases, people: int) -> BenchClub:
    """Grown from the small one, and found well by `vipclub verify`."""
    ground.clubs.filled(SMALL)

    def grow(club: BenchClub) -> None:
        large_club.grow(club, people=people)
        club.call("verify")

    return ground.clubs.made(
        f"large_{people}", grow, like=str(SMALL), by="tests/bench/large_club.py"
    )


def bench_large_club(ground: FreshDatabases) -> Iterator[Measured]:
    """The large club's answers a second over the small one's."""
    clubs, folder = ground.clubs, ground.folder
    people = ground.people or large_club.PEOPLE
    small, large = clubs.filled(SMALL), the_large_club(ground, people)
    with (
        clubs.copy(small) as small_copy,
        clubs.copy(large) as large_copy,
        club_side(clubs.server, small_copy, folder) as one,
        club_side(clubs.server, large_copy, folder) as other,
    ):
        for warm in (True, *([False] * ground.rounds)):
            for name in LOADS:
                one.load(name, 1 if warm else ground.seconds)
                other.load(name, 1 if warm else ground.seconds)
            if warm:
                one.found.clear()
                other.found.clear()
        for name in LOADS:
            yield held_against(
                other, name, one, name,
                label=f"{name}, {people:,} people", said=f"the same at {SMALL:,}",
            )  # fmt: skip
