"""`python -m tests.bench [NAME ...]`: every benchmark, or those whose name contains a NAME.

A file `bench_*.py` here has functions `bench_*(ground)` that yield `Measured`; `ground` gives
fresh databases. Judge by the ratios: both sides are measured in turns within one run.
"""

from __future__ import annotations

import contextlib
import json
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.measuring import FreshDatabases
from tests.databases import TEST_KEYS, Servers
from tests.postgres import Keeper
from vipclub import logs


def main(wanted: list[str]) -> int:
    """Run them and print as they come. 1 when one fails."""
    failed = 0
    logs.configure("error")
    keeper = Keeper()
    try:
        ground = FreshDatabases(Servers(keeper.home, TEST_KEYS))
        for path in sorted(Path(__file__).parent.glob("bench_*.py")):
            module = import_module(f"tests.bench.{path.stem}")
            for name, bench in vars(module).items():
                if not name.startswith("bench_"):
                    continue
                if wanted and not any(word in name for word in wanted):
                    continue
                try:
                    for measured in bench(ground):
                        print(json.dumps(measured.row()), flush=True)
                except Exception as error:  # one that fails doesn't stop the rest
                    failed = 1
                    print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            keeper.close()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
