"""Pages as they are read."""

from __future__ import annotations

import re


def first_match(pattern: str, page: str) -> str:
    """The first group of the first match, as a browser would read it."""
    found = re.search(pattern, page)
    assert found, f"{pattern} is not there"
    return found[1].replace("&amp;", "&")
