"""Two operators who change one kind of key at the same moment."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from tests.databases import TEST_KEYS
from tests.keys.changing import KEEPER, opened, settings_with
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.key_register import IN_FORCE
from vipclub.keys import record_keys, rotating
from vipclub.keys.rotating import KeyRefused, put_in_force

pytestmark = [pytest.mark.race, pytest.mark.only("postgresql")]


def with_two_new(keys: FieldKeys) -> FieldKeys:
    new = {number: FieldKeys.generate().index[1] for number in (2, 3)}
    return FieldKeys(keys.encryption, {**keys.index, **new}, keys.mac)


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_that_rotate_one_is_refused_and_told_where_to_look(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Without the guard whoever comes second is met by the database's own words."""
    record_keys(db, settings_with(db, TEST_KEYS, tmp_path))
    keys = with_two_new(TEST_KEYS)
    settings = settings_with(db, keys, tmp_path)
    club = opened(db, keys)
    record_keys(club, settings)
    barrier, known, change = Barrier(2), rotating.registered, rotating._change

    def looked(session: object) -> object:
        rows = known(session)  # type: ignore[arg-type]
        barrier.wait(5)
        return rows

    monkeypatch.setattr(rotating, "registered", looked)
    if not guarded:
        monkeypatch.setattr(
            rotating, "_change", lambda *given, **values: change(*given, **values) or True
        )
        monkeypatch.setattr("vipclub.core.db.was_taken", lambda _error: False)

    def rotate(number: int) -> str:
        try:
            club.run(put_in_force, KEEPER, settings, kind="index", number=number)
        except KeyRefused as refused:
            return str(refused)
        except IntegrityError:
            return "raw"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = Counter(pool.map(rotate, (2, 3)))
    no = "Somebody else changed the index keys meanwhile: `vipclub keys status` tells how they "
    no += "stand."
    assert told == ({"done": 1, no: 1} if guarded else {"done": 1, "raw": 1})
    with club.read() as session:
        in_force = [k for k in known(session) if (k.kind, k.state) == ("index", IN_FORCE)]
    assert len(in_force) == 1
    club.dispose()
