"""Workbooks and Parquet files as companies send them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook
from pyarrow import parquet


def workbook(*rows: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    """A workbook with one sheet of rows; `change` gets the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    return workbook_bytes(book)


def workbook_bytes(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def header_and_rows(*rows: dict[str, Any]) -> list[list[Any]]:
    """Rows by name as a header and lists."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name) for name in names] for row in rows)]


def parquet_of(*rows: dict[str, Any], **options: Any) -> bytes:
    """Rows as a Parquet file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return parquet_of_columns({name: [row.get(name) for row in rows] for name in names}, **options)


def parquet_of_columns(columns: dict[str, Any] | pa.Table, **options: Any) -> bytes:
    """Columns as a Parquet file."""
    target = io.BytesIO()
    found = columns if isinstance(columns, pa.Table) else pa.table(columns)
    parquet.write_table(found, target, **options)
    return target.getvalue()


def workbook_with_parts(content: bytes, **parts: bytes | None) -> bytes:
    """A workbook with parts added, changed, or left out (None); names with __ for /."""
    target = io.BytesIO()
    changed = {name.replace("__", "/"): part for name, part in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result,
    ):
        for info in source.infolist():
            if info.filename not in changed:
                result.writestr(info.filename, source.read(info))
        for name, part in changed.items():
            if part is not None:
                result.writestr(name, part)
    return target.getvalue()


def workbook_with_sheet_xml(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook whose first sheet's XML has been tampered with."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        text = source.read("xl/worksheets/sheet1.xml")
    assert old in text
    return workbook_with_parts(content, **{"xl/worksheets/sheet1.xml": text.replace(old, new)})


def write_file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
