"""The file of settings: read, and added to. What stands in it is never changed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from vipclub.core.private_files import private_folder, write_privately
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
        """As a shell, systemd, a container and the club itself read it. Raises SettingsError.

        >>> Line("HOTLINE", "+852 2890 1234", "Called from abroad.").text()
        "# Called from abroad.\\nVIPCLUB_HOTLINE='+852 2890 1234'\\n"
        """
        quoted = self.value if _PLAIN.fullmatch(self.value) else f"'{self.value}'"
        text = f"{self.name}={quoted}\n"
        if "'" in self.value or dotenv_values(stream=StringIO(text)) != {self.name: self.value}:
            raise SettingsError(
                f"{self.name} has a value that no file of settings can hold: set it in the "
                "environment."
            )
        return f"# {self.says}\n{text}"


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
        draft = path.with_name(f".{path.name}-{os.getpid()}")
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
