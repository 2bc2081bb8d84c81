"""What a finder answers: whom a number names is shown at once, others are listed, and nobody is a
page that says so, and no error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue


def found_or_page(
    refs: Sequence[str], page: Callable[[], str], *, sure: bool
) -> ResponseReturnValue:
    """To the one person whom a number names (`sure`), or the page of these."""
    if len(refs) == 1 and sure:
        return redirect(url_for(".show", ref=refs[0]), code=303)
    return page(), 200 if refs else 404
