"""The one file of a backup: a tar with the manifest first, then what it lists."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from vipclub.backup.refusals import CannotRestore

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
READ_BY_ITS_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of the backup: its name in there, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself. `database` is the name of its file, `rows` how many each table
    had; `keys` are the check values of the keys that open it."""

    taken_at: datetime
    version: str
    dialect: str
    server: str
    revision: str
    database: str
    rows: Mapping[str, int]
    keys: dict[str, str]
    files: tuple[Packed, ...]

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Manifest:
        """Raises KeyError, TypeError and ValueError for what is no manifest."""
        if document.pop("format") != FORMAT:
            raise ValueError("format")
        taken_at = datetime.fromisoformat(document.pop("taken_at"))
        files = tuple(Packed(**one) for one in document.pop("files"))
        return cls(taken_at=taken_at, files=files, **document)


def packed(name: str, path: Path) -> Packed:
    """A file as the manifest lists it."""
    with path.open("rb") as file:
        return Packed(name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write(target: Path, manifest: Manifest, paths: Mapping[str, Path]) -> None:
    """Write the backup under another name, down to the disk, then give it its own. Raises
    FileExistsError: no backup replaces another."""
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(draft, flags, READ_BY_ITS_OWNER), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                _add(tar, manifest, paths)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)
        _settle(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, manifest: Manifest, paths: Mapping[str, Path]) -> None:
    text = json.dumps(manifest.to_json(), ensure_ascii=False, indent=1).encode()
    tar.addfile(_entry(MANIFEST, len(text), manifest.taken_at), BytesIO(text))
    for one in manifest.files:
        with paths[one.name].open("rb") as file:
            tar.addfile(_entry(one.name, one.size, manifest.taken_at), file)


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, READ_BY_ITS_OWNER, int(at.timestamp())
    return entry


def _settle(folder: Path) -> None:
    """The file's name, down to the disk too."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def read_manifest(file: Path) -> Manifest:
    """Raises CannotRestore for what is no backup, or one of a later version."""
    try:
        with tarfile.open(file, "r:") as tar:
            entry = tar.next()
            said = tar.extractfile(entry) if entry and entry.name == MANIFEST else None
            if said is None:
                raise ValueError(MANIFEST)
            return Manifest.from_json(json.load(said))
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as error:
        raise CannotRestore(f"{file} is no backup that this version can read.") from error


def unpack(file: Path, manifest: Manifest, folder: Path) -> dict[str, Path]:
    """What the manifest lists, into an empty folder, each file looked at while it is written.
    Raises CannotRestore when one is missing or differs."""
    paths = {}
    try:
        with tarfile.open(file, "r:") as tar:
            for one in manifest.files:
                paths[one.name] = _unpack_one(tar, one, _inside(folder, one.name))
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise CannotRestore(f"{file} is cut off or damaged.") from error
    return paths


def _inside(folder: Path, name: str) -> Path:
    """A file's place in the folder. Raises CannotRestore for one that leads out of it."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise CannotRestore(f"The backup lists {name}, which lies outside of it.")
    return folder.joinpath(*pure.parts)


def _unpack_one(tar: tarfile.TarFile, one: Packed, path: Path) -> Path:
    source = tar.extractfile(one.name)
    if source is None:
        raise CannotRestore(f"{one.name} in the backup is no file.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with source, os.fdopen(os.open(path, flags, READ_BY_ITS_OWNER), "wb") as file:
        for chunk in _chunks(source):
            found.update(chunk)
            file.write(chunk)
    if found.hexdigest() != one.sha256:
        raise CannotRestore(f"{one.name} in the backup is damaged: its SHA-256 differs.")
    return path


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
