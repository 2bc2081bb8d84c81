"""A delivery is loaded whole or not at all, and the same one twice changes nothing."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, csv_of, resident_number
from vipclub import people
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.people import Delivery, Person, SourceRecord, SourceRecordVersion
from vipclub.people.feeds.customers_seen import CustomersSeen
from vipclub.people.feeds.refusals import (
    FileAllBad,
    FileOfTomorrow,
    FileSuspicious,
    SubsidiaryExists,
    UnknownSubsidiary,
)
from vipclub.people.models import DeliveryRow


def customers(count: int, **more: str) -> list[dict[str, str]]:
    return [
        {"customer_no": f"C{n:04}", "full_name": "王芳", "value": f"{n}.50", **more}
        for n in range(count)
    ]


def test_a_row_becomes_a_record_and_a_person(group: Group) -> None:
    report = group.send(
        LIN_ROW
        | {
            "id_type": "resident_id",
            "id_number": resident_number(),
            "email": "Lin@home.example",
            "address": "静安区 1 号",
            "city_code": "310000",
            "language": "zh-Hans",
            "customer_since": "2011-03-02",
            "value": "4200000.00",
            "annual_contribution": "260000",
            "vip_grade": "A",
            "manager_no": "0001",
            "consent_group_sharing": "Y",
        }
    )
    assert (report.rows, report.loaded, report.unchanged, report.rejected) == (1, 1, 0, 0)
    record, person = group.record("LIFE", "L1"), group.person("LIFE", "L1")
    assert (record.value_minor, record.contribution_minor) == (420_000_000, 26_000_000)
    assert (person.full_name, person.sex, person.city_code) == ("林若溪", "F", "310000")
    assert person.survivor_id == person.id
    assert person.mobile is not None
    opened = group.db.cipher.unseal("person.mobile", person.public_ref, person.mobile)
    assert opened == "+8619900000001"


def test_numbers_and_addresses_are_nowhere_in_the_clear(group: Group, url: str) -> None:
    secret = resident_number()
    group.send(
        LIN_ROW | {"id_type": "resident_id", "id_number": secret, "address": "a-street-name"}
    )
    record = group.record("LIFE", "L1")
    blobs = b"".join(
        bytes(v) for v in (record.id_number, record.mobile, record.address) if v is not None
    )
    assert len(blobs) > 80
    if url.startswith("sqlite"):
        path = Path(group.db.url.database or "")
        for file in path.parent.glob(path.name + "*"):
            found = file.read_bytes()
            assert secret.encode() not in found
            assert b"9900000001" not in found
            assert b"a-street-name" not in found


@pytest.mark.promise("P14")
def test_the_same_file_twice_changes_nothing(group: Group) -> None:
    content = csv_of(*customers(30))
    first = group.send_file(content)
    before = group.customers_known()
    with group.db.read() as session:
        written = session.scalar(select(func.count()).select_from(AuditRow))
    again = group.send_file(content)
    assert (again.rows, again.loaded, again.unchanged, again.rejected) == (30, 0, 30, 0)
    assert again.delivery == first.delivery
    assert group.customers_known() == before
    with group.db.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == written


@pytest.mark.promise("P14")
def test_the_same_rows_in_another_order_or_format_change_nothing(group: Group) -> None:
    rows = customers(30, mobile="+8619900000001")
    group.send(*rows)
    before = group.customers_known()
    random.Random(1).shuffle(rows)
    columns = ["value", "mobile", "customer_no", "full_name"]
    report = group.send_file(csv_of(*rows, columns=columns, delimiter=";").encode("gb18030"))
    assert (report.loaded, report.unchanged) == (0, 30)
    assert group.customers_known() == before


def test_a_change_is_a_new_version_and_the_person_stays(group: Group) -> None:
    group.send(LIN_ROW | {"value": "1"}, **as_of("2026-01-01"))
    ref = group.ref_of("LIFE", "L1")
    report = group.send(LIN_ROW | {"value": "2", "full_name": "林溪"}, **as_of("2026-01-02"))
    assert (report.loaded, report.unchanged) == (1, 0)
    assert group.ref_of("LIFE", "L1") == ref
    assert group.person("LIFE", "L1").full_name == "林溪"
    with group.db.read() as session:
        versions = session.scalars(
            select(SourceRecordVersion.content).order_by(SourceRecordVersion.id)
        ).all()
    assert [content["value_minor"] for content in versions] == [100, 200]


@pytest.mark.promise("P15")
def test_older_files_never_bring_older_facts_back(group: Group) -> None:
    days = [LIN_ROW | {"value": str(day)} for day in range(1, 5)]
    for place, order in enumerate(itertools.permutations(range(4))):
        code = f"C{place}"
        group.add_company(code)
        for day in order:
            group.send(days[day], to=code, **as_of(f"2026-03-0{day + 1}"))
        assert group.record(code, "L1").value_minor == 400, order


def test_a_delta_takes_a_customer_out_and_brings_one_back(group: Group) -> None:
    group.send(LIN_ROW, **as_of("2026-01-01"))
    gone = group.send({"customer_no": "L1", "full_name": "", "op": "D"}, **as_of("2026-01-02"))
    assert (gone.loaded, gone.rejected) == (1, 0)
    assert group.record("LIFE", "L1").deleted_at is not None
    group.send(LIN_ROW | {"op": "U"}, **as_of("2026-01-03"))
    assert group.record("LIFE", "L1").deleted_at is None


def test_taking_out_a_customer_who_was_never_there_changes_nothing(group: Group) -> None:
    report = group.send({"customer_no": "L9", "full_name": "", "op": "D"})
    assert (report.loaded, report.unchanged, report.rejected) == (0, 1, 0)


def test_a_full_file_marks_those_it_does_not_name_as_gone(group: Group) -> None:
    group.send(*customers(30), **as_of("2026-01-01"))
    report = group.send(*customers(29), kind="full", **as_of("2026-01-02"))
    assert (report.gone, report.unchanged) == (1, 29)
    assert group.record("LIFE", "C0029").deleted_at is not None


def test_a_row_set_aside_does_not_make_its_customer_disappear(group: Group) -> None:
    group.send(*customers(30), **as_of("2026-01-01"))
    rows = customers(30)
    rows[3]["value"] = "1,000"
    report = group.send(*rows, kind="full", **as_of("2026-01-02"))
    assert (report.gone, report.rejected) == (0, 1)


@pytest.mark.promise("P15")
def test_a_customer_of_before_the_latest_full_file_does_not_come_back(group: Group) -> None:
    group.send(*customers(2), kind="full", **as_of("2026-01-03"))
    late = group.send(LIN_ROW, **as_of("2026-01-02"))
    assert (late.loaded, late.unchanged) == (0, 1)


@pytest.mark.promise("P16")
def test_a_full_file_that_would_lose_most_customers_is_refused(group: Group) -> None:
    group.send(*customers(30), **as_of("2026-01-01"))
    before = group.customers_known()
    with pytest.raises(FileSuspicious):
        group.send(*customers(20), kind="full", **as_of("2026-01-02"))
    with pytest.raises(FileSuspicious):
        group.send({"customer_no": "X1", "full_name": "王芳"}, kind="full", **as_of("2026-01-02"))
    assert group.customers_known() == before


def test_who_expects_fewer_customers_may_say_so(group: Group) -> None:
    group.send(*customers(30), **as_of("2026-01-01"))
    with pytest.raises(FileSuspicious):
        group.send(*customers(5), kind="full", **as_of("2026-01-02"))
    report = group.send(*customers(5), kind="full", expect_fewer=True, **as_of("2026-01-02"))
    assert (report.gone, report.unchanged) == (25, 5)


@pytest.mark.promise("P16")
def test_bad_rows_are_set_aside_with_line_field_and_reason(group: Group) -> None:
    good = resident_number()
    wrong = good[:-1] + ("1" if good[-1] != "1" else "2")
    report = group.send(
        LIN_ROW,
        LIN_ROW | {"customer_no": "L2", "id_type": "resident_id", "id_number": wrong},
        LIN_ROW | {"customer_no": "L3", "birth_date": "1984/05/16"},
        LIN_ROW | {"customer_no": "L4", "full_name": "无"},
        LIN_ROW | {"customer_no": "", "mobile": "12345"},
    )
    assert (report.rows, report.loaded, report.rejected, report.error_rate) == (5, 1, 4, 0.8)
    assert group.set_aside() == [
        (3, "id_number", "wrong_check_digit"),
        (4, "birth_date", "no_iso_date"),
        (5, "full_name", "missing"),
        (6, "customer_no", "missing"),
        (6, "mobile", "no_phone_number"),
    ]


def test_what_is_set_aside_is_masked(group: Group) -> None:
    wrong = resident_number()[:-1] + "Z"
    group.send(
        LIN_ROW, LIN_ROW | {"customer_no": "L2", "id_type": "resident_id", "id_number": wrong}
    )
    with group.db.read() as session:
        row = session.scalars(select(people.QuarantineRow)).one()
    assert wrong[3:15] not in row.value_masked
    assert "*" in row.value_masked


def test_rows_that_contradict_each_other_are_all_set_aside(group: Group) -> None:
    rows = [LIN_ROW | {"value": "1"}, LIN_ROW | {"value": "2"}, LIN_ROW | {"customer_no": "L2"}]
    for order in itertools.permutations(rows):
        report = group.send(*order)
        assert (report.rows, report.rejected) == (3, 2)
    with group.db.read() as session:
        assert session.scalars(select(SourceRecord.customer_no)).all() == ["L2"]


def test_a_repeated_row_counts_once(group: Group) -> None:
    report = group.send(LIN_ROW, LIN_ROW, LIN_ROW)
    assert (report.rows, report.loaded, report.unchanged, report.rejected) == (3, 1, 2, 0)


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_rows_about_one_customer_meet_however_far_apart_they_stand(
    group: Group, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("vipclub.people.feeds.staging.STAGED_AT_ONCE", at_once)
    monkeypatch.setattr("vipclub.people.feeds.staging.SET_ASIDE_AT_ONCE", at_once)
    rows = customers(7)
    others = [row | {"value": "9"} for row in rows[:3]]
    report = group.send(*rows, *others, rows[6], rows[0], *others[:1])
    assert (report.rows, report.loaded, report.unchanged, report.rejected) == (13, 4, 2, 7)
    lines = [line for line, *_ in group.set_aside()]
    assert lines == [2, 3, 4, 9, 10, 11, 14]
    known = [name for name, *_ in group.customers_known()]
    assert known == [f"LIFE/{row['customer_no']}" for row in rows[3:]]


def test_which_customers_a_file_named_is_kept_on_disk_and_not_by_their_numbers() -> None:
    with CustomersSeen() as seen:
        for line in range(3):
            assert seen.first(f"SECRET-{line}", line, b"said") is None
        assert seen.first("SECRET-1", 9, b"else") == (1, b"said")
        assert [seen.contradicted("SECRET-1"), seen.contradicted("SECRET-1")] == [True, False]
        kept = b"".join(bytes(row[0]) for row in seen._kept.execute("SELECT number FROM seen"))
    assert len(kept) == 3 * 16
    assert b"SECRET" not in kept


@pytest.mark.parametrize("looked_at", [1, 2, 100])
def test_those_who_are_gone_are_found_part_by_part(
    group: Group, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr("vipclub.people.feeds.source_records.LOOKED_AT", looked_at)
    group.send(*customers(3), to="BANK", **as_of("2026-01-01"))
    group.send(*customers(30), **as_of("2026-01-01"))
    report = group.send(*customers(30)[2:-2], kind="full", **as_of("2026-01-02"))
    assert (report.gone, report.unchanged) == (4, 26)
    gone = [name for name, *_, here, _, _, _, _ in group.customers_known() if not here]
    assert gone == ["LIFE/C0000", "LIFE/C0001", "LIFE/C0028", "LIFE/C0029"], "none of the bank's"
    again = group.send(*customers(30)[2:-2], kind="full", **as_of("2026-01-03"))
    assert again.gone == 0


def test_a_file_without_one_valid_row_is_refused(group: Group) -> None:
    with pytest.raises(FileAllBad):
        group.send(LIN_ROW | {"birth_date": "16.5.1984"})
    assert group.customers_known() == []


@pytest.mark.promise("P16")
def test_a_load_that_dies_before_the_end_leaves_nothing_to_see(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    content = csv_of(*customers(30))
    with monkeypatch.context() as patch:
        patch.setattr("vipclub.people.feeds.loading._turn_visible", die)
        with pytest.raises(Died):
            group.send_file(content)
    assert group.customers_known() == []
    report = group.send_file(content)
    assert report.loaded == 30
    with group.db.read() as session:
        states = session.scalars(select(Delivery.state).order_by(Delivery.id)).all()
        assert session.scalar(select(func.count()).select_from(DeliveryRow)) == 0
    assert list(states) == ["abandoned", "applied"]


@pytest.mark.promise("P16")
def test_a_load_that_dies_after_it_is_applied_is_finished_by_the_next(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    content = csv_of(*customers(30))
    with monkeypatch.context() as patch:
        patch.setattr("vipclub.people.feeds.source_records._write_versions", die)
        with pytest.raises(Died):
            group.send_file(content)
    report = group.send_file(content)
    assert (report.loaded, report.unchanged) == (0, 30)
    assert len(group.customers_known()) == 30


def test_going_to_no_consent_and_back_is_kept(group: Group) -> None:
    for word in ("Y", "N", ""):
        group.send(LIN_ROW | {"consent_group_sharing": word})
    with group.db.read() as session:
        words = session.scalars(select(people.Consent.granted).order_by(people.Consent.id)).all()
    assert list(words) == [True, False]
    assert group.record("LIFE", "L1").shares is False


def test_a_company_without_the_column_shares_as_it_is_configured(group: Group) -> None:
    group.add_company("FUND", default_consent=False)
    group.send(LIN_ROW, to="FUND")
    group.send(LIN_ROW)
    assert (group.record("FUND", "L1").shares, group.record("LIFE", "L1").shares) == (False, True)


def test_an_unknown_subsidiary_is_refused_and_the_known_are_named(group: Group) -> None:
    with pytest.raises(UnknownSubsidiary) as refused:
        group.send(LIN_ROW, to="MARS")
    assert refused.value.data["known"] == ["BANK", "LIFE"]
    with pytest.raises(SubsidiaryExists):
        group.add_company("LIFE")


def test_a_check_loads_nothing_and_says_what_a_load_would_say(group: Group, db: Database) -> None:
    path = group.write_file(
        csv_of(LIN_ROW, LIN_ROW | {"value": "1"}, LIN_ROW | {"customer_no": "L2", "sex": "X"})
    )
    report = people.check_file(db, CLUB_ACTOR, path=path, subsidiary="LIFE")
    assert (report.rows, report.rejected) == (3, 3)
    assert [(p.line, p.reason) for p in report.problems] == [
        (2, "twice_in_file"),
        (3, "twice_in_file"),
        (4, "no_sex"),
    ]
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert CLUB_ACTOR.has("delivery:load")


def test_a_file_of_a_day_to_come_is_refused_since_nothing_newer_would_be_heard(
    group: Group,
) -> None:
    group.send(LIN_ROW)
    tomorrow = clock.club_today() + timedelta(days=1)
    with pytest.raises(FileOfTomorrow):
        group.send(LIN_ROW | {"full_name": "林若曦"}, as_of=tomorrow)
    assert group.person("LIFE", "L1").full_name == LIN_ROW["full_name"]


def test_how_far_a_load_is_counts_rows_and_no_chunks(group: Group) -> None:
    told: list[tuple[str, int]] = []
    group.send(*customers(3), progress=lambda doing, rows: told.append((doing, rows)))
    assert told == [("read", 3), ("worked in", 3)]
