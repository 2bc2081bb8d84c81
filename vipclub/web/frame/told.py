"""What the next page says on top: that something is done, and how to take it back where that is
possible (`templates/components/notice.html`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes a step back: where it is sent, and what goes along. No values that nobody
    else may read: they stand in the browser until the next page."""

    action: str
    values: Mapping[str, str] = field(default_factory=dict)


def tell_done(sentence: str, undo: Undo | None = None) -> None:
    """Say on the next page that something is done; with `undo` the page offers to take it back,
    and goes on offering until it is left or the notice is dismissed."""
    if undo is None:
        flash(sentence, "done")
    else:
        told = {"text": sentence, "undo": {"action": undo.action, "values": dict(undo.values)}}
        flash(told, "done")  # type: ignore[arg-type]  # whatever JSON can say
