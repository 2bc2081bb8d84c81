"""A program of its own: a workbook's or a Parquet file's rows as lines of JSON.

It runs as a child process with little memory and time, since such files can be made to explode.
The file is its standard input; what it is asked is its first argument:
`{"kind": "xlsx"|"parquet", "known": [header, ...], "key": [header, ...], "memory": bytes,
"seconds": CPU time, "unpacked": bytes}` with headers as `plain_header` makes them. It answers with
`{"header": [...], "line": n}`, then `{"rows": [[line, [cell, ...], {index: reason}], ...]}` as
often as needed, then `{"end": rows}`, or `{"refused": why, "line": n, ...}` at any time. Nothing
of the club is imported here.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from pyarrow import Array, RecordBatch

AT_ONCE = 500
CHARACTERS = 400_000
LONGEST = 10_000
WIDEST = 500
EXACT = 10**15
"""Excel and floats keep fifteen digits: a longer number has lost its end."""
PARTS, RATIO, SMALL = 1_000, 100, 10_000_000
HEADER_WITHIN = 20
MERGES = 100_000
_DTD = re.compile(rb"<!(DOCTYPE|ENTITY)|\0")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_FAR_ROW = re.compile(rb' r="\d{8,}"')


class Refuse(Exception):
    """The file can't be taken: `why` and what the sentence needs."""

    def __init__(self, why: str, **data: object) -> None:
        super().__init__(why)
        self.why, self.data = why, data


