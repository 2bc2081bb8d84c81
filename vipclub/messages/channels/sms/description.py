"""Reading values out of a gateway's description, each with a sentence when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

PLACEHOLDERS = ("number", "digits", "text", "message")
"""What a field may hold in braces: the number as +86..., without its plus, what is said, the
message's own reference, which is the same at each attempt."""
_BRACED = re.compile(r"\{(\w+)\}")


class GatewayUnreadable(ValueError):
    """The description can't be used; the message is one sentence without any value of it."""


def known_names(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Raises GatewayUnreadable for a name that means nothing."""
    for name in table:
        if name not in known:
            raise GatewayUnreadable(f"{where} has {name!r}, which means nothing")


def text_in(table: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text of one line. Raises GatewayUnreadable."""
    found = table.get(name, default)
    if not isinstance(found, str) or not found or not found.isprintable():
        raise GatewayUnreadable(f"{name!r} must be a text on one line")
    return found


def texts_in(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts or whole numbers, as texts; empty where it is left out. Raises
    GatewayUnreadable."""
    found = table.get(name, [])
    if not isinstance(found, list) or not all(
        isinstance(one, str | int) and not isinstance(one, bool) for one in found
    ):
        raise GatewayUnreadable(f"{name!r} must be a list of texts or numbers")
    return tuple(str(one) for one in found)


def table_in(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table; empty where it is left out. Raises GatewayUnreadable."""
    found = document.get(name, {})
    if not isinstance(found, dict):
        raise GatewayUnreadable(f"{name!r} must be a table")
    return found


def check_placeholders(value: object, where: str) -> None:
    """Raises GatewayUnreadable for braces around something that isn't known."""
    if isinstance(value, dict):
        for one in value.values():
            check_placeholders(one, where)
    elif isinstance(value, list):
        for one in value:
            check_placeholders(one, where)
    elif isinstance(value, str):
        for name in _BRACED.findall(value):
            if name not in PLACEHOLDERS:
                raise GatewayUnreadable(f"{where} has {{{name}}}, which means nothing")


def filled(value: Any, said: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON, of any shape
    """A value of the description with what is said in place of the braces."""
    if isinstance(value, dict):
        return {name: filled(one, said) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, said) for one in value]
    if isinstance(value, str):
        return _BRACED.sub(lambda found: said[found[1]], value)
    return value


def looked_up(document: object, path: str) -> str | None:
    """What stands at a path such as `data.0.id` of a JSON document, as text; None where nothing
    is.

    >>> looked_up({"data": [{"id": 7}]}, "data.0.id"), looked_up({"data": []}, "data.0.id")
    ('7', None)
    """
    found = at(document, path)
    if found is None or isinstance(found, dict | list):
        return None
    return str(found).lower() if isinstance(found, bool) else str(found)


def at(document: object, path: str) -> Any:  # noqa: ANN401 - JSON, of any shape
    """What stands at a path, whatever it is; None where nothing is."""
    found: Any = document
    for name in path.split("."):
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found
