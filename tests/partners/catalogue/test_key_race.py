"""Two who give one key at the same moment: one has it, the other is told so in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.cast import CLUB_ACTOR
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from vipclub import partners
from vipclub.core import db as database_room
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.partners import Site
from vipclub.partners.catalogue import keys, offerings, sites
from vipclub.partners.catalogue import partners as partner_room

pytestmark = [pytest.mark.race, pytest.mark.only("postgresql")]
KEY = "yunlan"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def acts_of(db: Database, club: SmallClub) -> dict[str, Callable[[], object]]:
    with db.read() as session:
        place = session.scalars(select(Site.public_ref)).first() or ""

    def site() -> object:
        return db.run(
            partners.create_site,
            CLUB_ACTOR,
            partner=club.partner,
            name=ANY_NAME,
            address=ANY_NAME,
            city_code="310000",
            key=KEY,
        )

    def offering() -> object:
        return db.run(
            partners.create_offering,
            CLUB_ACTOR,
            site=place,
            service="health-check",
            name=ANY_NAME,
            minutes=60,
            key=KEY,
        )

    made = iter([db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME) for _ in range(2)])
    return {
        "partner": lambda: db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME, key=KEY),
        "site": site,
        "offering": offering,
        "given": lambda: db.run(partners.give_key, CLUB_ACTOR, ref=next(made), key=KEY),
    }


def at_once(act: Callable[[], object]) -> Counter[str]:
    def attempt(_number: int) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        except IntegrityError:
            return "raw"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return Counter(pool.map(attempt, range(2)))


def let_both_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the key is free is asked by both before either writes."""
    barrier, look = Barrier(2), keys.refuse_key

    def together(*given: Any) -> None:
        look(*given)
        with suppress(BrokenBarrierError):  # at the second look of who came second
            barrier.wait(3)

    for room in (keys, partner_room, sites, offerings):
        monkeypatch.setattr(room, "refuse_key", together)


@pytest.mark.parametrize("what", ["partner", "site", "offering", "given"])
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_with_one_key_one_is_refused_with_its_sentence(
    db: Database,
    club: SmallClub,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    guarded: bool,
) -> None:
    act = acts_of(db, club)[what]
    let_both_look_first(monkeypatch)
    if not guarded:
        monkeypatch.setattr(database_room, "was_taken", lambda _error: False)
    told = at_once(act)
    assert told == ({"done": 1, "key_taken": 1} if guarded else {"done": 1, "raw": 1})
