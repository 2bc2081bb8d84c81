"""Workbooks and Parquet files say what a CSV says; what they can't say is set aside."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook

from tests.people.feeds.making_workbooks import (
    header_and_rows,
    parquet_of,
    parquet_of_columns,
    workbook,
    workbook_bytes,
    workbook_with_sheet_xml,
    write_file,
)
from tests.people.feeds.sending_files import LIN_ROW, Group, csv_of, resident_number
from vipclub.people.feeds.reading.files import open_feed

MANY = [
    LIN_ROW
    | {"customer_no": f"L{n}", "value": f"{n}.5", "address": "静安区", "city_code": "310000"}
    | ({"id_type": "resident_id", "id_number": resident_number()} if n == 2 else {})
    | ({"mobile": "12345"} if n == 3 else {})
    for n in range(1, 8)
]


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """A file's rows as the reader gives them; empty cells are as good as none."""
    with open_feed(path) as feed:
        return [
            (row.line, {k: v for k, v in row.values.items() if v}, row.problem, dict(row.wrong))
            for row in feed.rows()
        ]


@pytest.mark.promise("P14")
@pytest.mark.only("sqlite")
def test_each_format_gives_the_same_rows(tmp_path: Path) -> None:
    plain = csv_of(*MANY)
    found = [
        rows_of(write_file(tmp_path, name, content))
        for name, content in (
            ("a.csv", plain.encode()),
            ("b.csv", plain.encode("utf-8-sig")),
            ("c.txt", plain.replace(",", "\t").encode("gb18030")),
            ("d.csv", plain.replace(",", ";").encode()),
            ("e.xlsx", workbook(*header_and_rows(*MANY))),
            ("f.parquet", parquet_of(*MANY, row_group_size=2)),
            ("g", parquet_of(*MANY, compression="gzip")),
        )
    ]
    assert len(found[0]) == 7
    assert all(rows == found[0] for rows in found[1:])


@pytest.mark.promise("P14")
@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_the_same_rows_in_another_format_change_nothing(group: Group, kind: str) -> None:
    first = group.send(*MANY)
    before = group.customers_known()
    make = {"xlsx": lambda: workbook(*header_and_rows(*MANY)), "parquet": lambda: parquet_of(*MANY)}
    again = group.send_file(make[kind](), name=f"again.{kind}")
    assert (first.loaded, first.rejected) == (6, 1)
    assert (again.loaded, again.unchanged, again.rejected) == (0, 6, 1)
    assert group.customers_known() == before


@pytest.mark.only("sqlite")
def test_days_and_numbers_in_cells_are_what_they_look_like(tmp_path: Path) -> None:
    header = ["customer_no", "full_name", "birth_date", "value", "mobile", "postcode"]
    row = [1.0, "林若溪", datetime.combine(date(1984, 5, 16), time()), 0.1 + 0.2, 13800138000, 12]

    def padded(sheet: Any) -> None:
        sheet["F2"].number_format = "000000"

    (found,) = rows_of(write_file(tmp_path, "a.xlsx", workbook(header, row, change=padded)))
    said = {"customer_no": "1", "full_name": "林若溪", "birth_date": "1984-05-16"}
    assert found[1] == said | {"value": "0.3", "mobile": "13800138000", "postcode": "000012"}
    columns = {
        "customer_no": pa.array([110105194912310021], pa.int64()),
        "full_name": pa.array(["林若溪"]).dictionary_encode(),
        "birth_date": pa.array([date(1984, 5, 16)]),
        "value": pa.array([Decimal("1280.50")], pa.decimal128(38, 18)),
        "mobile": pa.array([13800138000.0]),
        "customer_since": pa.array(
            [datetime.combine(date(2011, 3, 2), time())], pa.timestamp("ns")
        ),
        "address": pa.array([b"a street"], pa.binary()),
        "email": pa.array([None], pa.string()),
        "manager_no": pa.array([float("nan")]),
    }
    (found,) = rows_of(write_file(tmp_path, "b.parquet", parquet_of_columns(columns)))
    assert found[1] == {
        "customer_no": "110105194912310021",
        "full_name": "林若溪",
        "birth_date": "1984-05-16",
        "value": "1280.500000000000000000",
        "mobile": "13800138000",
        "customer_since": "2011-03-02",
        "address": "a street",
    }


