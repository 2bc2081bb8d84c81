"""Files as they come: encodings, delimiters, headers, damage. Refused whole, with the place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people.feeds.sending_files import LIN_ROW, Group, csv_of
from vipclub.core.i18n import Language, say
from vipclub.people.feeds import refusals
from vipclub.people.feeds.reading.files import open_feed

TEXT = csv_of(LIN_ROW, LIN_ROW | {"customer_no": "L2", "full_name": "陈晓东"})
RARE = LIN_ROW | {"full_name": "㛃䶮𠮷"}


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("gbk"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", ";").encode(),
        ("\n\n".join(TEXT.splitlines()) + "\n\n").encode(),
        TEXT.replace("customer_no", " Customer_No ").encode(),
        TEXT.replace("customer_no", "ｃustomer_no").encode(),
        TEXT.replace("陈晓东", '"陈晓东"').encode(),
    ],
)
def test_a_readable_file_is_read(group: Group, content: bytes) -> None:
    report = group.send_file(content)
    assert (report.rows, report.loaded) == (2, 2)
    assert group.person("LIFE", "L2").full_name == "陈晓东"


def test_rare_surnames_come_through_in_gb18030(group: Group) -> None:
    rows = [LIN_ROW | {"customer_no": f"L{n}"} for n in range(2, 6)]
    group.send_file(csv_of(RARE, *rows).encode("gb18030"))
    assert group.person("LIFE", "L1").full_name == "㛃䶮𠮷"


@pytest.mark.promise("P16")
@pytest.mark.parametrize(
    ("content", "refusal", "line"),
    [
        (b"", refusals.FileEmpty, None),
        (TEXT.encode("utf-16"), refusals.FileUndecodable, 1),
        (TEXT.encode("utf-16-le"), refusals.FileHasNul, 1),
        (TEXT.encode() + b"\xff\xff\xff\n", refusals.FileUndecodable, 4),
        (TEXT.encode("big5", "replace"), refusals.FileUndecodable, 2),
        (TEXT.encode() + "L3,陈".encode()[:-1], refusals.FileUndecodable, 4),
        (TEXT.encode() + b"L3,a\0b,F,,\n", refusals.FileHasNul, 4),
        (TEXT.encode() + b'L3,"abc,F,,\nL4,d,F,,\n', refusals.FileBroken, 4),
        (TEXT.encode() + b'L3,"ab"c,F,,\n', refusals.FileBroken, 4),
        (TEXT.encode() + b"L3," + b"x" * 200_000 + b",F,,\n", refusals.FileBroken, 4),
        (TEXT.encode() + "L3,陈".encode(), refusals.FileTruncated, 4),
        (TEXT.split("\n", 1)[1].encode(), refusals.HeaderIncomplete, None),
        (TEXT.replace("full_name", "name").encode(), refusals.HeaderIncomplete, None),
        (TEXT.replace("mobile", "sex").encode(), refusals.HeaderTwice, None),
        (TEXT.replace(",", "|").encode(), refusals.HeaderIncomplete, None),
        (b"PK\x03\x04\0\0 a workbook", refusals.FileMisnamed, None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one", refusals.FileKindUnknown, None),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(
    group: Group, content: bytes, refusal: type[refusals.FileRefused], line: int | None
) -> None:
    with pytest.raises(refusals.FileRefused) as refused:
        group.send_file(content)
    assert type(refused.value) is refusal
    assert refused.value.data.get("line") == line
    for language in Language:
        assert "%(" not in say(language, refused.value)
    assert group.customers_known() == []


def test_a_header_without_rows_is_an_empty_delta(group: Group) -> None:
    report = group.send_file(TEXT.splitlines()[0] + "\n")
    assert (report.rows, report.error_rate) == (0, 0.0)


def test_rows_with_too_few_or_too_many_cells_are_set_aside(group: Group) -> None:
    report = group.send_file(TEXT + "共2条\nL3,陈,F,,,too many\nL4,陈晓东,F,1981-01-01,\n")
    assert (report.rows, report.loaded, report.rejected) == (5, 3, 2)
    assert group.set_aside() == [
        (4, "row", "cells_missing_or_extra"),
        (5, "row", "cells_missing_or_extra"),
    ]


def test_a_line_is_where_a_row_begins(group: Group) -> None:
    rows = [LIN_ROW | {"address": "两\n行"}, LIN_ROW | {"customer_no": "L2", "sex": "X"}]
    group.send_file(csv_of(*rows, columns=[*LIN_ROW, "address"]))
    assert group.set_aside() == [(4, "sex", "no_sex")]


def test_unknown_columns_are_reported_and_ignored(group: Group) -> None:
    report = group.send(LIN_ROW | {"shoe_size": "42"})
    assert (report.loaded, report.ignored_columns) == (1, ["shoe_size"])


def test_a_company_may_use_its_own_headers(group: Group) -> None:
    group.add_company("SECU", header_map={"客户号": "customer_no", "姓名": "full_name"})
    report = group.send_file("姓名,客户号\n林若溪,S1\n", to="SECU")
    assert (report.loaded, report.ignored_columns) == (1, [])


@pytest.mark.promise("P16")
def test_a_file_that_grows_while_it_is_read_is_refused(group: Group) -> None:
    path = group.write_file(TEXT)
    feed = open_feed(path)
    with path.open("a") as file:
        file.write("L3,林若溪,F,,\n")
    with pytest.raises(refusals.FileChanged):
        list(feed.rows())


@pytest.mark.parametrize("kind", ["folder", "missing"])
def test_what_is_no_file_is_refused(group: Group, kind: str, tmp_path: Any) -> None:
    with pytest.raises(refusals.FileRefused):
        open_feed(tmp_path if kind == "folder" else tmp_path / "none.csv")
