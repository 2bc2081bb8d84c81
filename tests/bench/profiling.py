"""`python -m tests.bench profile home|booking|...`: where the time of one request goes, in this
process and with one client: each statement with its milliseconds, and Python's time by package and
by the club's own functions."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from tests.bench.bench_large_club import the_large_club
from tests.bench.club_requests import FIELD, MEMBERS, SEARCHED, SERVICE, TIMES
from tests.bench.clubs import ROOT, BenchClub
from tests.bench.measuring import FreshDatabases

PEOPLE = 20_000
LARGE = 100_000
"""Beyond it a club is the bench's large one, with a year of times over 2,000 offerings."""
REQUESTS = 60
WARM = 15
PAGES = {
    "home": ("member", "/"),
    "month": ("member", "/book/health-check"),
    "appointments": ("member", "/appointments"),
    "partner": ("partner", "/partner/"),
    "manager": ("manager", "/manager/"),
    "search": ("desk", "/desk/find"),
    "slots": ("channel", "/api/v1/services/health-check/slots?city={city}"),
    "booking": ("channel", "/api/v1/appointments"),
}
PACKAGE = re.compile(r"site-packages.([^/]+?)(?:\.py)?/|\b(vipclub|jobs)/([^/]+)/")
TEMPLATE = re.compile(r"\btemplates/|<template>")
OWN = re.compile(rf"^{re.escape(str(ROOT))}.(vipclub)/")
"""Files of the club: the checkout may be called as it likes."""

Send = Callable[[], Any]


def profile(ground: FreshDatabases, *names: str) -> str:
    """The table of each name. Raises SystemExit for one that isn't known."""
    unknown = [name for name in names if name not in PAGES]
    if unknown or not names:
        raise SystemExit(f"profile one of: {', '.join(PAGES)}")
    people = ground.people or PEOPLE
    large = people > LARGE
    filled = the_large_club(ground, people) if large else ground.clubs.filled(people)
    with ground.clubs.copy(filled) as club:
        return "\n\n".join(_profile_one(ground, club, name) for name in names)


def _profile_one(ground: FreshDatabases, club: BenchClub, name: str) -> str:
    with _sending(ground, club, name) as send:
        for _ in range(WARM):
            send()
        took, statements = [], Statements()
        with statements.watched():
            for _ in range(REQUESTS):
                began = time.perf_counter()
                send()
                took.append(1000 * (time.perf_counter() - began))
        profiler = cProfile.Profile()
        for _ in range(REQUESTS):
            profiler.enable()
            send()
            profiler.disable()
    stats = pstats.Stats(profiler)
    spent = f"{statements.ms:.1f} of them in {statements.count:.0f} statements"
    lines = [
        f"{name}: {median(took):.1f} ms a request, {spent} (median and means of {REQUESTS})",
        "",
        *statements.lines(),
        "",
        *_by_package(stats),
        "",
        *_by_function(stats),
    ]
    return "\n".join(lines)


