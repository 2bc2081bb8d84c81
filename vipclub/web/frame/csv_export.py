"""Tables as files that spreadsheet programs open: UTF-8 with its mark, and no cell that a program
would take for a formula (ASVS 5.0, 1.2.10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A cell's text; what could be a formula is marked as text by an apostrophe. Figures of ours
    are numbers, not text, and stay as they are.

    >>> safe_cell("=cmd|' /C calc'!A0"), safe_cell("＝1+1"), safe_cell(-5), safe_cell("Lin")
    ("'=cmd|' /C calc'!A0", "'＝1+1", '-5', 'Lin')
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.startswith(RISKY) else value


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file to save, as `name`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
