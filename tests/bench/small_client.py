"""`python -m tests.bench.small_client PLAN PORT CLIENTS SECONDS again|once`: what wrk does, where
there is no wrk. One process, one request at a time on each of its connections."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle
from pathlib import Path

from tests.bench.load import END


class Answers:
    """What came back, by all connections."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.refused = self.lost = 0

    def row(self, seconds: float) -> dict[str, float]:
        """As `replay.lua` says it."""
        ordered = sorted(self.took) or [0.0]
        at = {f"ms_{p}": 1000 * ordered[int((len(ordered) - 1) * p / 100)] for p in (50, 95, 99)}
        counts = {"answers": len(self.took), "refused": self.refused, "lost": self.lost}
        return {**counts, "seconds": seconds, **at}


async def _one(plan: object, port: int, until: float, answers: Answers) -> None:
    """One connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for sent in plan:  # type: ignore[attr-defined]
        began = time.perf_counter()
        if began > until:
            break
        writer.write(sent)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError, StopIteration):
            answers.lost += 1
            break
        answers.took.append(time.perf_counter() - began)
        answers.refused += head.split(b" ", 2)[1] >= b"400"
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def run(plan: Path, port: int, clients: int, seconds: float, again: bool) -> dict[str, float]:
    """Send it, and count."""
    requests = plan.read_bytes().split(END)[:-1]
    shared = cycle(requests) if again else iter(requests)
    answers, began = Answers(), time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(_one(shared, port, until, answers) for _ in range(clients)))
    return answers.row(time.perf_counter() - began)


if __name__ == "__main__":
    plan_path, port_number, count, long, how = sys.argv[1:]
    found = asyncio.run(
        run(Path(plan_path), int(port_number), int(count), float(long), how == "again")
    )
    print(json.dumps(found))
