"""A file's bytes as rows by column name. What can't be read is refused, with the line where."""

from __future__ import annotations

import codecs
import contextlib
import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from vipclub.people.feeds.reading.child_process import ChildReader
from vipclub.people.feeds.reading.row_validation import COLUMNS, FileRow
from vipclub.people.feeds.reading.workbooks_and_parquet import WIDEST, plain_header
from vipclub.people.feeds.refusals import (
    FileBroken,
    FileChanged,
    FileEmpty,
    FileHasNul,
    FileKindUnknown,
    FileMisnamed,
    FileRefused,
    FileTooWide,
    FileTruncated,
    FileUndecodable,
    HeaderIncomplete,
    HeaderTwice,
)

CHUNK = 1 << 20
LONGEST_FIELD = 10_000
DELIMITERS = ",\t;"
LONGEST_HEADER = 1 << 16
MAGIC = {b"PK": "xlsx", b"PAR1": "parquet", b"PARE": "parquet"}
FOREIGN = (b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"{\\rtf", b"7z\xbc\xaf", b"Rar!")
"""How files begin that aren't for us: old Office and locked workbooks, archives, documents."""
SUFFIXES = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
NAMES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}


@dataclass(frozen=True)
class FeedFile:
    """A file that can be read and has a usable header. `columns` has None where a column is
    ignored. `encoding` is xlsx or parquet when a child process reads it (`child`): close it."""

    path: Path
    sha256: str
    encoding: str
    delimiter: str
    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]
    stamp: tuple[int, int]
    child: ChildReader | None = field(default=None, repr=False)

    def __enter__(self) -> FeedFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self.child is not None:
            self.child.close()

    def rows(self) -> Iterator[FileRow]:
        """Its rows, header left out, blank lines too; `line` is where a row begins.

        Raises FileBroken, FileTruncated, FileDamaged, FileTooHeavy and FileChanged, with the line.
        """
        yield from self._text_rows() if self.child is None else self._unpacked_rows(self.child)
        if _stamp(self.path) != self.stamp:
            raise FileChanged(file=self.path.name)

    def _unpacked_rows(self, child: ChildReader) -> Iterator[FileRow]:
        for line, cells, wrong in child.rows():
            named = {c: cell for c, cell in zip(self.columns, cells, strict=True) if c is not None}
            bad = {
                column: reason
                for index, reason in wrong.items()
                if index >= 0 and (column := self.columns[index]) is not None
            }
            yield FileRow(line, named, wrong.get(-1), bad)

    def _text_rows(self) -> Iterator[FileRow]:
        name = self.path.name
        began = 1
        short: FileRow | None = None
        with self.path.open(encoding=self.encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            next(reader)
            began = reader.line_num + 1
            try:
                for cells in reader:
                    line, began = began, reader.line_num + 1
                    if not cells or (len(cells) == 1 and not cells[0].strip()):
                        continue
                    row = self._row(line, cells)
                    if short is not None:
                        yield short
                    short = row if len(cells) < len(self.columns) else None
                    if short is None:
                        yield row
            except csv.Error:
                raise FileBroken(file=name, line=began) from None
        if short is not None:
            if not _ends_with_newline(self.path):
                raise FileTruncated(file=name, line=short.line)
            yield short

    def _row(self, line: int, cells: list[str]) -> FileRow:
        named = {
            column: cell
            for column, cell in zip(self.columns, cells, strict=False)
            if column is not None
        }
        wrong = None if len(cells) == len(self.columns) else "cells_missing_or_extra"
        if wrong is None and any(len(cell) > LONGEST_FIELD for cell in cells):
            wrong = "too_long"
        return FileRow(line, named, wrong, extra=tuple(cells[len(self.columns) :]))


def open_feed(path: Path, header_map: Mapping[str, str] | None = None) -> FeedFile:
    """Look at a file: its kind, hash, encoding, delimiter and header. Raises FileRefused."""
    own = {plain_header(header): column for header, column in (header_map or {}).items()}
    try:
        if not path.is_file():
            raise FileRefused(file=path.name)
        stamp = _stamp(path)
        kind = _kind(path)
        if kind != "csv":
            return _open_in_child(path, kind, own, stamp)
        sha256, encoding = _identify(path)
        with path.open(encoding=encoding, newline="") as text:
            first = text.readline(LONGEST_HEADER)
    except OSError:
        raise FileRefused(file=path.name) from None
    delimiter = max(DELIMITERS, key=first.count) if first else ","
    if first.count(delimiter) >= WIDEST or len(first) >= LONGEST_HEADER:
        raise FileTooWide(file=path.name, columns=first.count(delimiter) + 1, limit=WIDEST)
    try:
        header = next(csv.reader(io.StringIO(first), delimiter=delimiter, strict=True), [])
    except csv.Error:
        raise FileBroken(file=path.name, line=1) from None
    columns, unknown = _columns(path.name, header, own)
    return FeedFile(path, sha256, encoding, delimiter, columns, unknown, stamp)


def _kind(path: Path) -> str:
    """csv, xlsx or parquet, by content and name, which must agree. Raises FileRefused."""
    with path.open("rb") as file:
        begin = file.read(8)
    if not begin:
        raise FileEmpty(file=path.name)
    if begin.startswith(FOREIGN):
        raise FileKindUnknown(file=path.name)
    found = next((kind for magic, kind in MAGIC.items() if begin.startswith(magic)), "csv")
    if found == "xlsx" and begin[2:4] not in {b"\3\4", b"\5\6", b"\7\x08"}:
        found = "csv"
    suffix = path.suffix.lower()
    said = SUFFIXES.get(suffix)
    binary = found != "csv" and suffix
    if said is None and (binary or suffix in {".xls", ".xlsm", ".xlsb", ".ods", ".zip"}):
        raise FileKindUnknown(file=path.name)
    if said not in {None, found}:
        raise FileMisnamed(file=path.name, found=NAMES[found])
    return found


def _open_in_child(
    path: Path, kind: str, own: Mapping[str, str], stamp: tuple[int, int]
) -> FeedFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    keys = [header for header, column in own.items() if column == "customer_no"]
    child = ChildReader(path, kind, [*COLUMNS, *own], ["customer_no", *keys])
    try:
        columns, unknown = _columns(path.name, child.header, own)
    except FileRefused:
        child.close()
        raise
    return FeedFile(path, sha256, kind, "", columns, unknown, stamp, child)


def _identify(path: Path) -> tuple[str, str]:
    """The SHA-256 and the encoding: strict UTF-8 first, since Chinese UTF-8 decodes as GB18030
    into other characters without an error."""
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    gb = codecs.getincrementaldecoder("gb18030")()
    is_utf8 = is_gb = True
    lines = size = 0
    failed_at = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            digest.update(chunk)
            if not size and chunk[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                raise FileUndecodable(file=path.name, line=1)
            size += len(chunk)
            nul = chunk.find(b"\0")
            if nul >= 0:
                raise FileHasNul(file=path.name, line=lines + chunk[:nul].count(b"\n") + 1)
            if is_utf8 and not _decodes(utf8, chunk):
                is_utf8 = False
                failed_at = lines + 1
            is_gb = is_gb and _decodes(gb, chunk)
            if not (is_utf8 or is_gb):
                raise FileUndecodable(file=path.name, line=_bad_line(path, failed_at))
            lines += chunk.count(b"\n")
            if not chunk:
                break
    if not size:
        raise FileEmpty(file=path.name)
    if not is_utf8 and not _looks_chinese(path):
        raise FileUndecodable(file=path.name, line=_bad_line(path, failed_at))
    return digest.hexdigest(), "utf-8-sig" if is_utf8 else "gb18030"


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of the last change."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(path: Path) -> bool:
    """GB18030 takes nearly any bytes: of real Chinese, most characters are among the 7,445 common
    ones of GB 2312; of other text read as GB18030, few are."""
    common = total = 0
    with path.open(encoding="gb18030", newline="") as text:
        for character in text.read(CHUNK):
            if ord(character) > 0x2E7F:
                total += 1
                with contextlib.suppress(UnicodeEncodeError):
                    character.encode("gb2312")
                    common += 1
    return common >= total * 0.6


def _bad_line(path: Path, at_least: int) -> int:
    """The first line that is neither, or else the first that isn't UTF-8; only asked when a file
    is refused."""
    first = number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if number < at_least:
                continue
            for encoding in ("utf-8", "gb18030"):
                try:
                    line.decode(encoding)
                    break
                except UnicodeDecodeError:
                    first = first or number
            else:
                return number
    return max(first or number, 1)


def _columns(
    file: str, header: list[str], header_map: Mapping[str, str]
) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
    found: list[str | None] = []
    unknown: list[str] = []
    for cell in header:
        column = header_map.get(plain_header(cell), plain_header(cell))
        if column not in COLUMNS:
            unknown.append(unicodedata.normalize("NFKC", cell).strip()[:40])
            found.append(None)
            continue
        if column in found:
            raise HeaderTwice(file=file, column=column)
        found.append(column)
    if "customer_no" not in found:
        raise HeaderIncomplete(file=file, column="customer_no")
    if "full_name" not in found and not {"surname", "given_name"} <= set(found):
        raise HeaderIncomplete(file=file, column="full_name")
    return tuple(found), tuple(unknown)
