"""`python -m tests.bench [NAME ...]`: every benchmark, or those whose name contains a NAME.
`... profile PAGE` says where a request's time goes, `... table` prints the README's figures.

A file `bench_*.py` here has functions `bench_*(ground)` that yield `Measured`; `ground` gives
fresh databases and filled clubs. Judge by the ratios: both sides are measured in turns within one
run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from tests.bench import figures, profiling
from tests.bench.measuring import FreshDatabases, Measured
from tests.databases import TEST_KEYS, Servers
from tests.postgres import Keeper
from vipclub import logs

Bench = Callable[[FreshDatabases], Iterator[Measured]]


def main(words: list[str]) -> int:
    """Run them and print as they come. 1 when one fails."""
    given = _options().parse_args(words)
    if given.names == ["table"]:
        print("\n".join(figures.table(figures.read()["figures"])))
        return 0
    logs.configure("error")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped
    keeper = Keeper()
    ground = FreshDatabases(
        Servers(keeper.home, TEST_KEYS),
        kept=given.kept,
        rounds=given.rounds,
        seconds=given.seconds,
        people=given.people,
        sizes=tuple(given.sizes) if given.sizes else None,
    )
    try:
        if given.names[:1] == ["profile"]:
            print(profiling.profile(ground, *given.names[1:]))
            return 0
        return _run(ground, given.names, to_record=given.record)
    finally:
        ground.close()
        with contextlib.suppress(KeyboardInterrupt):
            keeper.close()


def _run(ground: FreshDatabases, names: list[str], *, to_record: bool) -> int:
    failed = 0
    for name, bench in _benches():
        if names and not any(word in name for word in names):
            continue
        try:
            for measured in bench(ground):
                print(json.dumps(measured.row(), ensure_ascii=False), flush=True)
                if to_record:
                    figures.record(measured, postgresql=ground.clubs.server.version())
        except Exception as error:  # one that fails doesn't stop the rest
            failed = 1
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return failed


def _benches() -> Iterator[tuple[str, Bench]]:
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        module = import_module(f"tests.bench.{path.stem}")
        yield from (
            (name, bench)
            for name, bench in list(vars(module).items())
            if name.startswith("bench_") and bench.__module__ == module.__name__
        )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--kept", type=Path, help="a folder in which filled clubs are kept")
    parser.add_argument("--people", type=int, default=0, help="other sizes than a bench's own")
    parser.add_argument("--sizes", type=int, nargs=2, metavar="PEOPLE", help="of bench_growth")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of each load")
    parser.add_argument("--record", action="store_true", help="write tests/bench/figures.json")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
