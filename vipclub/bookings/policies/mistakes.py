"""What is wrong with the document of a booking policy, where, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from vipclub.core.i18n import N_, Language, gettext, present

ONE_KIND = "one_kind"
"""The type of pydantic's error for a deadline that is said in no way, or in several."""

NO_SUCH_POLICY = N_("there is no booking policy of this name.")
NOT_READ = N_("isn't a value that can stand here.")
_SENTENCES = {
    "missing": N_("is missing."),
    "extra_forbidden": N_("isn't part of a booking policy."),
    ONE_KIND: N_("must say one of hours, days and working_days, and only one."),
    "model_type": N_("must be a table with keys of its own."),
    "list_type": N_("must be a list in square brackets."),
    "string_type": N_("must be a text in quotes."),
    "string_pattern_mismatch": N_("must be a time of day such as 16:00, not %(value)s."),
    "literal_error": N_("must be one of these: %(choices)s; not %(value)s."),
    "bool_type": N_("must be true or false, not %(value)s."),
    "bool_parsing": N_("must be true or false, not %(value)s."),
    "int_type": N_("must be a whole number, not %(value)s."),
    "int_parsing": N_("must be a whole number, not %(value)s."),
    "int_parsing_size": N_("must be a whole number, not %(value)s."),
    "finite_number": N_("must be a whole number, not %(value)s."),
    "int_from_float": N_("must be a whole number, not %(value)s."),
    "float_type": N_("must be a number, not %(value)s."),
    "float_parsing": N_("must be a number, not %(value)s."),
    "greater_than": N_("must be more than %(bound)s, not %(value)s."),
    "greater_than_equal": N_("must be %(bound)s or more, not %(value)s."),
    "less_than_equal": N_("must be %(bound)s or less, not %(value)s."),
}
"""By the type of pydantic's error. A list and a table have no value that is worth repeating."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place: the keys that lead there (`opens.days`, `who.tiers[1]`; empty for
    the document as a whole), and a message id with its data, which goes on after the place."""

    path: str
    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def sentence_in(self, language: str) -> str:
        """The sentence without its place."""
        data = {name: present(language, value) for name, value in self.data.items()}
        return gettext(language, self.sentence, **data)

    def said_in(self, language: str) -> str:
        """The place and the sentence.

        >>> Mistake("opens.days", _SENTENCES["missing"]).said_in("en")
        'opens.days: is missing.'
        """
        if not self.path:
            return self.sentence_in(language)
        colon = ": " if language == Language.EN else "："
        return f"{self.path}{colon}{self.sentence_in(language)}"

    def __str__(self) -> str:
        return self.said_in(Language.EN)


def mistakes_of(error: ValidationError) -> list[Mistake]:
    """All that pydantic found, in the document's order and in our words."""
    return [
        Mistake(
            _path(found["loc"]),
            _SENTENCES.get(found["type"], NOT_READ),
            _data(found["input"], found.get("ctx", {})),
        )
        for found in error.errors(include_url=False)
    ]


def _path(keys: tuple[int | str, ...]) -> str:
    """As it is written in TOML; what stands in a list is counted from 1."""
    path = ""
    for key in keys:
        if isinstance(key, int):
            path += f"[{key + 1}]"
        else:
            path += f".{_short(key)}" if path else _short(key)
    return path


def _data(written: object, context: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"value": _short(written)}
    if "expected" in context:
        data["choices"] = re.findall(r"'([^']*)'", context["expected"])
    for name in ("gt", "ge", "le"):
        if name in context:
            data["bound"] = f"{context[name]:.15g}"
    return data


def _short(value: object) -> str:
    """What was written, cut where nobody would read on."""
    try:
        written = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    except ValueError:  # a figure of thousands of digits
        return "…"
    return written if len(written) <= 40 else f"{written[:40]}…"
