"""Values of a row: what is taken, in which form, and what is set aside, by which reason."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.people.feeds.sending_files import LIN_ROW, resident_number
from vipclub.people import REASONS, normal_forms
from vipclub.people.feeds.reading import row_validation
from vipclub.people.feeds.reading.row_validation import Customer, RowReader

TODAY = date(2026, 11, 24)
NUMBER = resident_number()


def judged(**cells: str) -> Customer | list[str]:
    """A row as a customer, or the reasons against it."""
    reader = RowReader(today=TODAY, kind="delta", default_consent=True)
    found = reader.read(2, LIN_ROW | cells)
    return found if isinstance(found, Customer) else [problem.reason for problem in found]


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"id_type": "resident_id", "id_number": NUMBER.lower()}, "id_number", NUMBER),
        ({"id_type": "resident_id", "id_number": f" '{NUMBER} "}, "id_number", NUMBER),
        ({"id_type": "passport", "id_number": "e1234 5678"}, "id_number", "E12345678"),
        ({"id_type": "hk_macau_permit", "id_number": "H12345678"}, "id_number", "H12345678"),
        ({"id_type": "taiwan_permit", "id_number": "12345678"}, "id_number", "12345678"),
        ({"id_type": "foreign_pr", "id_number": "USA110080010101"}, "id_number", "USA110080010101"),
        ({"mobile": "0086 199-0000-0001"}, "mobile", "+8619900000001"),
        ({"mobile": "＋８６１９９０００００００１"}, "mobile", "+8619900000001"),
        ({"mobile": "+852 9123 4567"}, "mobile", "+85291234567"),
        ({"email": " Lin.Ruoxi@Home.Example "}, "email", "Lin.Ruoxi@home.example"),
        ({"full_name": "买买提·艾力"}, "full_name", "买买提·艾力"),
        ({"full_name": "林\u200b若溪\u202e"}, "full_name", "林若溪"),
        ({"full_name": "林\u3000若溪"}, "full_name", "林 若溪"),
        ({"full_name": "<script>alert(1)</script>"}, "full_name", "<script>alert(1)</script>"),
        ({"value": "0.5"}, "value_minor", 50),
        ({"value": "-0"}, "value_minor", 0),
        ({"value": "7", "currency": "JPY"}, "value_minor", 7),
        ({"value": "1.230"}, "value_minor", 123),
        ({"consent_group_sharing": "n"}, "shares", False),
        ({"consent_group_sharing": " "}, "shares", False),
        ({}, "shares", True),
    ],
)
def test_a_value_is_taken_in_its_normal_form(
    cells: dict[str, str], column: str, value: Any
) -> None:
    found = judged(**cells)
    assert isinstance(found, Customer), found
    assert found.data[column] == value


def test_a_resident_number_tells_birth_date_and_sex() -> None:
    found = judged(id_type="resident_id", id_number=NUMBER, sex="", birth_date="")
    assert isinstance(found, Customer)
    assert (found.data["birth_date"], found.data["sex"]) == (date(1984, 5, 16), "F")


@pytest.mark.promise("P13")
@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"customer_no": " "}, "missing"),
        ({"customer_no": "x" * 65}, "too_long"),
        ({"full_name": ""}, "missing"),
        *(({"full_name": n}, "missing") for n in ("NULL", "n/a", "无", "—", "未知", "\u200b")),
        *(({"full_name": n}, "no_name") for n in ("12345", "😀😀", "a" + "\u0301" * 99, "...")),
        ({"full_name": "林" * 121}, "too_long"),
        ({"full_name": "林\x1b[31m"}, "control_character"),
        ({"sex": "男"}, "no_sex"),
        *(({"birth_date": d}, "no_iso_date") for d in ("2026/1/2", "19840516", "1984-5-16")),
        *(({"birth_date": d}, "no_such_day") for d in ("1999-02-30", "1900-01-00")),
        ({"birth_date": "2026-11-25"}, "in_the_future"),
        ({"birth_date": "1899-01-01"}, "too_long_ago"),
        ({"id_number": NUMBER}, "no_id_type"),
        ({"id_type": "library_card", "id_number": "1"}, "no_id_type"),
        ({"id_type": "resident_id", "id_number": NUMBER[:17] + "?"}, "no_resident_number"),
        ({"id_type": "resident_id", "id_number": "9900**********002X"}, "no_resident_number"),
        ({"id_type": "resident_id", "id_number": "1.10101E+17"}, "no_resident_number"),
        ({"id_type": "resident_id", "id_number": resident_number("19840230")}, "no_such_day"),
        ({"id_type": "resident_id", "id_number": resident_number("19840517")}, "differs_from_id"),
        ({"id_type": "resident_id", "id_number": NUMBER, "sex": "M"}, "differs_from_id"),
        ({"id_type": "passport", "id_number": "??"}, "no_document_number"),
        *(({"mobile": m}, "no_phone_number") for m in ("12345", "11111111111", "abc", "0")),
        *(({"email": e}, "no_email_address") for e in ("a@b@c", "x", "a@b.c\r\nBcc: d@e.f")),
        ({"city_code": "31000"}, "no_city_code"),
        ({"city_code": "３１００００"}, "no_city_code"),
        ({"language": "de"}, "no_language"),
        *(
            ({"value": v}, "no_plain_amount")
            for v in ("1,000.00", "1_000", "￥5", "3万", "(1)", "1e5", "NaN", "Infinity", "１")
        ),
        ({"value": "0.005"}, "too_many_decimals"),
        ({"value": "7.5", "currency": "JPY"}, "too_many_decimals"),
        ({"value": "-1"}, "below_zero"),
        ({"value": "9" * 18}, "too_large"),
        ({"currency": "XXQ"}, "no_currency"),
        ({"consent_group_sharing": "maybe"}, "no_yes_or_no"),
        ({"op": "X"}, "no_op"),
    ],
)
def test_a_bad_value_is_set_aside_with_its_reason(cells: dict[str, str], reason: str) -> None:
    assert judged(**cells) == [reason]


def test_every_reason_has_a_sentence() -> None:
    given = {
        node.args[0].value
        for path in (*Path(normal_forms.__path__[0]).glob("*.py"), Path(row_validation.__file__))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "BadValue"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(given) > 10
    assert given <= set(REASONS)
