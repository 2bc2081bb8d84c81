"""A rule's no that is told on the page it came from, not on a page of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from flask import g, has_request_context

from vipclub.core.errors import Refused
from vipclub.core.i18n import say
from vipclub.web.frame.request_context import current_language

TOLD = frozenset({409, 422})
"""The statuses of a rule's no: somebody was faster, or what was asked for is not possible. All
others say something about the request or about who asks, and have the frame's page."""


class Shown:
    """What a `with shown()` block was refused, if it was."""

    __slots__ = ("_refused", "_told")

    def __init__(self, told: frozenset[int]) -> None:
        self._told = told
        self._refused: Refused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(raised, Refused) or raised.status not in self._told:
            return False
        self._refused = raised
        if has_request_context():
            g.outcome = raised.code  # for the log and the figures
        return True

    @property
    def happened(self) -> bool:
        """Whether a rule said no."""
        return self._refused is not None

    @property
    def refused(self) -> Refused:
        """The no itself. Asked after a block that went through it is a fault of ours: raises
        RuntimeError."""
        if self._refused is None:
            raise RuntimeError("the block was not refused")
        return self._refused

    @property
    def said(self) -> str:
        """The sentence, in the language of the answer."""
        return say(current_language(), self.refused)

    @property
    def status(self) -> int:
        """The status that the page answers with."""
        return self.refused.status


def shown(*also: int) -> Shown:
    """A block whose refusal is told on the page that it came from:

        with shown() as refusal:
            run(bookings.accept, appointment=ref)
            return redirect(url_for("member.appointment", ref=ref), code=303)
        return _page(ref, refusal.said), refusal.status

    Statuses 409 and 422 end the block, and those in `also`; every other refusal passes through.
    """
    return Shown(TOLD | frozenset(also))
