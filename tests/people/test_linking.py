"""Who is one person: strong keys, no contradiction, consent; the same whatever the order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, resident_number
from vipclub import people
from vipclub.core.db import Database

MINE = {"id_type": "resident_id", "id_number": resident_number()}
OTHERS = {"id_type": "resident_id", "id_number": resident_number(order="004")}
PLAIN = {"customer_no": "B1", "full_name": "林若溪", "birth_date": "1984-05-16"}


def linked(*records: str) -> set[frozenset[str]]:
    return {frozenset(records)}


def test_the_same_valid_document_is_the_same_person(group: Group) -> None:
    group.send(LIN_ROW | MINE)
    group.send({"customer_no": "B1", "full_name": "Lin Ruoxi"} | MINE, to="BANK")
    assert group.persons() == linked("LIFE/L1", "BANK/B1")


@pytest.mark.promise("P17")
def test_a_resident_number_of_15_digits_is_the_one_of_18(group: Group) -> None:
    short = resident_number(order="002")[:6] + resident_number()[8:17]
    group.send(LIN_ROW | MINE)
    group.send(
        {"customer_no": "B1", "full_name": "林若溪"} | MINE | {"id_number": short}, to="BANK"
    )
    assert group.persons() == linked("LIFE/L1", "BANK/B1")


@pytest.mark.parametrize("name", ["林若溪", "林 若·溪", "林若雪"])
def test_name_birth_date_and_mobile_together_are_the_same_person(group: Group, name: str) -> None:
    group.send(LIN_ROW)
    group.send(PLAIN | {"full_name": name, "mobile": "199 0000 0001"}, to="BANK")
    same = name != "林若雪"
    assert (len(group.persons()) == 1) is same


@pytest.mark.promise("P17")
def test_traditional_and_simplified_characters_are_the_same_name(group: Group) -> None:
    group.send(LIN_ROW | {"full_name": "陈晓东"})
    group.send(PLAIN | {"full_name": "陳曉東", "mobile": "+8619900000001"}, to="BANK")
    assert group.persons() == linked("LIFE/L1", "BANK/B1")


def test_a_latin_name_may_stand_either_way_round(group: Group) -> None:
    group.send(LIN_ROW | {"full_name": "Chan, Wai Man"})
    group.send(PLAIN | {"full_name": "Wai Man CHAN", "mobile": "+8619900000001"}, to="BANK")
    assert group.persons() == linked("LIFE/L1", "BANK/B1")


@pytest.mark.promise("P17")
def test_spouses_with_one_mobile_are_two_persons(group: Group) -> None:
    group.send(
        LIN_ROW, LIN_ROW | {"customer_no": "L2", "full_name": "陈启明", "birth_date": "1981-11-02"}
    )
    assert len(group.persons()) == 2


@pytest.mark.promise("P17")
def test_twins_with_one_mobile_are_two_persons(group: Group) -> None:
    group.send(LIN_ROW, LIN_ROW | {"customer_no": "L2", "full_name": "林若水"})
    assert len(group.persons()) == 2


@pytest.mark.promise("P17")
def test_different_valid_numbers_of_one_kind_are_never_one_person(group: Group) -> None:
    group.send(LIN_ROW | MINE)
    group.send(LIN_ROW | OTHERS | {"customer_no": "B1"}, to="BANK")
    assert len(group.persons()) == 2


@pytest.mark.promise("P17")
def test_a_record_that_could_be_either_of_two_is_neither(group: Group) -> None:
    group.send(LIN_ROW | MINE, LIN_ROW | OTHERS | {"customer_no": "L2"})
    group.send(PLAIN | {"mobile": "+8619900000001"}, to="BANK")
    assert len(group.persons()) == 3
    assert people.link_records(group.db, CLUB_ACTOR).possible == 3


@pytest.mark.promise("P17")
def test_no_chain_of_links_joins_two_resident_numbers(group: Group) -> None:
    passport = {"id_type": "passport", "id_number": "E12345678"}
    group.send(LIN_ROW | MINE, LIN_ROW | OTHERS | {"customer_no": "L2", "mobile": "+8619900000002"})
    group.send(PLAIN | passport | {"mobile": "+8619900000001"}, to="BANK")
    group.send(PLAIN | passport | {"customer_no": "B2", "mobile": "+8619900000002"}, to="BANK")
    together = next(p for p in group.persons() if "LIFE/L1" in p)
    assert "LIFE/L2" not in together


def test_one_passport_number_of_two_countries_is_two_persons(group: Group) -> None:
    passport = {"id_type": "passport", "id_number": "123456789"}
    group.send(LIN_ROW | passport)
    group.send(PLAIN | passport | {"birth_date": "1990-01-01"}, to="BANK")
    assert len(group.persons()) == 2


def test_numbers_of_no_known_kind_link_nobody(group: Group) -> None:
    other = {"id_type": "other", "id_number": "12345"}
    group.send(LIN_ROW | other)
    group.send({"customer_no": "B1", "full_name": "王芳"} | other, to="BANK")
    assert len(group.persons()) == 2


@pytest.mark.promise("P34")
def test_without_consent_a_record_stays_a_person_of_its_own(group: Group) -> None:
    group.send(LIN_ROW | MINE)
    group.send(LIN_ROW | MINE | {"customer_no": "B1", "consent_group_sharing": "N"}, to="BANK")
    assert len(group.persons()) == 2


@pytest.mark.promise("P18")
@pytest.mark.pain(50)
def test_taking_back_consent_splits_and_giving_it_joins_again(group: Group) -> None:
    mine = LIN_ROW | MINE | {"customer_no": "B1"}
    group.send(LIN_ROW | MINE | {"mobile": ""})
    group.send(mine | {"consent_group_sharing": "Y"}, to="BANK")
    first, own = group.ref_of("LIFE", "L1"), group.record("BANK", "B1").person_id
    assert group.ref_of("BANK", "B1") == first
    assert group.person("LIFE", "L1").mobile is not None
    group.send(mine | {"consent_group_sharing": "N"}, to="BANK")
    assert len(group.persons()) == 2
    assert group.person("BANK", "B1").id == own
    assert group.person("LIFE", "L1").mobile is None, "what left leaves nothing behind"
    group.send(mine | {"consent_group_sharing": "Y", "city_code": "310000"}, to="BANK")
    assert group.ref_of("BANK", "B1") == group.ref_of("LIFE", "L1") == first


@pytest.mark.promise("P18")
def test_linking_again_renumbers_nobody(group: Group) -> None:
    group.send(LIN_ROW | MINE, LIN_ROW | OTHERS | {"customer_no": "L2"})
    group.send(LIN_ROW | MINE | {"customer_no": "B1"}, to="BANK")
    before = [group.ref_of(*key) for key in (("LIFE", "L1"), ("LIFE", "L2"), ("BANK", "B1"))]
    report = people.link_records(group.db, CLUB_ACTOR)
    assert (report.records, report.persons, report.matched) == (3, 2, 1)
    group.send({"customer_no": "B2", "full_name": "王芳"} | OTHERS, to="BANK")
    after = [group.ref_of(*key) for key in (("LIFE", "L1"), ("LIFE", "L2"), ("BANK", "B1"))]
    assert after == before


@pytest.mark.promise("P17")
@pytest.mark.slow
def test_the_order_of_files_makes_no_difference(group: Group) -> None:
    files: list[tuple[str, dict[str, Any]]] = [
        ("A", LIN_ROW | MINE),
        ("B", PLAIN | {"mobile": "+8619900000001"}),
        ("C", PLAIN | {"customer_no": "C1", "id_type": "passport", "id_number": "E12345678"}),
        ("D", LIN_ROW | {"customer_no": "D1", "id_type": "passport", "id_number": "E12345678"}),
    ]
    results = set()
    for turn, order in enumerate(itertools.permutations(files)):
        born = {"birth_date": f"{1950 + turn}-05-16"}  # another human each turn
        number = {"id_number": resident_number(f"{1950 + turn}0516")}
        for code, row in order:
            if turn == 0:
                group.add_company(code)
            unlike = number if row.get("id_type") == "resident_id" else {}
            passport = {"id_number": f"E{turn:08}"} if row.get("id_type") == "passport" else {}
            own = {"customer_no": f"{row['customer_no']}-{turn}"}
            group.send(row | born | unlike | passport | own, to=code)
        found = [p for p in group.persons() if any(r.endswith(f"-{turn}") for r in p)]
        results.add(frozenset(frozenset(r.split("-")[0] for r in p) for p in found))
    assert len(results) == 1, results
    before = group.persons()
    people.link_records(group.db, CLUB_ACTOR)
    assert group.persons() == before


@pytest.mark.promise("P17")
@pytest.mark.parametrize("at_once", [1, 2, 3, 1_000])
def test_a_few_records_at_a_time_are_linked_as_all_at_once(
    group: Group, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """A chain over three companies, two who share nothing but a name, and one kept apart."""
    monkeypatch.setattr("vipclub.people.linking.AT_ONCE", at_once)
    monkeypatch.setattr("vipclub.people.neighbours.AT_ONCE", at_once)
    passport = {"id_type": "passport", "id_number": "E12345678"}
    group.add_company("FUND")
    group.send({"customer_no": "F1", "full_name": "林若溪"} | passport, to="FUND")
    group.send(LIN_ROW | MINE, LIN_ROW | OTHERS | {"customer_no": "L2", "mobile": "+8619900000009"})
    group.send(
        PLAIN | {"mobile": "+8619900000001"} | passport,
        {"customer_no": "B2", "full_name": "王芳", "mobile": "+8619900000001"},
        {"customer_no": "B3", "full_name": "王芳"},
        to="BANK",
    )
    together = frozenset({"FUND/F1", "LIFE/L1", "BANK/B1"})
    alone = {frozenset({record}) for record in ("LIFE/L2", "BANK/B2", "BANK/B3")}
    assert group.persons() == {together, *alone}
    report = people.link_records(group.db, CLUB_ACTOR)
    assert (report.records, report.persons, report.matched, report.possible) == (6, 4, 2, 0)
    assert group.persons() == {together, *alone}


@pytest.mark.pain(46)
def test_an_attribute_comes_from_the_most_trusted_source_then_the_latest(group: Group) -> None:
    group.add_company("FUND", trust_rank=20)
    group.send(LIN_ROW | MINE | {"customer_no": "B1", "city_code": "110000"}, to="BANK")
    group.send(
        LIN_ROW | MINE | {"customer_no": "F1", "city_code": "440300"},
        to="FUND",
        **as_of("2020-01-01"),
    )
    assert group.person("BANK", "B1").city_code == "110000"
    group.send(LIN_ROW | MINE | {"city_code": "310000", "mobile": ""})
    person = group.person("BANK", "B1")
    assert person.city_code == "310000"
    assert person.mobile is not None, "what the most trusted doesn't say, the next one does"


@pytest.mark.promise("P17")
def test_generated_people_are_never_mixed_up(db: Database, tmp_path: Path) -> None:
    people.generate_feed(tmp_path, people=150, seed=7)
    group = Group(db, tmp_path)
    for company in people.GENERATED:
        group.add_company(company.code, trust_rank=company.trust_rank)
        people.load_delivery(
            db, CLUB_ACTOR, path=tmp_path / f"{company.code}.csv", subsidiary=company.code
        )
    truth = {
        f"{code}/{number}": human
        for code, number, human in (
            line.split(",") for line in (tmp_path / "truth.csv").read_text().splitlines()[1:]
        )
    }
    persons = group.persons()
    assert all(len({truth[record] for record in person}) == 1 for person in persons)
    assert len(persons) < 1.15 * len({truth[r] for person in persons for r in person})
    before = persons
    people.link_records(db, CLUB_ACTOR)
    assert group.persons() == before
