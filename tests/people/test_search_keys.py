"""What people are looked for by follows their records: whatever is loaded, joined, separated, taken
out, corrected or written by code of before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from jobs import renew_search_keys
from tests.cast import CLUB_ACTOR, member_actor
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, resident_number
from tests.tampering import change_past_all_rules
from vipclub import people
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.people import Meant
from vipclub.settings import Settings

DOCUMENT = {"id_type": "resident_id", "id_number": resident_number()}


def persons(db: Database, meant: Meant | None) -> set[int]:
    if meant is None:
        return set()
    with db.read() as session:
        return {row.person_id for row in session.execute(meant.persons())}


def named(db: Database, name: str, **narrowed: Any) -> set[int]:
    return persons(db, people.by_name(name, **narrowed))


def ending(db: Database, digits: str) -> set[int]:
    with db.read() as session:
        return persons(db, people.by_phone_end(session, digits))


def mailed(db: Database, address: str) -> set[int]:
    with db.read() as session:
        return persons(db, people.by_email(session, address))


def broken(db: Database) -> dict[str, int]:
    return {o.invariant.name: o.count for o in verify(db, people.INVARIANTS) if o.count}


def test_a_record_is_found_by_name_mail_and_last_four_as_soon_as_it_is_loaded(
    group: Group,
) -> None:
    group.send(LIN_ROW | {"email": "Lin@Mail.example"})
    lin = {group.person("LIFE", "L1").id}
    for typed in ("林若溪", "linruoxi", "ruoxi lin", "lrx", "若溪"):
        assert named(group.db, typed) == lin, typed
    assert ending(group.db, "0001") == lin
    assert mailed(group.db, "lin@mail.EXAMPLE") == lin
    assert named(group.db, "linruoxi", born=1984) == lin
    assert named(group.db, "linruoxi", born=1985) == set()
    assert broken(group.db) == {}


def test_another_name_and_number_are_found_from_then_on_and_the_old_ones_not(
    group: Group,
) -> None:
    group.send(LIN_ROW, **as_of("2026-01-01"))
    changed = LIN_ROW | {"full_name": "曾若溪", "mobile": "+8619900007777"}
    group.send(changed, **as_of("2026-01-02"))
    lin = {group.person("LIFE", "L1").id}
    assert named(group.db, "zengruoxi") == named(group.db, "cengruoxi") == lin
    assert ending(group.db, "7777") == lin
    assert named(group.db, "linruoxi") == named(group.db, "林若溪") == set()
    assert ending(group.db, "0001") == set()
    assert broken(group.db) == {}


def test_who_was_taken_out_is_not_found_and_who_came_back_is(group: Group) -> None:
    group.send(LIN_ROW, **as_of("2026-01-01"))
    lin = {group.person("LIFE", "L1").id}
    group.send({"customer_no": "L1", "op": "D"}, columns=[*LIN_ROW, "op"], **as_of("2026-01-02"))
    assert named(group.db, "lrx") == ending(group.db, "0001") == set()
    group.send(LIN_ROW | {"city_code": "310000"}, **as_of("2026-01-03"))
    assert named(group.db, "lrx") == ending(group.db, "0001") == lin
    assert broken(group.db) == {}


def test_whoever_is_joined_is_found_by_all_names_and_whoever_is_separated_by_the_own(
    group: Group,
) -> None:
    latin = {"full_name": "Lam Yeuk Kai", "mobile": "+85291234567", "birth_date": "1984-05-16"}
    group.send(LIN_ROW | DOCUMENT, **as_of("2026-01-01"))
    group.send({"customer_no": "B1", **latin, **DOCUMENT}, to="BANK", **as_of("2026-01-01"))
    lin = {group.person("LIFE", "L1").id}
    assert named(group.db, "yeuk kai lam") == named(group.db, "linruoxi") == lin
    assert ending(group.db, "4567") == ending(group.db, "0001") == lin
    alone = {"customer_no": "B1", **latin, "consent_group_sharing": "N"}
    group.send(alone, to="BANK", **as_of("2026-01-02"))
    lam = {group.person("BANK", "B1").id}
    assert lam.isdisjoint(lin)
    assert named(group.db, "yeuk kai lam") == ending(group.db, "4567") == lam
    assert named(group.db, "linruoxi") == ending(group.db, "0001") == lin
    assert broken(group.db) == {}


def test_a_corrected_row_is_found(group: Group) -> None:
    report = group.send(LIN_ROW | {"full_name": ""}, {"customer_no": "L2", "full_name": "王芳"})
    with group.db.read() as session:
        (line,) = {one.line for one in people.problems(session, CLUB_ACTOR, report.delivery)}
    group.db.run(
        people.correct_row,
        CLUB_ACTOR,
        delivery=report.delivery,
        line=line,
        values={"full_name": "林若溪"},
    )
    assert named(group.db, "linruoxi") == {group.person("LIFE", "L1").id}
    assert broken(group.db) == {}


def test_a_relative_and_an_own_number_lead_to_the_person(group: Group) -> None:
    group.send(LIN_ROW)
    lin, ref = {group.person("LIFE", "L1").id}, group.ref_of("LIFE", "L1")
    me = member_actor(ref)
    made = group.db.run(people.add_relative, me, member=ref, name="陈小宝", relation="child")
    group.db.run(people.change_contact_details, me, member=ref, mobile="+86 199 0000 8888")
    for typed in ("陈小宝", "陳小寶", "chenxiaobao", "Xiǎobǎo Chén", "小宝"):
        assert named(group.db, typed) == lin, typed
    assert ending(group.db, "8888") == lin
    assert broken(group.db) == {}
    group.db.run(people.remove_relative, me, member=ref, relative=made.ref)
    assert named(group.db, "陈小宝") == named(group.db, "xiaobao") == set()


def test_what_code_of_before_wrote_is_filled_in_and_nobody_s_names_are_taken_away(
    group: Group,
) -> None:
    group.send(LIN_ROW, {"customer_no": "L2", "full_name": "王芳", "mobile": "+8619900000002"})
    lin, ref = {group.person("LIFE", "L1").id}, group.ref_of("LIFE", "L1")
    me = member_actor(ref)
    group.db.run(people.add_relative, me, member=ref, name="陈小宝", relation="child")
    group.db.run(people.change_contact_details, me, member=ref, mobile="+86 199 0000 8888")
    settings = Settings.load()
    assert renew_search_keys.JOB.run(group.db, settings) == {"filled": 0, "taken": 0}
    change_past_all_rules(
        group.db,
        "DELETE FROM name_spelling",
        "INSERT INTO name_spelling VALUES ('林无人', 'spelled', 'linwuren')",
        "INSERT INTO name_spelling VALUES ('林若溪', 'relative', 'linruoxi')",
        "UPDATE family_tie SET name_key = NULL",
        "UPDATE source_record SET mobile_end_index = NULL WHERE customer_no = 'L1'",
        "UPDATE source_record SET mobile_end_index = :junk WHERE customer_no = 'L2'",
        "UPDATE own_details SET mobile_end_index = NULL",
        junk=b"another's digits",
    )
    assert broken(group.db) == {"findable records": 4, "findable relatives": 1}
    told = renew_search_keys.JOB.run(group.db, settings)
    assert told == {"filled": 6, "taken": 2}
    assert broken(group.db) == {}
    for found in (named(group.db, "lrx"), named(group.db, "xiaobao"), ending(group.db, "8888")):
        assert found == lin
    assert ending(group.db, "0002") == {group.person("LIFE", "L2").id}
    nobody = text("SELECT count(*) FROM name_spelling WHERE name_key = '林无人'")
    with group.db.read() as session:
        assert session.scalar(nobody) == 0
    assert renew_search_keys.JOB.run(group.db, settings) == {"filled": 0, "taken": 0}


@pytest.mark.parametrize("name", ["王伟", "Chan Tai Man", "阿卜杜拉·买买提", "龘龘"])
def test_any_name_is_found_as_it_is_written(group: Group, name: str) -> None:
    group.send(LIN_ROW | {"full_name": name})
    assert named(group.db, name) == {group.person("LIFE", "L1").id}
    assert broken(group.db) == {}
