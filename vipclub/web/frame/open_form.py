"""A form that shows a thing as it is, to be changed: what was seen goes along with it, and whoever
saves second is told what the first one changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from vipclub.core.errors import ChangedMeanwhile
from vipclub.core.i18n import gettext
from vipclub.core.seen_state import seen_of
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.frame.request_context import current_language

SEEN = "seen"
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that somebody else changed, and what it says now."""

    label: str
    now: str


def seen_sent() -> str | None:
    """What the form showed, as it came with this request."""
    return request.form.get(SEEN)


def seen_on_page(values: Mapping[str, object], refusal: Shown | None = None) -> str:
    """What goes along with the form. One that is shown again keeps what its writer saw, until it
    was told what has changed since."""
    sent = request.form.get(SEEN)
    told = refusal is not None and refusal.happened and _is_told(refusal)
    return sent if sent is not None and not told else seen_of(values)


def _is_told(refusal: Shown) -> bool:
    return isinstance(refusal.refused, ChangedMeanwhile)


def changed_meanwhile(
    refusal: Shown | None, words: Mapping[str, tuple[str, Callable[[], str]]]
) -> list[Changed]:
    """What a refusal says was changed by somebody else: by the field's name its word to translate,
    and what says its present state."""
    if refusal is None or not refusal.happened or not _is_told(refusal):
        return []
    language = current_language()
    found = [words[name] for name in refusal.refused.data["fields"] if name in words]
    return [Changed(gettext(language, word), now()[:LONGEST]) for word, now in found]
