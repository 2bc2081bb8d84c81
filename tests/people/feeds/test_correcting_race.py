"""Several people correct and drop the same rows at once, while files come in: each row is settled
once, and the delivery's sums stay right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of
from vipclub import people
from vipclub.core.errors import Refused

pytestmark = pytest.mark.race


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all at once; what came of them, by the refusal's code."""

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(attempt, acts))


@pytest.fixture
def ref(group: Group) -> str:
    """A delivery with four rows that wait for a sex."""
    rows = [LIN_ROW | {"customer_no": f"C{n}", "sex": "?"} for n in range(4)]
    return str(group.send(LIN_ROW, *rows, **as_of("2026-11-02")).delivery)


def correcting(group: Group, ref: str, line: int, name: str) -> Callable[[], object]:
    values = {"sex": "F", "full_name": name}
    return lambda: group.db.run(
        people.correct_row, CLUB_ACTOR, delivery=ref, line=line, values=values
    )


def dropping(group: Group, ref: str, line: int) -> Callable[[], object]:
    return lambda: group.db.run(
        people.drop_row, CLUB_ACTOR, delivery=ref, line=line, reason="duplicate"
    )


def test_of_many_corrections_of_a_row_one_counts(group: Group, ref: str) -> None:
    names = ["王芳", "王娜", "王敏", "王静", "王丽"]
    acts = [correcting(group, ref, 3, name) for name in names] + [dropping(group, ref, 3)]
    outcomes = at_once(acts)
    assert outcomes["done"] == 1
    assert set(outcomes) <= {"done", "row_settled", "busy", "load_under_way"}
    with group.db.read() as session:
        found = people.delivery(session, CLUB_ACTOR, ref)
    assert found.rows == found.loaded + found.unchanged + found.rejected
    assert found.waiting == 3
    assert len(group.customers_known()) == 1 + found.corrected


def test_rows_are_corrected_while_a_newer_file_comes_in(group: Group, ref: str) -> None:
    newer = [LIN_ROW | {"customer_no": f"C{n}", "full_name": "陈晓东"} for n in range(4)]
    acts: list[Callable[[], object]] = [
        correcting(group, ref, line, "王芳") for line in (3, 4, 5, 6)
    ]
    acts.append(lambda: group.send(*newer, **as_of("2026-11-03")))
    outcomes = at_once(acts)
    assert set(outcomes) <= {"done", "busy", "load_under_way"}
    for line in (3, 4, 5, 6):
        correcting(group, ref, line, "王芳")()
    names = {found[0]: found[1] for found in group.customers_known()}
    assert {names[f"LIFE/C{n}"] for n in range(4)} == {"陈晓东"}
    with group.db.read() as session:
        found = people.delivery(session, CLUB_ACTOR, ref)
    assert (found.corrected, found.waiting, found.rejected) == (4, 0, 0)
    assert found.rows == found.loaded + found.unchanged + found.rejected
