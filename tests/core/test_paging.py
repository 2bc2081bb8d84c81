"""A cursor leads on from the last row shown; what a stranger makes of it is refused."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime

import pytest

from vipclub.core.errors import Malformed
from vipclub.core.paging import cursor_of, place_of

KEYS = [
    datetime(2026, 11, 28, 8, 30, 1, 5, tzinfo=UTC),
    datetime(1969, 12, 31, tzinfo=UTC),
    date(2026, 11, 28),
    0,
    -7,
    "林若溪",
    "O'Neil-Chan, W. B.",
    "",
]


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_cursor_names_its_row(key: str | int | date | datetime) -> None:
    cursor = cursor_of(key, 2**40)
    assert place_of(cursor, type(key)) == (key, 2**40)
    assert set("+/=&? ").isdisjoint(cursor)


def test_a_cursor_of_the_first_season_is_still_read() -> None:
    assert place_of("MTc5NTg1MjgwMDAwMDAwMC43", datetime) == (
        datetime(2026, 11, 28, 8, tzinfo=UTC),
        7,
    )


@pytest.mark.parametrize("kind", [datetime, date, int, str])
def test_a_cursor_of_a_list_sorted_by_something_else_is_refused(kind: type[date]) -> None:
    for key in KEYS:
        if type(key) is not kind:
            with pytest.raises(Malformed):
                place_of(cursor_of(key, 1), kind)


@pytest.mark.parametrize("kind", [datetime, date, int, str])
@pytest.mark.parametrize(
    "cursor",
    [
        "", "abc", "-" * 41, "????", "林若溪", "S-0000000000-0", "\x00", "a" * 9_999,
        written("."), written("1"), written("1."), written(".1"), written("x.1"),
        written("1.-1"), written("1.+1"), written("1. 1"), written("1.1_0"), written("1.１"),
        written(f"1.{2**63}"), written(f"1.{10**40}"), written("1.1e3"), written("1.\n1"),
        written(f"{10**18}.1"), written(f"-{10**18}.1"), written(f"{'9' * 5_000}.1"),
        written("d2026-02-30.1"), written("d.1"), written("d2026-11-28T08:00.1"),
        written("n.1"), written("n1.0.1"), written("nan.1"), written(f"n{2**63}.1"),
        written("t\0.1"), written('["", "a", 1]'), base64.b64encode(b"\xff\xfe.1").decode(),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor: str, kind: type[date]) -> None:
    with pytest.raises(Malformed):
        place_of(cursor, kind)
