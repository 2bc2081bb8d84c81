"""The server's access log, without the addresses that open a door."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

_SECRET = re.compile(r"^/(reset|invitation|join|calendar)/[^/]+")


def without_secret(path: str) -> str:
    """The path with a link's secret left out.

    >>> without_secret("/reset/6Jq0c2"), without_secret("/appointments/A-7K2Q9-XM4TR-C")
    ('/reset/...', '/appointments/A-7K2Q9-XM4TR-C')
    """
    return _SECRET.sub(r"/\1/...", path)


class AccessLog(Logger):  # type: ignore[misc]
    """Gunicorn's own, but for the path."""

    def atoms(self, *given: object) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*given)
        atoms["U"] = without_secret(atoms["U"] or "")
        return atoms
