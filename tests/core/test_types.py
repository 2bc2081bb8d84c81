"""References, moments, texts: what all tables are made of."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vipclub.core.errors import MalformedRef
from vipclub.core.types import ALPHABET, Localized, UtcDateTime, new_ref, parse_ref


def test_a_reference_is_read_back_as_people_type_it() -> None:
    for _ in range(200):
        ref = new_ref("A")
        spoken = ref.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert parse_ref(spoken) == ref
        assert parse_ref(ref, "A") == ref


def test_one_wrong_letter_in_a_reference_is_noticed() -> None:
    ref = "A-7K2Q9-XM4TR-" + next(
        c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if _reads(f"A-7K2Q9-XM4TR-{c}")
    )
    missed = 0
    for place in (2, 3, 4, 5, 6, 8, 9, 10, 11, 12):
        for letter in ALPHABET:
            changed = ref[:place] + letter + ref[place + 1 :]
            if changed != ref and _reads(changed):
                missed += 1
    # The check character itself is read O as 0 and L as 1, which leaves a few twins of 310.
    assert missed <= 12


def test_two_swapped_letters_in_a_reference_are_noticed() -> None:
    missed = 0
    for _ in range(300):
        ref = new_ref("M")
        swapped = ref[:3] + ref[4] + ref[3] + ref[5:]
        missed += swapped != ref and _reads(swapped)
    assert missed <= 12


def test_a_reference_of_another_kind_is_refused() -> None:
    with pytest.raises(MalformedRef):
        parse_ref(new_ref("M"), "A")


@pytest.mark.promise("P40")
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_references(text: str) -> None:
    with contextlib.suppress(MalformedRef):
        assert parse_ref(text)


@pytest.mark.promise("P39")
def test_a_moment_without_a_zone_is_refused_and_an_offset_survives() -> None:
    column = UtcDateTime()

    class Dialect:
        name = "sqlite"

    noon = datetime(2026, 12, 3, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    stored = column.process_bind_param(noon, Dialect())  # type: ignore[arg-type]
    assert stored == datetime(2026, 12, 3, 4, 0)  # noqa: DTZ001
    back = column.process_result_value(stored, Dialect())  # type: ignore[arg-type]
    assert back == noon
    assert back is not None
    assert back.tzinfo is UTC
    with pytest.raises(ValueError, match="without a time zone"):
        column.process_bind_param(datetime(2026, 12, 3), Dialect())  # type: ignore[arg-type] # noqa: DTZ001


def test_a_text_needs_all_three_languages() -> None:
    with pytest.raises(ValueError, match="three languages"):
        Localized(hans="体检", hant="", en="Health check")


def _reads(text: str) -> bool:
    try:
        parse_ref(text)
    except MalformedRef:
        return False
    return True
