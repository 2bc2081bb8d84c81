"""TOML as somebody wrote it: read, or the place at which it can't be."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from vipclub.core.i18n import N_

NOT_TOML = N_("This is not TOML: line %(line)s can't be read from column %(column)s on.")


class NotToml(ValueError):
    """A text that is no TOML: `line` and `column` as data of `NOT_TOML`."""

    def __init__(self, text: str, error: str) -> None:
        at = re.search(r"at line (\d+), column (\d+)", error)
        line, column = (at[1], at[2]) if at else (str(text.count("\n") + 1), "1")
        self.data = {"line": line, "column": column}
        super().__init__(NOT_TOML % self.data)


def parsed(text: str) -> dict[str, Any]:
    """The document. Raises NotToml: the parser says where, or only that the end came too early.

    >>> parsed("days = 2")
    {'days': 2}
    >>> parsed("days = ")
    Traceback (most recent call last):
    vipclub.core.toml_text.NotToml: This is not TOML: line 1 can't be read from column 8 on.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also figures and nesting beyond all measure
        raise NotToml(text, str(error)) from None
