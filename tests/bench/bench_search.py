"""Finding a caller by every key, held against a person's page that is opened by the reference, in
the same run: the whole application, the sign-in and the drawing included. Beside it stands what the
finder takes for a whole reference, which it answers with a redirect."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from unittest import mock

from flask.testing import FlaskClient

from tests.bench.callers import ONE_NAME, Caller, fill
from tests.bench.measuring import FreshDatabases, Measured
from tests.cast import CLUB_ACTOR, sun
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import a_client, csrf_token
from vipclub import bookings, desk
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.people.normal_forms.spellings import in_pinyin, spellings
from vipclub.web.city_names import city_name, city_words

PEOPLE = {"sqlite": 100_000, "postgresql": 1_000_000}
AS_TESTS = {
    "VIPCLUB_ENV": "development",
    "VIPCLUB_SECRET_KEY": "for-benches-only-0123456789-abcdefghijk",
}
ASKED = 60
"""So many different callers a key."""
Said = Callable[[Caller], str | None]
KEYS: dict[str, Said] = {
    "phone": lambda caller: (
        caller.mobile[3:6] + "/" + caller.mobile[6:10] + " " + caller.mobile[10:]
    ),
    "card": lambda caller: caller.card,
    "e-mail": lambda caller: caller.email.upper(),
    "phone's last four": lambda caller: caller.mobile[-4:],
    "card's last four": lambda caller: caller.card and caller.card[-4:],
    "name": lambda caller: caller.name,
    "name in pinyin": lambda caller: in_pinyin(caller.name),
    "given name first, in pinyin": lambda c: f"{in_pinyin(c.name[1:])} {in_pinyin(c.name[:1])}",
    "given name": lambda caller: caller.name[1:],
    "initials": lambda caller: min(s for kind, s in spellings(caller.name) if kind == "initials"),
    "surname alone": lambda caller: in_pinyin(caller.name[:1]),
    "name and year": lambda caller: f"{caller.name} {caller.born.year}",
    "name and city": lambda caller: f"{caller.name} {city_name('zh-Hans', caller.city)}",
    "pinyin, city and last four": lambda c: f"{in_pinyin(c.name)} Shanghai {c.mobile[-4:]}",
    "relative": lambda caller: caller.relative,
    "the commonest name": lambda _caller: ONE_NAME,
    "the commonest name and city": lambda c: f"{ONE_NAME} {city_name('en', c.city)}",
    "the commonest name and year": lambda caller: f"{ONE_NAME} {caller.born.year}",
    "the commonest name and last four": lambda caller: f"{ONE_NAME} {caller.mobile[-4:]}",
    "a name of nobody": lambda caller: caller.name + "龘",
}


@dataclass(frozen=True, slots=True)
class _Page:
    client: FlaskClient
    token: str

    def find(self, said: str) -> int:
        form = {"who": said, "csrf_token": self.token}
        return self.client.post("/desk/find", data=form).status_code


def bench_search(ground: FreshDatabases) -> Iterator[Measured]:
    """The 95th of a hundred of each key, in milliseconds."""
    for backend in ground.backends:
        people = ground.people or PEOPLE[backend]
        with ground.database(backend) as db:
            club = a_small_club(db)
            callers = fill(db, club, people)
            yield from _measured(db, club, callers, backend, people)


def _measured(
    db: Database, club: SmallClub, callers: list[Caller], backend: str, people: int
) -> Iterator[Measured]:
    with mock.patch.dict(os.environ, AS_TESTS):
        client = a_client(db, "desk")
    page = _Page(client, csrf_token(client, "/desk/"))
    visit = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[0],
    )
    keys: dict[str, Said] = {**KEYS, "booking": lambda _caller: visit.appointment}
    opened = [f"/desk/members/{one.ref}" for one in callers if one.card][:ASKED]
    own = _took(opened, lambda address: client.get(address).status_code)
    led = _took([one.ref for one in callers][:ASKED], page.find)
    for key, say in keys.items():
        said = [text for one in callers if (text := say(one))][:ASKED]
        said = (said * ASKED)[:ASKED]
        took = _took(said, page.find)
        reads = _took(said, lambda text: _read(db, text))
        yield Measured(
            f"search by {key}",
            backend,
            people,
            _p95(took),
            "ms",
            "a person's page by the reference",
            _p95(took) / _p95(own),
            {
                "ms_50": round(median(took), 1),
                "read_ms_95": round(_p95(reads), 1),
                "against_value": round(_p95(own), 1),
                "by_reference_ms_95": round(_p95(led), 1),
            },
        )


def _read(db: Database, typed: str) -> Any:
    """The use case alone."""
    with db.read() as session:
        return desk.look_up(
            session, sun(), typed=typed, today=clock.club_today(), cities=city_words()
        )


def _took(asked: list[str], ask: Callable[[str], Any]) -> list[float]:
    for one in asked[:5]:
        ask(one)
    found = []
    for one in asked:
        started = time.perf_counter()
        ask(one)
        found.append(1000 * (time.perf_counter() - started))
    return found


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]
