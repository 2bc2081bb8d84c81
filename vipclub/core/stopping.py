"""That this process was asked to end: work that goes on for long looks here between two
transactions, where a process that died would leave it too.

Only the worker is asked so; in a command or a page nobody is.
"""

from __future__ import annotations

import threading

_asked = threading.Event()


class Stopped(Exception):
    """Left at a safe place, to be gone on with by whoever comes next."""


def ask() -> None:
    """Have all that runs in this process come to its end."""
    _asked.set()


def asked() -> bool:
    """Whether to begin nothing more."""
    return _asked.is_set()


def here() -> None:
    """A safe place to stop. Raises Stopped when this process was asked to end."""
    if _asked.is_set():
        raise Stopped()


def forget() -> None:
    """All has ended; what begins in this process from here on isn't asked."""
    _asked.clear()
