"""Where a finder leads: who is meant alone is shown at once; several, and nobody, are a page of
their own, which Back and a reload find again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from vipclub.web.frame.kept_search import keep_search


def to_found(refs: Sequence[str], typed: str) -> ResponseReturnValue:
    """To the one person who was found, or to the list of those who may be meant by what was
    typed."""
    if len(refs) == 1:
        return redirect(url_for(".show", ref=refs[0]), code=303)
    return redirect(url_for(".found", key=keep_search(typed)), code=303)
