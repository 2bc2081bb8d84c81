"""A question that may hang, asked with patience for a bounded time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Generic, TypeVar

T = TypeVar("T")
SECONDS = 2.0


class TookTooLong(Exception):
    """No answer in time; the question is still being asked."""


class Bounded(Generic[T]):
    """Asks in a thread of its own, one at a time: while a question hangs, whoever asks waits for
    the same answer, so that no threads pile up behind a database that is away."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def ask(self, seconds: float = SECONDS) -> T:
        """The answer, or what the question raises. Raises TookTooLong."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                work = (self._asked, copy_context())
                threading.Thread(target=self._answer, args=work, daemon=True).start()
            asked = self._asked
        try:
            return asked.result(timeout=seconds)
        except TimeoutError:
            if asked.done():
                raise
            raise TookTooLong() from None

    def _answer(self, asked: Future[T], context: object) -> None:
        try:
            asked.set_result(context.run(self._question))  # type: ignore[attr-defined]
        except BaseException as error:
            asked.set_exception(error)
