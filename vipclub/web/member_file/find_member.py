"""What a finder answers: who is meant alone is shown at once, several are listed, and nobody is a
page that says so, and no error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue


def found_or_page(
    refs: Sequence[str], page: Callable[[], str], *, further: bool = False
) -> ResponseReturnValue:
    """To the one person who was found, or the page of these; `further` says that they go on a list
    that began before: then even one stays in it."""
    if len(refs) == 1 and not further:
        return redirect(url_for(".show", ref=refs[0]), code=303)
    return page(), 200 if refs else 404
