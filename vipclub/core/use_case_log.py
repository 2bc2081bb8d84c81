"""The line that the log has of each use case: its name, who asked, how it ended, and how long it
took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import structlog

from vipclub.core.actor import Actor
from vipclub.core.errors import Refused

log = structlog.get_logger("vipclub.use_case")
F = TypeVar("F", bound=Callable[..., object])
QUIET: set[Callable[..., object]] = set()


def quiet(use_case: F) -> F:
    """What an idle process does over and over: its line is of the level `debug` while all is
    well."""
    QUIET.add(use_case)
    return use_case


@dataclass(slots=True)
class Line:
    """What the log says of one use case."""

    outcome: str = "done"


@contextmanager
def logged(
    use_case: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]
) -> Iterator[Line]:
    """One line a use case; references only, never a person's data."""
    line = Line()
    started = time.perf_counter()
    try:
        yield line
    except Refused as refused:
        line.outcome = refused.code
        raise
    except Exception:
        line.outcome = "failed"
        raise
    finally:
        _log_use_case(use_case, args, kwargs, line.outcome, started)


def _log_use_case(
    use_case: Callable[..., object],
    args: Sequence[object],
    kwargs: Mapping[str, object],
    outcome: str,
    started: float,
) -> None:
    actor = next((a for a in (*args, kwargs.get("actor")) if isinstance(a, Actor)), None)
    refs = {
        name: value
        for name in ("member", "appointment", "offering", "slot", "hold", "delivery")
        if isinstance(value := kwargs.get(name), str)
    }
    told = log.debug if outcome == "done" and use_case in QUIET else log.info
    with suppress(OSError):  # a log that can't be written must not undo what was done
        told(
            getattr(use_case, "__name__", str(use_case)),
            actor=actor.owner if actor else None,
            request=actor.request_id if actor else None,
            outcome=outcome,
            ms=round((time.perf_counter() - started) * 1000, 1),
            **refs,
        )
