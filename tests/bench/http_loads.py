"""Loads over HTTP that the benches have in common: those of the bare application and of a club,
each with what proves that it is the load that it says it is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.club_requests import ClubRequests, ask
from tests.bench.clubs import BenchClub
from tests.bench.durable_postgres import DurablePostgres, free_port
from tests.bench.load import Load, drive, request, write_plan
from tests.bench.measuring import Measured
from tests.bench.processes import serving_bare, serving_club, settle
from tests.bench.starting_point import StartingPoint

SCHEMA = Path(__file__).with_name("bare") / "schema.sql"
BARE_REQUESTS = 20_000
PAGES = {
    "member's home": ("/", "member"),
    "month page": ("/book/health-check", "member"),
    "my appointments": ("/appointments", "member"),
    "partner's desk": ("/partner/", "partner"),
    "manager's week": ("/manager/", "manager"),
}
BOOKINGS = ("booking, spread", "booking, one hot slot", "sold out")
LOADS = (*BOOKINGS, *PAGES, "desk's search", "API slots")
"""What is asked of a club."""


@dataclass
class Side:
    """A server under load, and what was found of it, round by round."""

    port: int
    watched: dict[str, int]
    found: dict[str, list[Load]] = field(default_factory=dict)

    def drive(self, name: str, plan: Path, seconds: int, *, again: bool = True) -> Load:
        load = drive(plan, self.port, seconds=seconds, again=again, watched=self.watched)
        settle(self.watched["application"])
        self.found.setdefault(name, []).append(load)
        return load

    def rates(self, name: str) -> list[float]:
        """Answers a second, round by round."""
        return [load.a_second for load in self.found[name]]

    def figures(self, name: str) -> dict[str, object]:
        """What stands beside a rate: milliseconds and cores, the median of the rounds."""
        loads = self.found[name]
        cores = {who: median(load.cores[who] for load in loads) for who in loads[0].cores}
        return {
            "ms_50": round(median(load.ms_50 for load in loads), 1),
            "ms_95": round(median(load.ms_95 for load in loads), 1),
            "cores": cores,
        }


class BareSide(Side):
    """The bare application."""

    def load(self, name: str, plan: Path, seconds: int) -> None:
        """One of its five, by its name there."""
        requests = _bare_requests(name, self.port)
        self.drive(name, write_plan(plan, requests), seconds)


def _bare_requests(name: str, port: int) -> Iterator[bytes]:
    chance = random.Random()
    path, _, hot = name.partition(" ")
    for number in range(BARE_REQUESTS if path != "/null" else 1):
        who = chance.randint(1, 10_000)
        headers = {"Authorization": f"Bearer token-{who}"}
        if path in {"/nine", "/two"}:
            headers["Idempotency-Key"] = f"{chance.getrandbits(60):x}-{number}"
            body = f'{{"time": {1 if hot else chance.randint(1, 10_000)}}}'
            yield request("POST", path, port=port, headers=headers, body=body)
        elif path == "/page":
            yield request("GET", f"{path}?member={who}", port=port)
        else:
            yield request("GET", path, port=port, headers=headers)


class ClubSide(Side):
    """`vipclub serve` on a copy of a club."""

    requests: ClubRequests
    start: StartingPoint

    def load(self, name: str, seconds: int) -> None:
        """One of LOADS. Raises RuntimeError when the answers are others than the load is about."""
        if name == "sold out":
            with self.requests.sold_out() as plan:
                self._expect(plan, 409, "slot_full")
                load = self.drive(name, plan, seconds, again=True)
            wrong = load.answers - load.refused
        else:
            plan = self._plan_of(name)
            booking = name in BOOKINGS
            self._expect(plan, 201 if booking else 200, "")
            load = self.drive(name, plan, seconds, again=not booking)
            wrong = load.refused
        if name in BOOKINGS:
            self.start.again()
        if wrong > 0.005 * load.answers + 5:
            raise RuntimeError(f"{name}: {wrong} of {load.answers} answers are of another kind")

    def _plan_of(self, name: str) -> Path:
        if name in BOOKINGS:
            return self.requests.bookings(one_time=name == "booking, one hot slot")
        if name == "desk's search":
            return self.requests.search()
        if name == "API slots":
            return self.requests.free_times()
        return self.requests.page(*PAGES[name])

    def _expect(self, plan: Path, status: int, code: str) -> None:
        said, body = ask(plan, self.port)
        if said != status or code not in body:
            raise RuntimeError(f"answered {said}, not {status} {code}: {body[:400]}")


@contextmanager
def bare_side(server: DurablePostgres, folder: Path, *, workers: int = 2) -> Iterator[BareSide]:
    """The bare application on a fresh database of its own."""
    name, port = "bare", free_port()
    server.drop(name)
    server.create(name)
    with server.ask(name) as connection:
        for statement in SCHEMA.read_text().split(";\n"):
            if statement.strip():
                connection.execute(statement)  # type: ignore[call-overload]
    with serving_bare(server.url(name), port, folder / "bare.log", workers=workers) as process:
        yield BareSide(port, {"application": process.pid, "postgresql": server.pid})
    server.drop(name)


@contextmanager
def club_side(server: DurablePostgres, club: BenchClub, folder: Path) -> Iterator[ClubSide]:
    """A club, served; `club` is a copy that may be changed."""
    with ExitStack() as stack:
        connection = stack.enter_context(server.ask(club.url.rpartition("/")[2]))
        process = stack.enter_context(serving_club(club, folder / "club.log"))
        side = ClubSide(club.port, {"application": process.pid, "postgresql": server.pid})
        side.start = StartingPoint(connection)
        side.requests = ClubRequests(club, connection, folder)
        yield side


def held_against(
    side: Side, name: str, other: Side, against: str, *, label: str = "", said: str = ""
) -> Measured:
    """A load of one side over a load of the other, round by round."""
    ratios = [a / b for a, b in zip(side.rates(name), other.rates(against), strict=True)]
    return Measured(
        label or name,
        "postgresql",
        sum(load.answers for load in side.found[name]),
        median(side.rates(name)),
        "a second",
        said or against,
        median(ratios),
        {
            "ratios": [round(min(ratios), 3), round(max(ratios), 3)],
            "against_value": round(median(other.rates(against)), 1),
            **side.figures(name),
        },
    )
