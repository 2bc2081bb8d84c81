"""Files that were made to harm, or were harmed: one sentence with the place, nothing loaded."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from collections.abc import Callable
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
    workbook_with_parts,
    workbook_with_sheet_xml,
    write_file,
)
from tests.people.feeds.sending_files import LIN_ROW, Group, csv_of
from vipclub.core.i18n import Language, say
from vipclub.people.feeds import refusals
from vipclub.people.feeds.reading import child_process
from vipclub.people.feeds.reading.files import open_feed

pytestmark = pytest.mark.slow

GOOD = workbook(*header_and_rows(LIN_ROW, LIN_ROW | {"customer_no": "L2"}))
TABLE = parquet_of(LIN_ROW, LIN_ROW | {"customer_no": "L2"})
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'


def bomb() -> bytes:
    """Small, and 400 MB when unpacked."""
    return workbook_with_parts(GOOD, xl__worksheets__sheet9_xml=b"0" * 400_000_000)


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def locked() -> bytes:
    """Every part says that it needs a password."""
    content = bytearray(GOOD)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def lying() -> bytes:
    """The directory says that the sheet is small; it is not."""
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content = workbook_with_parts(GOOD, **{part: archive.read(part)})
    place = content.rfind(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", 300) + content[place + 28 :]


STRINGS = "xl/sharedStrings.xml"


def strung() -> bytes:
    """A workbook that keeps its texts in a part of their own, as Excel does."""
    types = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxml'
    types += b'formats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        known = archive.read("[Content_Types].xml").replace(b"</Types>", types)
    return workbook_with_parts(GOOD, **{"[Content_Types].xml": known})


def hidden_only() -> bytes:
    book = Workbook()
    book.active.append(["customer_no", "full_name"])
    book.create_sheet("empty")
    book.active.sheet_state = "hidden"
    book.active = 1
    return workbook_bytes(book)


HOSTILE: list[tuple[str, str, Callable[[], bytes], type[refusals.FileRefused]]] = [
    ("a bomb", "a.xlsx", bomb, refusals.FileTooLarge),
    (
        "a dense part",
        "a.xlsx",
        lambda: workbook_with_parts(GOOD, xl__media__x_bin=b"0" * 50_000_000),
        refusals.FilePackedOddly,
    ),
    ("too many parts", "a.xlsx", lambda: zipped(*map(str, range(1_500))), refusals.FilePackedOddly),
    ("a way out", "a.xlsx", lambda: zipped("../../etc/cron.d/x"), refusals.FilePackedOddly),
    ("an absolute part", "a.xlsx", lambda: zipped("/etc/passwd"), refusals.FilePackedOddly),
    ("a zip in a zip", "a.xlsx", lambda: zipped("inner.zip"), refusals.FileDamaged),
    ("locked", "a.xlsx", locked, refusals.FilePackedOddly),
    ("a lying directory", "a.xlsx", lying, refusals.FileDamaged),
    (
        "macros",
        "a.xlsx",
        lambda: workbook_with_parts(GOOD, **{"xl/vbaProject.bin": b"x"}),
        refusals.FilePackedOddly,
    ),
    (
        "entities",
        "a.xlsx",
        lambda: workbook_with_parts(GOOD, **{"xl/sharedStrings.xml": DTD}),
        refusals.FilePackedOddly,
    ),
    ("cut off", "a.xlsx", lambda: GOOD[:-400], refusals.FileDamaged),
    ("cut in the middle", "a.xlsx", lambda: GOOD[: len(GOOD) // 2], refusals.FileDamaged),
    (
        "a broken sheet",
        "a.xlsx",
        lambda: workbook_with_sheet_xml(GOOD, b"</sheetData>", b"</oops>"),
        refusals.FileDamaged,
    ),
    (
        "a row at the end of time",
        "a.xlsx",
        lambda: workbook_with_sheet_xml(GOOD, b'<row r="3"', b'<row r="99999999999"'),
        refusals.FilePackedOddly,
    ),
    ("no sheet", "a.xlsx", lambda: zipped("[Content_Types].xml"), refusals.FileDamaged),
    ("nothing in it", "a.xlsx", lambda: workbook_bytes(Workbook()), refusals.FileEmpty),
    ("only a hidden sheet has rows", "a.xlsx", hidden_only, refusals.FileEmpty),
    ("no header", "a.xlsx", lambda: workbook(["L1", "林若溪"]), refusals.HeaderIncomplete),
    (
        "a header twice",
        "a.xlsx",
        lambda: workbook(["customer_no", "full_name", "Full_Name "]),
        refusals.HeaderTwice,
    ),
    (
        "a very wide sheet",
        "a.xlsx",
        lambda: workbook(["customer_no", "full_name", *range(700)]),
        refusals.FileTooWide,
    ),
    (
        "a million columns",
        "a.csv",
        lambda: ("customer_no," + "x," * 1_000_000).encode(),
        refusals.FileTooWide,
    ),
    ("a table under another name", "a.csv", lambda: TABLE, refusals.FileMisnamed),
    ("text under another name", "a.xlsx", lambda: csv_of(LIN_ROW).encode(), refusals.FileMisnamed),
    ("text as a table", "a.parquet", lambda: csv_of(LIN_ROW).encode(), refusals.FileMisnamed),
    ("a page saved as .xls", "a.xls", lambda: b"<html><table>", refusals.FileKindUnknown),
    ("a workbook with macros", "a.xlsm", lambda: GOOD, refusals.FileKindUnknown),
    ("packed", "a.csv.gz", lambda: b"\x1f\x8b\x08\0\0\0\0\0", refusals.FileKindUnknown),
    ("a table cut off", "a.parquet", lambda: TABLE[:-20], refusals.FileDamaged),
    ("a table's head only", "a.parquet", lambda: b"PAR1", refusals.FileDamaged),
    ("a locked table", "a.parquet", lambda: b"PARE" + TABLE[4:-4] + b"PARE", refusals.FileDamaged),
    (
        "a table of lists",
        "a.parquet",
        lambda: parquet_of_columns({"customer_no": ["L1"], "full_name": [["a"]]}),
        refusals.ColumnNested,
    ),
    (
        "more rows than bytes",
        "a.parquet",
        lambda: parquet_of_columns(
            {"customer_no": pa.array(["L1"] * 1_100_000), "full_name": ["x"] * 1_100_000}
        ),
        refusals.FilePackedOddly,
    ),
    (
        "a column twice",
        "a.parquet",
        lambda: parquet_of_columns(
            pa.table([["L1"], ["a"], ["b"]], names=["customer_no", "sex", "sex"])
        ),
        refusals.HeaderTwice,
    ),
]

SLOW = {"a bomb", "more rows than bytes"}
"""They take a while to make."""


@pytest.mark.promise("P40")
@pytest.mark.parametrize(
    ("name", "make", "refusal"),
    [
        pytest.param(name, make, refusal, id=what, marks=[pytest.mark.slow] if what in SLOW else [])
        for what, name, make, refusal in HOSTILE
    ],
)
@pytest.mark.only("sqlite")
def test_a_hostile_file_is_refused_in_one_sentence(
    group: Group, name: str, make: Callable[[], bytes], refusal: type[refusals.FileRefused]
) -> None:
    path = write_file(group.folder, name, make())
    began = time.monotonic()
    with pytest.raises(refusals.FileRefused) as refused:
        group.send_path(path)
    assert type(refused.value) is refusal
    assert time.monotonic() - began < 60
    for language in Language:
        sentence = say(language, refused.value)
        assert "%(" not in sentence
        assert name in sentence
    assert group.customers_known() == []


def test_a_table_of_the_wrong_types_is_set_aside_row_by_row(group: Group) -> None:
    columns = {
        "customer_no": ["L1", "L2"],
        "full_name": ["林若溪", "陈晓东"],
        "birth_date": [19840516, 19840517],
        "sex": [True, None],
        "address": pa.array([b"\xff\xfe", b"a street"]),
    }
    with pytest.raises(refusals.FileAllBad):
        group.send_file(parquet_of_columns(columns), name="a.parquet")
    columns["birth_date"] = ["1984-05-16", "1984-05-17"]
    report = group.send_file(parquet_of_columns(columns), name="b.parquet")
    assert (report.loaded, report.rejected) == (1, 1)
    assert (2, "address", "no_text") in group.set_aside()
    assert (2, "sex", "no_sex") in group.set_aside()


@pytest.mark.only("sqlite")
def test_links_to_other_files_are_not_followed(group: Group) -> None:
    link = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    link += b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    link += b'relationships/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/>'
    parts = {"xl/externalLinks/_rels/externalLink1.xml.rels": link + b"</Relationships>"}
    rows = [["customer_no", "full_name"], ["L1", "='[1]x'!A1"], ["L2", "林若溪"]]
    group.send_file(workbook_with_parts(workbook(*rows), **parts), name="a.xlsx")
    assert group.set_aside() == [(2, "full_name", "formula")]


@pytest.mark.promise("P40")
@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_what_takes_too_much_memory_or_time_is_refused_and_csv_advised(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [LIN_ROW | {"customer_no": f"L{n}", "address": f"{n} " * 40} for n in range(20_000)]
    slow = write_file(group.folder, "slow.xlsx", workbook(*header_and_rows(*rows)))
    with monkeypatch.context() as patch:
        patch.setitem(child_process.SECONDS, "xlsx", 1)
        with pytest.raises(refusals.FileTooHeavy, match="slow"):
            group.send_path(slow)
    text = f"<t>{os.urandom(20_000_000).hex()}</t>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{namespace}"><si>{text}</si></sst>'.encode()
    large = write_file(
        group.folder, "large.xlsx", workbook_with_parts(strung(), **{STRINGS: strings})
    )
    with monkeypatch.context() as patch:
        patch.setitem(child_process.MEMORY, "xlsx", 80_000_000)
        with pytest.raises(refusals.FileTooHeavy, match="large") as refused:
            group.send_path(large)
    assert "CSV" in say(Language.EN, refused.value)
    assert group.customers_known() == []


@pytest.mark.only("sqlite")
def test_a_reader_that_is_not_needed_any_more_ends(tmp_path: Path) -> None:
    rows = [LIN_ROW | {"customer_no": f"L{n}"} for n in range(5_000)]
    path = write_file(tmp_path, "a.parquet", parquet_of(*rows))
    with open_feed(path) as feed:
        assert next(iter(feed.rows())).line == 2
        child: Any = feed.child
    assert child._child.poll() is not None
    with open_feed(path) as feed:
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(refusals.FileChanged):
            list(feed.rows())
