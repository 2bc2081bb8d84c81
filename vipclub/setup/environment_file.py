"""The file of settings: read, and added to. What stands in it is never changed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from vipclub.core.private_files import forget_drafts, private_folder, write_privately
from vipclub.development_keys import DRAFT_SECONDS
from vipclub.settings import PREFIX, SettingsError

_PLAIN = re.compile(r"[\w.,:/@%+=-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """A setting to add, by its name without the prefix, and what is said of it."""

    setting: str
    value: str
    says: str

    @property
    def name(self) -> str:
        return PREFIX + self.setting

    def text(self) -> str:
        """As the club reads it: in the first form that says the value, which shells, systemd and
        containers read alike but for what holds an apostrophe and a `$` at once. Raises
        SettingsError.

        >>> Line("HOTLINE", "+852 2890 1234", "Called from abroad.").text()
        "# Called from abroad.\nVIPCLUB_HOTLINE='+852 2890 1234'\n"
        >>> print(Line("NAME", "L'Anneau", "The club's name.").text(), end="")
        # The club's name.
        VIPCLUB_NAME="L'Anneau"
        """
        for written in _written(self.value):
            text = f"{self.name}={written}\n"
            if dotenv_values(stream=StringIO(text)) == {self.name: self.value}:
                return f"# {self.says}\n{text}"
        raise SettingsError(
            f"{self.name} has a value that no file of settings can hold: set it in the environment."
        )


def _written(value: str) -> Iterator[str]:
    """The forms that a value may have, the plainest first."""
    if _PLAIN.fullmatch(value):
        yield value
    if "'" not in value:
        yield f"'{value}'"
    doubled = value.replace("\\", "\\\\")
    if not {"$", "`"} & set(value):
        yield '"' + doubled.replace('"', '\\"') + '"'
    yield "'" + doubled.replace("'", "\\'") + "'"


def settings_in(path: Path) -> dict[str, str]:
    """The club's settings that a file has, by their names without the prefix; none for no file."""
    found = dotenv_values(path) if path.exists() else {}
    return {
        name.removeprefix(PREFIX): value
        for name, value in found.items()
        if name.startswith(PREFIX) and value
    }


def settings_around(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The same of this process's environment, which counts more than a file."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }


def refuse_an_open_file(path: Path) -> None:
    """Keys are added to no file that everybody on this machine reads. Raises SettingsError."""
    if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        raise SettingsError(f"{path} can be read by anybody on this machine: chmod 600 {path}.")


def add(path: Path, lines: Sequence[Line], *, says: str) -> None:
    """Write them below what is there, or a new file that is nobody else's, whole or not at all.
    Raises SettingsError."""
    text = f"# {says}\n" + "".join(line.text() for line in lines)
    if not path.exists():
        private_folder(path.absolute().parent)
        drafts = f".{path.name}.draft-"
        forget_drafts(path.absolute().parent, f"{drafts}*", older_than=DRAFT_SECONDS)
        draft = path.with_name(f"{drafts}{os.getpid()}")
        try:
            write_privately(draft, text.encode())
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return
    before = path.read_bytes()
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    with path.open("ab", buffering=0) as file:
        file.write(gap + text.encode())
        os.fsync(file.fileno())
