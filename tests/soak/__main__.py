"""`python -m tests.soak [--minutes 3] [PART ...]`: each part as long as that, a JSON object each.
Ends with 1 when one didn't keep what it holds; run it where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from tests.databases import TEST_KEYS, Servers
from tests.postgres import Keeper
from tests.soak.duty_year import duty_through_a_year
from tests.soak.help_requests import help_through_outages
from tests.soak.restarts import rolling_restarts
from vipclub import logs

Part = Callable[[Servers, float], dict[str, Any]]
PARTS: dict[str, Part] = {
    "restarts": rolling_restarts,
    "help": help_through_outages,
    "duty": duty_through_a_year,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--minutes", type=float, default=3.0)
    given = parser.parse_args()
    logs.configure("error")
    keeper, kept = Keeper(), True
    try:
        servers = Servers(keeper.home, TEST_KEYS)
        for name in given.parts or PARTS:
            told = PARTS[name](servers, 60 * given.minutes)
            kept = kept and told["kept"]
            print(json.dumps({"part": name, "minutes": given.minutes, **told}), flush=True)
    finally:
        keeper.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