class Answers:
    """What is said to the parent; rows go out in bundles."""

    def __init__(self) -> None:
        self.line = self.rows = 0
        self._bundle: list[Any] = []
        self._size = 0

    def header(self, line: int, names: list[str]) -> None:
        if len(names) > WIDEST:
            raise Refuse("wide", columns=len(names), limit=WIDEST)
        self.line = line
        self._say(header=[name[:200] for name in names], line=line)

    def row(self, line: int, cells: list[str], wrong: dict[int, str]) -> None:
        self.line = line
        self.rows += 1
        for index, cell in enumerate(cells):
            if len(cell) > LONGEST:
                cells[index], wrong[index] = cell[:100], "too_long"
        self._bundle.append([line, cells, wrong])
        self._size += sum(map(len, cells))
        if len(self._bundle) >= AT_ONCE or self._size > CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self._bundle:
            self._say(rows=self._bundle)
            self._bundle, self._size = [], 0

    def end(self) -> None:
        self.flush()
        self._say(end=self.rows)

    def refuse(self, why: str, **data: object) -> None:
        self._bundle = []
        self._say(refused=why, line=self.line, **data)

    def _say(self, **words: object) -> None:
        sys.stdout.write(json.dumps(words, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def plain_header(header: object) -> str:
    """A header as it is compared: width, case and spaces around make no difference."""
    return unicodedata.normalize("NFKC", str(header or "")).strip().lower()


def number_text(value: int | float) -> tuple[str, str | None]:
    """A number as it was typed, and a reason when digits are gone.

    >>> number(1.0), number(1280.5), number(0.1 + 0.2), number(1.10101e17)[1]
    (('1', None), ('1280.5', None), ('0.3', None), 'digits_lost')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return "", None
    lost = "digits_lost" if abs(value) >= EXACT else None
    if isinstance(value, int):
        return str(value), lost
    text = f"{value:.15g}"
    if "e" in text:
        from decimal import Decimal

        text = format(Decimal(text), "f")
    return text, lost


def cell_text(value: object) -> tuple[str, str | None]:
    """A cell's value as text, and a reason when it can't be taken. Days are ISO dates."""
    if value is None:
        return "", None
    if isinstance(value, str):
        return value, None
    if isinstance(value, bool):
        return str(value).upper(), None
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime):
        day = value.time() == time(0)
        return (value.date().isoformat() if day else value.isoformat(" ")), None
    if isinstance(value, date):
        return value.isoformat(), None
    if isinstance(value, bytes):
        try:
            return value.decode(), None
        except UnicodeDecodeError:
            return "", "no_text"
    return str(value), None


# Workbooks


def read_workbook(file: BinaryIO, task: dict[str, Any], answers: Answers) -> None:
    """The first visible sheet with a header: rows by their numbers, blank ones and captions
    (rows that are one merged cell) left out. Formulas are not calculated, links not followed."""
    import warnings

    from openpyxl import load_workbook

    warnings.simplefilter("ignore")
    with zipfile.ZipFile(file) as archive:
        inspect_archive(archive, os.fstat(file.fileno()).st_size, task["unpacked"])
        book = load_workbook(file, read_only=True, keep_links=False)
        sheet, header = _sheet_of(book, set(task["key"]))
        captions = _captions(archive, sheet._worksheet_path)
    line, names = header
    answers.header(line, names)
    known = {index for index, name in enumerate(names) if plain_header(name) in set(task["known"])}
    padded: dict[int, str] = {}
    for found, cells in enumerate(
        sheet.iter_rows(min_row=1, min_col=1, max_col=len(names) + 20), 1
    ):
        if found <= line:
            continue
        texts = [""] * len(names)
        wrong: dict[int, str] = {}
        filled = False
        for index, cell in enumerate(cells):
            value = cell.value
            if value is None or value == "":
                continue
            filled = True
            if index >= len(names):
                wrong[-1] = "cells_missing_or_extra"
            elif index in known:
                texts[index], reason = _cell(cell, value, padded)
                if reason:
                    wrong[index] = reason
        if filled and not (found in captions and _is_caption(cells, captions[found])):
            answers.row(found, texts, wrong)


def inspect_archive(archive: zipfile.ZipFile, size: int, most: int) -> None:
    """Refuses what no spreadsheet program packs, before anything is unpacked: too large, too
    dense, strange names, locked or doubled parts, macros, document types."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > most:
        raise Refuse("large", limit=most // 1_000_000)
    if len(parts) > PARTS or (total > SMALL and total > size * RATIO):
        raise Refuse("packed", part=parts[0].filename[:80])
    names: set[str] = set()
    for part in parts:
        name = part.filename.lower()
        strange = name.startswith("/") or "\\" in name or ".." in name.split("/")
        link = stat.S_ISLNK(part.external_attr >> 16)
        if (
            strange
            or link
            or name in names
            or part.flag_bits & 1
            or name.endswith("vbaproject.bin")
        ):
            raise Refuse("packed", part=part.filename[:80])
        names.add(name)
        if name.endswith((".xml", ".rels")):
            with archive.open(part) as content:
                if _DTD.search(content.read(4_096)):
                    raise Refuse("packed", part=part.filename[:80])


def _sheet_of(book: Workbook, keys: set[str]) -> tuple[ReadOnlyWorksheet, tuple[int, list[str]]]:
    """The sheet that has a header near its top, and that header with its line; else the first
    line that says anything."""
    first: tuple[ReadOnlyWorksheet, tuple[int, list[str]]] | None = None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        seen = 0
        for line, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
            names = [cell_text(cell.value)[0].strip() for cell in cells]
            while names and not names[-1]:
                names.pop()
            if names:
                seen += 1
                first = first or (sheet, (line, names))
                if keys & {plain_header(name) for name in names}:
                    return sheet, (line, names)
            if seen >= HEADER_WITHIN or line > PARTS:
                break
    if first is None:
        raise Refuse("empty")
    return first


def _captions(archive: zipfile.ZipFile, part: str) -> dict[int, int]:
    """Rows in which cells are merged across columns: the row's number, and how many such cells.
    A row beyond any sheet's end is refused here, where the whole part is seen."""
    found: dict[int, set[bytes]] = {}
    rest = b""
    with archive.open(part) as content:
        while chunk := content.read(1 << 20):
            text = rest + chunk
            if _FAR_ROW.search(text):
                raise Refuse("packed", part=part[:80])
            merges = _MERGE.findall(text) if b"mergeCell " in text else ()
            for left, top, right, _bottom in merges:
                if left != right and len(found) < MERGES:
                    found.setdefault(int(top), set()).add(left)
            rest = text[-300:]
    return {row: len(areas) for row, areas in found.items()}


def _is_caption(cells: Sequence[ReadOnlyCell], merged: int) -> bool:
    return sum(cell.value not in (None, "") for cell in cells) <= merged


def _cell(cell: ReadOnlyCell, value: object, padded: dict[int, str]) -> tuple[str, str | None]:
    kind = cell.data_type
    if kind == "f":
        return "", "formula"
    if kind == "e":
        return str(value), "cell_error"
    text, reason = cell_text(value)
    if kind == "n" and isinstance(value, int):  # 000000 shows a number with its leading zeros
        style = cell._style_id
        if style not in padded:
            padded[style] = cell.number_format
        width = padded[style]
        if width.strip("0") == "" and len(width) > 1:
            text = text.zfill(len(width))
    return text, reason


# Parquet


def read_parquet(file: BinaryIO, task: dict[str, Any], answers: Answers) -> None:
    """A Parquet file's known columns, a batch at a time. The header is line 1."""
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_cpu_count(1)
    size = os.fstat(file.fileno()).st_size
    with parquet.ParquetFile(
        pa.PythonFile(file, mode="r"),
        thrift_string_size_limit=50_000_000,
        thrift_container_size_limit=1_000_000,
        buffer_size=1 << 20,
        pre_buffer=False,
    ) as source:
        schema = source.schema_arrow
        if source.metadata.num_rows > max(1_000_000, size * 10):
            raise Refuse("packed", part=f"{source.metadata.num_rows} rows")
        answers.header(1, schema.names)
        known = set(task["known"])
        indexes = [index for index, name in enumerate(schema.names) if plain_header(name) in known]
        for index in indexes:
            if pa.types.is_nested(schema.field(index).type):
                kind = str(schema.field(index).type)[:40]
                raise Refuse("nested", column=schema.names[index][:80], kind=kind)
        names = [schema.names[index] for index in indexes]
        line = 1
        for batch in source.iter_batches(batch_size=AT_ONCE, columns=names, use_threads=False):
            for row in _texts(batch, indexes, len(schema.names)):
                line += 1
                answers.row(line, *row)


def _texts(
    batch: RecordBatch, indexes: list[int], width: int
) -> Iterator[tuple[list[str], dict[int, str]]]:
    columns = [[_scalar(value) for value in _values(column)] for column in batch.columns]
    for found in zip(*columns, strict=True):
        texts = [""] * width
        wrong: dict[int, str] = {}
        for index, (text, reason) in zip(indexes, found, strict=True):
            texts[index] = text
            if reason:
                wrong[index] = reason
        yield texts, wrong


def _values(column: Array) -> list[object]:
    """A column's values in Python; times in microseconds, which is all that Python knows."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    found: list[object] = column.to_pylist()
    return found


def _scalar(value: object) -> tuple[str, str | None]:
    """Like `cell_text`; whole numbers and decimals keep all their digits here."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), None
    return cell_text(value)


def confine(memory: int, seconds: int) -> None:
    """No more memory and time than this; no file can be written."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer the one question that the parent asks."""
    task = json.loads(sys.argv[1])
    confine(task["memory"], task["seconds"])
    answers = Answers()
    try:
        file: BinaryIO = sys.stdin.buffer
        if task["kind"] == "xlsx":
            read_workbook(file, task, answers)
        else:
            read_parquet(file, task, answers)
        answers.end()
    except Refuse as refused:
        answers.refuse(refused.why, **refused.data)
    except MemoryError:
        answers.refuse("heavy")
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more
    except Exception:
        answers.refuse("damaged")


if __name__ == "__main__":
    main()