def test_what_a_cell_cannot_say_is_set_aside_with_its_reason(group: Group) -> None:
    header = ["customer_no", "full_name", "id_type", "id_number", "value"]
    rows = [
        ["S1", "林若溪", "resident_id", 110105194912310021, 1],
        ["S2", "林若溪", None, None, "=1+1"],
        ["S3", "林若溪", None, None, "#N/A"],
        ["S4", "林若溪", None, None, 5],
    ]
    report = group.send_file(workbook(header, *rows), name="odd.xlsx")
    assert (report.rows, report.loaded, report.rejected) == (4, 1, 3)
    assert group.set_aside() == [
        (2, "id_number", "digits_lost"),
        (3, "value", "formula"),
        (4, "value", "cell_error"),
    ]


@pytest.mark.only("sqlite")
def test_the_first_sheet_with_a_header_is_read_from_its_header_on(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "说明"
    book.active.append(["请勿修改"])
    hidden = book.create_sheet("old")
    hidden.sheet_state = "hidden"
    for row in header_and_rows(LIN_ROW | {"customer_no": "OLD"}):
        hidden.append(row)
    sheet = book.create_sheet("客户")
    sheet.append(["客户名单 2026-11"])
    sheet.append([])
    for row in header_and_rows(LIN_ROW, LIN_ROW | {"customer_no": "L2"}):
        sheet.append(row)
    sheet.append([])
    sheet.append([None, "共 2 条"])
    sheet.merge_cells("B7:D7")
    book.create_sheet("later").append(["customer_no", "full_name"])
    found = rows_of(write_file(tmp_path, "a.xlsx", workbook_bytes(book)))
    assert [(line, values["customer_no"]) for line, values, *_ in found] == [(4, "L1"), (5, "L2")]


@pytest.mark.only("sqlite")
def test_what_the_sheet_claims_of_its_size_is_not_believed(tmp_path: Path) -> None:
    content = workbook(*header_and_rows(LIN_ROW))
    lying = workbook_with_sheet_xml(content, b'ref="A1:E2"', b'ref="A1:XFD1048576"')
    assert len(rows_of(write_file(tmp_path, "a.xlsx", lying))) == 1


@pytest.mark.only("sqlite")
def test_cells_beyond_the_header_are_no_row(tmp_path: Path) -> None:
    header, row = header_and_rows(LIN_ROW)
    found = rows_of(write_file(tmp_path, "a.xlsx", workbook(header, [*row, "", "note"], row[:2])))
    assert [problem for _, _, problem, _ in found] == ["cells_missing_or_extra", None]


@pytest.mark.only("sqlite")
def test_columns_that_nobody_asked_for_may_be_of_any_kind(tmp_path: Path) -> None:
    columns = {"customer_no": ["L1"], "full_name": ["林若溪"], "tags": [["a", "b"]]}
    path = write_file(tmp_path, "a.parquet", parquet_of_columns(columns))
    with open_feed(path) as feed:
        assert feed.unknown == ("tags",)
        assert len(list(feed.rows())) == 1


def test_a_company_s_headers_count_in_workbooks_too(group: Group) -> None:
    group.add_company("SECU", header_map={"客户号": "customer_no", "姓名": "full_name"})
    content = workbook(["Securities"], ["姓名", "客户号"], ["林若溪", "S1"])
    report = group.send_file(content, to="SECU", name="a.xlsx")
    assert (report.loaded, report.ignored_columns) == (1, [])
    content = parquet_of_columns({"姓名": ["林若溪"], "客户号": ["S2"]})
    assert group.send_file(content, to="SECU", name="b.parquet").loaded == 1
