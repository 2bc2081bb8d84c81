"""Where a finder leads: whom a whole number names is shown at once; others, and nobody, are a page
of their own, which Back and a reload find again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from vipclub.web.frame.kept_search import keep_search


def to_found(refs: Sequence[str], typed: str, *, sure: bool) -> ResponseReturnValue:
    """To the one person whom a number names (`sure`), or to the list of those who may be meant by
    what was typed."""
    if len(refs) == 1 and sure:
        return redirect(url_for(".show", ref=refs[0]), code=303)
    return redirect(url_for(".found", key=keep_search(typed)), code=303)
