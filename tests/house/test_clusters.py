"""Who is one person is asked of `people`: nobody else joins by the survivor's column."""

from __future__ import annotations

import pytest

from tests.house.source import place, python_files, room


def trespasses(where: str, code: str) -> list[str]:
    """Lines of a file outside `people` that name the column, as code, as text or as a word."""
    if room(where) == "people":
        return []
    return [
        f"{where}:{number}: people/clusters.py knows who is one person"
        for number, line in enumerate(code.splitlines(), 1)
        if "survivor_id" in line
    ]


def test_who_is_one_person_is_asked_of_people() -> None:
    found = [
        trespass
        for path in python_files("vipclub", "jobs")
        for trespass in trespasses(place(path), path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "select(Person.id).where(Person.survivor_id == person_id)",
        "_person.c.survivor_id.between(first, last)",
        'getattr(row, "survivor_id")',
        "update(Person).values(survivor_id=one)",
        'text("SELECT id FROM person WHERE survivor_id = :one")',
    ],
)
def test_the_check_bites(line: str) -> None:
    assert len(trespasses("vipclub/bookings/availability/slots.py", f"\n{line}\n")) == 1
    assert len(trespasses("vipclub/web/member/home.py", line)) == 1


def test_the_check_lets_people_say_it() -> None:
    assert trespasses("vipclub/people/clusters.py", "Person.survivor_id") == []
