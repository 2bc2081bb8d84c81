"""What was set aside is corrected and tried again, or dropped; a newer word stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from tests.people.feeds.making_workbooks import workbook
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, csv_of, resident_number
from tests.statements import statements
from vipclub import accounts, people
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.people import SetAsideRow
from vipclub.people.feeds.refusals import LoadUnderWay, RowSettled, RowStillWrong

CHEN = {"customer_no": "L2", "full_name": "陈晓东", "birth_date": "1981/01/01", "sex": "M"}


def correct(group: Group, ref: str | None, line: int, **values: str) -> people.Settled:
    settled: people.Settled = group.db.run(
        people.correct_row, CLUB_ACTOR, delivery=ref, line=line, values=values or None
    )
    return settled


def row(group: Group, ref: str | None, line: int) -> people.RowView:
    viewed = group.db.run(people.record_row_view, CLUB_ACTOR, delivery=str(ref), line=line)
    with group.db.read() as session:
        return people.set_aside_row(
            session, CLUB_ACTOR, delivery=str(ref), line=line, viewed=viewed
        )


def figures(group: Group, ref: str | None) -> people.DeliveryView:
    with group.db.read() as session:
        return people.delivery(session, CLUB_ACTOR, str(ref))


@pytest.fixture
def ref(group: Group) -> str:
    """A delivery with Lin as she should be and Chen with a day that is no ISO date."""
    return str(group.send(LIN_ROW, CHEN, **as_of("2026-11-02")).delivery)


def test_a_corrected_row_becomes_a_record_and_a_person(group: Group, ref: str) -> None:
    before = figures(group, ref)
    assert (before.rows, before.loaded, before.rejected, before.waiting) == (2, 1, 1, 1)
    settled = correct(group, ref, 3, birth_date="1981-01-01")
    assert settled.outcome == "loaded"
    person = group.person("LIFE", "L2")
    assert (person.full_name, person.sex, str(person.birth_date)) == ("陈晓东", "M", "1981-01-01")
    assert str(group.record("LIFE", "L2").as_of) == "2026-11-02"
    after = figures(group, ref)
    assert (after.loaded, after.rejected, after.corrected, after.waiting) == (2, 0, 1, 0)
    assert after.error_rate == before.error_rate == 0.5


def test_a_corrected_row_is_as_if_the_file_had_been_right(group: Group) -> None:
    wrong = CHEN | {"mobile": "+8619900000002", "value": "12.5", "email": "c@home.example"}
    ref = group.send(LIN_ROW, wrong, to="LIFE", **as_of("2026-11-02")).delivery
    correct(group, ref, 3, birth_date="1981-01-01")
    group.send(LIN_ROW, wrong | {"birth_date": "1981-01-01"}, to="BANK", **as_of("2026-11-02"))
    here, there = (group.record(code, "L2") for code in ("LIFE", "BANK"))
    for column in ("full_name", "birth_date", "mobile_index", "email_index", "value_minor"):
        assert getattr(here, column) == getattr(there, column)
    assert here.content_hash == there.content_hash
    assert frozenset({"LIFE/L2", "BANK/L2"}) in group.persons()


def test_a_corrected_record_is_linked_with_its_person(group: Group, ref: str) -> None:
    number = resident_number("19810101", "001")
    document = {"id_type": "resident_id", "id_number": number}
    good = CHEN | document | {"customer_no": "B9", "birth_date": "1981-01-01"}
    group.send(good, to="BANK")
    correct(group, ref, 3, birth_date="1981-01-01", **document)
    assert frozenset({"LIFE/L2", "BANK/B9"}) in group.persons()


def test_correcting_twice_the_same_way_is_once(group: Group, ref: str) -> None:
    values = CHEN | {"birth_date": "1981-01-01"}
    first = correct(group, ref, 3, **values)
    before = group.customers_known()
    with group.db.read() as session:
        trail = len(session.scalars(select(AuditRow.id)).all())
    assert correct(group, ref, 3, **values) == first
    with group.db.read() as session:
        assert len(session.scalars(select(AuditRow.id)).all()) == trail
    with pytest.raises(RowSettled):
        correct(group, ref, 3, **values | {"full_name": "陈冬"})
    with pytest.raises(RowSettled):
        group.db.run(people.drop_row, CLUB_ACTOR, delivery=ref, line=3, reason="duplicate")
    assert group.customers_known() == before


def test_what_is_still_wrong_changes_nothing_and_says_what(group: Group, ref: str) -> None:
    before = group.customers_known()
    with pytest.raises(RowStillWrong) as refused:
        correct(group, ref, 3, birth_date="1981-02-30", sex="X")
    found = {(problem.field, problem.reason) for problem in refused.value.data["problems"]}
    assert found == {("birth_date", "no_such_day"), ("sex", "no_sex")}
    assert group.customers_known() == before
    assert row(group, ref, 3).state == "open"


@pytest.mark.promise("P15")
@pytest.mark.parametrize("day", ["2026-11-02", "2026-11-03"])
def test_a_newer_delivery_s_word_stays(group: Group, ref: str, day: str) -> None:
    newer = CHEN | {"birth_date": "1981-01-01", "full_name": "陈东"}
    group.send(newer, **as_of(day))
    assert correct(group, ref, 3, birth_date="1981-01-01").outcome == "older"
    assert group.record("LIFE", "L2").full_name == "陈东"
    after = figures(group, ref)
    assert after.rows == after.loaded + after.unchanged + after.rejected


def test_a_customer_who_left_since_does_not_come_back(group: Group, ref: str) -> None:
    group.send(LIN_ROW, kind="full", **as_of("2026-11-03"))
    assert correct(group, ref, 3, birth_date="1981-01-01").outcome == "older"
    assert len(group.customers_known()) == 1


def test_a_row_is_dropped_with_a_reason_of_the_list(group: Group, ref: str) -> None:
    with pytest.raises(Malformed):
        group.db.run(people.drop_row, CLUB_ACTOR, delivery=ref, line=3, reason="I felt like it")
    for _ in range(2):
        group.db.run(people.drop_row, CLUB_ACTOR, delivery=ref, line=3, reason="duplicate")
    found = row(group, ref, 3)
    assert (found.state, found.reason, found.values) == ("dropped", "duplicate", None)
    after = figures(group, ref)
    assert (after.rejected, after.waiting) == (1, 0)
    with pytest.raises(RowSettled):
        correct(group, ref, 3, birth_date="1981-01-01")


def test_the_trail_knows_who_did_it_and_no_value(group: Group) -> None:
    secret = CHEN | {"mobile": "+8619900000002", "address": "a-street-name"}
    ref = str(group.send(LIN_ROW, secret).delivery)
    group.db.run(people.record_row_view, CLUB_ACTOR, delivery=ref, line=3)
    correct(group, ref, 3, birth_date="1981-01-01")
    with group.db.read() as session:
        trail = session.scalars(select(AuditRow).where(AuditRow.subject_ref == ref)).all()
    assert [r.action for r in trail][-2:] == ["delivery.view_row", "delivery.correct_row"]
    assert json.loads(trail[-1].after or "") == {
        "fields": ["birth_date"],
        "line": 3,
        "outcome": "loaded",
    }
    text = " ".join(str(r.before) + str(r.after) + str(r.reason) for r in trail)
    for value in ("19900000002", "陈晓东", "a-street-name", "1981"):
        assert value not in text


def test_what_was_said_is_sealed_and_forgotten_when_settled(group: Group) -> None:
    ref = group.send(LIN_ROW, CHEN | {"address": "a-street-name"}).delivery
    with group.db.read() as session:
        kept = session.scalars(select(SetAsideRow)).one()
    assert kept.content is not None
    assert b"a-street-name" not in kept.content
    assert row(group, ref, 3).values == CHEN | {"address": "a-street-name"}
    correct(group, ref, 3, birth_date="1981-01-01")
    with group.db.read() as session:
        assert session.scalars(select(SetAsideRow)).one().content is None


def test_of_rows_that_contradict_each_other_each_can_be_read_and_one_chosen(group: Group) -> None:
    document = {"id_type": "resident_id", "id_number": resident_number("19810101", "001")}
    rows = [
        CHEN | document | {"birth_date": "1981-01-01", "value": value, "consent_group_sharing": "N"}
        for value in ("1.50", "2")
    ]
    ref = group.send(LIN_ROW, *rows).delivery
    said = {**rows[0], "op": "U", "currency": "CNY"}
    assert row(group, ref, 3).values == said
    assert (row(group, ref, 4).values or {})["value"] == "2"
    with pytest.raises(RowStillWrong):
        correct(group, ref, 3)
    assert correct(group, ref, 4, value="2").outcome == "loaded"
    group.db.run(people.drop_row, CLUB_ACTOR, delivery=ref, line=3, reason="duplicate")
    record = group.record("LIFE", "L2")
    assert (record.value_minor, record.shares) == (200, False)


def test_no_consent_stays_no_consent_when_a_row_is_tried_again(group: Group) -> None:
    ref = group.send(LIN_ROW | {"consent_group_sharing": "Y"}, CHEN).delivery
    correct(group, ref, 3, birth_date="1981-01-01", consent_group_sharing="")
    assert group.record("LIFE", "L2").shares is False
    ref = group.send(LIN_ROW, CHEN | {"customer_no": "L3"}).delivery
    correct(group, ref, 3, birth_date="1981-01-01", consent_group_sharing="")
    assert group.record("LIFE", "L3").shares is True


def test_after_the_company_s_words_are_known_all_rows_are_tried_again(group: Group) -> None:
    rows = [LIN_ROW | {"customer_no": f"L{n}", "sex": "女"} for n in range(4)]
    ref = str(group.send(LIN_ROW, *rows, LIN_ROW | {"customer_no": "L9", "sex": "X"}).delivery)
    words = {"sex": {"女": "F"}}
    group.db.run(people.change_subsidiary, CLUB_ACTOR, code="LIFE", value_map=words)
    assert people.retry_rows(group.db, CLUB_ACTOR, delivery=ref) == (4, 1)
    assert figures(group, ref).waiting == 1


def test_a_number_that_lost_its_digits_must_be_written_anew(group: Group) -> None:
    header = ["customer_no", "full_name", "mobile"]
    content = workbook(header, ["L1", "林若溪", ""], ["L2", "陈晓东", 861990000000212345])
    ref = group.send_file(content, name="a.xlsx").delivery
    assert "mobile" not in (row(group, ref, 3).values or {})
    with pytest.raises(RowStillWrong):
        correct(group, ref, 3)
    assert correct(group, ref, 3, mobile="+8619900000002").outcome == "loaded"


def test_a_row_with_too_many_cells_keeps_them(group: Group) -> None:
    ref = group.send_file(csv_of(LIN_ROW) + "L2,陈晓东,M,1981-01-01,,more,cells\n").delivery
    found = row(group, ref, 3)
    assert (found.extra, (found.values or {})["full_name"]) == ("more | cells", "陈晓东")
    with pytest.raises(RowStillWrong):
        correct(group, ref, 3)
    assert correct(group, ref, 3, sex="M").outcome == "loaded"


def test_while_a_file_is_being_loaded_a_correction_waits(group: Group, ref: str) -> None:
    from vipclub.core import lease

    group.db.run(lease.acquire, "delivery:LIFE", "somebody", 60)
    with pytest.raises(LoadUnderWay):
        correct(group, ref, 3, birth_date="1981-01-01")
    assert row(group, ref, 3).state == "open"


def test_of_a_refused_file_nothing_is_kept(group: Group) -> None:
    with pytest.raises(people.FileRefused):
        group.send(CHEN)
    with group.db.read() as session:
        assert session.scalars(select(SetAsideRow)).all() == []


@pytest.mark.parametrize("role", ["member", "manager", "partner", "desk", "admin", "auditor"])
def test_nobody_else_may(group: Group, ref: str, role: str) -> None:
    actor = Actor(kind=role, permissions=accounts.permissions_of(role))
    asked: list[Any] = [
        (people.correct_row, {"values": {}}),
        (people.drop_row, {"reason": "duplicate"}),
        (people.record_row_view, {}),
        (people.set_aside_row, {"viewed": None}),
    ]
    for use_case, more in asked:
        with pytest.raises(Forbidden):
            group.db.run(use_case, actor, delivery=ref, line=3, **more)
    with pytest.raises(NotFound):
        group.db.run(people.record_row_view, CLUB_ACTOR, delivery=ref, line=99)


def test_a_list_shows_masked_values_only_and_few_statements(group: Group, ref: str) -> None:
    with group.db.read() as session, statements(at_most=3):
        people.delivery(session, CLUB_ACTOR, ref)
        grouped = people.problems_by_reason(session, CLUB_ACTOR, ref)
        shown = people.problems(session, CLUB_ACTOR, ref)
    assert grouped == [("birth_date", "no_iso_date", 1)]
    assert [(p.line, p.value, p.state) for p in shown] == [(3, "19******01", "open")]
    viewed = group.db.run(people.record_row_view, CLUB_ACTOR, delivery=ref, line=3)
    with group.db.read() as session, statements(at_most=3):
        people.set_aside_row(session, CLUB_ACTOR, delivery=ref, line=3, viewed=viewed)
