"""What the product says, as Babel's extractors find it, and which folder says it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file

from tests.house.source import ROOT, place, python_files, room
from vipclub import wiring

PATTERNS = ("*.html", "*.jinja", "*.txt", "*.inbox")
IN_CONTEXT = (1, (2, "c"))
KEYWORDS = {
    # core.i18n: the language comes first; N_ may have a context, and a comma at its end
    "python": {
        "N_": {1: (1,), 2: IN_CONTEXT, 3: IN_CONTEXT},
        "NN_": (1, 2),
        "_": (1,),
        "gettext": (2,),
        "ngettext": (2, 3),
        "pgettext": ((2, "c"), 3),
        "npgettext": ((2, "c"), 3, 4),
    },
    "jinja2": {
        "N_": (1,),
        "_": (1,),
        "gettext": (1,),
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    },
}
"""Functions that say something -> which of their arguments are said, as Babel reads it."""
OPTIONS = {
    "extensions": "jinja2.ext.do",
    "newstyle_gettext": "true",
    "trimmed": "true",
    "silent": "false",
}

_WRITERS = {
    name: room(letter.context.__module__)
    for letter in wiring.LETTERS
    for name in (letter.template, letter.face)
    if name != "layout"
}
"""Template of a letter, or its layout -> the part that writes it."""


def folder_of(path: str) -> str:
    """The folder that says what stands in a file of the checkout: a part with all its packages
    (`bookings`), a door with its templates (`web/member`), `jobs`, `demo`. A letter is its part's,
    what all pages share is the frame's, what stands beside the parts is the command line's."""
    top, *inner = path.split("/")
    if top == "templates" and inner[0] == "messages":
        return _WRITERS.get(inner[1].partition(".")[0]) or "messages"
    if top == "jobs":
        return "jobs"
    if top == "vipclub" and inner[0] != "web":
        return inner[0] if len(inner) > 1 else "cli"
    inside = inner[1:] if top == "vipclub" else inner
    shared = len(inside) == 1 or inside[0] in {"components", "errors"}
    return "web/frame" if shared else f"web/{inside[0]}"


def folders_of(message: Message) -> set[str]:
    """The folders that say a sentence."""
    return {folder_of(path) for path, _line in message.locations}


def said_in(method: str, path: Path, name: str, into: Catalog) -> None:
    """Adds what a file says, as `name`; `method` is Babel's: `python` or `jinja2`."""
    for line, sentence, _comments, context in extract_from_file(
        method, path, keywords=KEYWORDS[method], options=OPTIONS
    ):
        into.add(sentence, locations=[(name, line)], context=context)


@cache
def said() -> Catalog:
    """Every sentence of the product, with the places that say it."""
    found = Catalog()
    for path in python_files("vipclub", "jobs"):
        said_in("python", path, place(path), found)
    for path in sorted(p for pattern in PATTERNS for p in (ROOT / "templates").rglob(pattern)):
        said_in("jinja2", path, place(path), found)
    return found