@dataclass
class Statements:
    """The statements of some requests, by their text: how often, and how long from sending to the
    answer."""

    found: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Those of every engine of this process."""
        sent: dict[int, float] = {}

        def before(_connection: Any, cursor: Any, *_rest: Any) -> None:
            sent[id(cursor)] = time.perf_counter()

        def after(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
            self.found[statement].append(1000 * (time.perf_counter() - sent.pop(id(cursor))))

        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "after_cursor_execute", after)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", before)
            event.remove(Engine, "after_cursor_execute", after)

    @property
    def ms(self) -> float:
        return sum(map(sum, self.found.values())) / REQUESTS

    @property
    def count(self) -> float:
        return sum(map(len, self.found.values())) / REQUESTS

    def lines(self) -> list[str]:
        """The dearest first."""
        rows = ["   ms  times  joins  length  statement"]
        for text, took in sorted(self.found.items(), key=lambda item: -sum(item[1])):
            short = re.sub(r"\s+", " ", text)
            rows.append(
                f"{sum(took) / REQUESTS:5.2f} {len(took) / REQUESTS:6.2f} {short.count('JOIN '):6}"
                f" {len(short):7}  {_about(short)}: {short[:90]}"
            )
        return rows


def _about(text: str) -> str:
    """A statement by its verb and table, one that writes to several tables by all of them."""
    if text.startswith("WITH "):
        return "WRITE " + ", ".join(re.findall(r"(?:INSERT INTO|UPDATE) (\w+)", text))
    table = re.search(r"(?:FROM|UPDATE|INTO) (\w+)", text)
    return f"{text.split()[0]} {table[1] if table else ''}"


def _by_package(stats: pstats.Stats) -> list[str]:
    """Python's own time in each package, built-in functions with who called them."""
    own: dict[str, float] = defaultdict(float)
    for function, (_, _, _, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        own_time = stats.stats[function][2]  # type: ignore[attr-defined]
        if function[0] == "~":
            for caller, (_, _, time_in, _) in callers.items():
                own[_package(caller[0])] += time_in
        else:
            own[_package(function[0])] += own_time
    total = sum(own.values())
    rows = ["   ms  share  package (under the profiler, which slows Python down)"]
    for name, seconds in sorted(own.items(), key=lambda item: -item[1])[:14]:
        rows.append(f"{1000 * seconds / REQUESTS:5.2f} {seconds / total:6.0%}  {name}")
    return rows


def _by_function(stats: pstats.Stats) -> list[str]:
    """The club's own functions by what they and all below them take."""
    rows = ["   ms  times  function of the club, with all that it calls"]
    of_the_club = [
        (spent, calls, function)
        for function, (_, calls, _, spent, _) in stats.stats.items()  # type: ignore[attr-defined]
        if OWN.match(function[0])
    ]
    for spent, calls, (path, line, name) in sorted(of_the_club, reverse=True)[:28]:
        place = OWN.sub("", path)
        rows.append(
            f"{1000 * spent / REQUESTS:5.2f} {calls / REQUESTS:6.1f}  {place}:{line} {name}"
        )
    return rows


def _package(path: str) -> str:
    if TEMPLATE.search(path):
        return "templates"
    found = PACKAGE.search(path)
    if found:
        name = found[1] or f"{found[2]}/{found[3]}"
        return "psycopg, and waiting for PostgreSQL" if name.startswith("psycopg") else name
    return "vipclub" if OWN.match(path) else "Python's own"


@contextmanager
def _sending(ground: FreshDatabases, club: BenchClub, name: str) -> Iterator[Send]:
    """An application in this process, and what sends one request of this name to it."""
    from vipclub.app import create_app
    from vipclub.database import open_database
    from vipclub.settings import Settings

    with mock.patch.dict(os.environ, club.env, clear=True):
        settings = Settings.load()
    database = open_database(settings)
    client = create_app(settings, database=database).test_client()
    role, path = PAGES[name]
    base = {"base_url": settings.base_url}
    if role == "channel":
        token = {"Authorization": f"Bearer {club.demo['tokens']['channel']}"}
    else:
        page = client.get("/sign-in", **base).text
        fields = {"csrf_token": _field(page), **club.demo["sign_ins"][role]}
        client.post("/sign-in", data=fields, **base)
        token = {}
    bookings = _bookings(ground, club) if name == "booking" else iter(())
    if name == "search":
        searched = {"csrf_token": _field(client.get(f"/{role}/", **base).text), "who": SEARCHED}
        path = client.post(path, data=searched, **base).location

    def send() -> None:
        if name == "booking":
            body, key = next(bookings), os.urandom(8).hex()
            answer = client.post(path, json=body, headers={**token, "Idempotency-Key": key}, **base)
        else:
            answer = client.get(path.format(city=club.demo["city"]), headers=token, **base)
        if answer.status_code not in {200, 201}:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")

    try:
        yield send
    finally:
        database.dispose()


def _bookings(ground: FreshDatabases, club: BenchClub) -> Iterator[dict[str, str]]:
    """A booking for each member who may book, over all times."""
    with ground.clubs.server.ask(club.url.rpartition("/")[2]) as connection:
        members = connection.execute(MEMBERS, (SERVICE,)).fetchall()
        times = connection.execute(TIMES, (SERVICE,)).fetchall()
        connection.execute(
            "UPDATE slot SET capacity = 1000 WHERE id = ANY(%s)", ([row[0] for row in times],)
        )
    for number, (member,) in enumerate(members):
        _, offering, slot = times[number % len(times)]
        yield {"member": member, "offering": offering, "slot": slot}


def _field(page: str) -> str:
    found = FIELD.search(page)
    return found[1] if found else ""
