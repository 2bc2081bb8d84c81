"""The last figures, in `figures.json` with machine and commit, and the README's table of them.

`make bench ARGS="--record"` writes what it measures. `before` is the ratio of the file that was
committed until then: where the new one differs by more than a fifth, CHANGELOG names the figure
(`tests/house/test_figures.py`).
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.load import generator
from tests.bench.measuring import Measured

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("figures.json")
PRODUCT = ("vipclub", "jobs", "templates", "migrations")
"""What is measured: a figure names the last commit that changed it."""
A_FIFTH = 0.2
HEADER = ("| measured | | held against | ratio |", "| --- | ---: | --- | ---: |")

Figures = Mapping[str, Any]


def told(paper: str) -> list[str]:
    """The lines of the figures' table in a paper."""
    lines = paper.splitlines()
    start = lines.index(HEADER[0]) if HEADER[0] in lines else len(lines)
    rest = lines[start:]
    return rest[: next((n for n, line in enumerate(rest) if not line.startswith("|")), len(rest))]


def read() -> dict[str, Any]:
    """The file's content."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def record(measured: Measured, *, postgresql: str) -> None:
    """Put one figure in the place of the last of its name."""
    content = read() if FILE.exists() else {"machine": {}, "figures": {}}
    content["machine"] = {
        "cores": len(os.sched_getaffinity(0)),
        "postgresql": postgresql,
        "python": platform.python_version(),
        "generator": generator(),
    }
    row = measured.row()
    name = row.pop("bench")
    content["figures"][name] = {
        **{what: value for what, value in row.items() if value is not None},
        "before": _committed().get(name, {}).get("ratio"),
        "commit": _git("log", "-1", "--abbrev=10", "--format=%h", "--", *PRODUCT).strip(),
        "day": date.today().isoformat(),
    }
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def table(figures: Figures) -> list[str]:
    """The README's lines."""
    lines = [*HEADER]
    for name, row in figures.items():
        ratio = _short_ratio(row["ratio"]) if row.get("ratio") is not None else ""
        value = f"{_short(row['value'])} {row['unit']}"
        lines.append(f"| {name} | {value} | {row.get('against') or ''} | {ratio} |")
    return lines


def unexplained(figures: Figures, text: str) -> list[str]:
    """Figures whose ratio changed by more than a fifth and that a text doesn't name."""
    return [
        name
        for name, row in figures.items()
        if row.get("before")
        and row.get("ratio") is not None
        and abs(row["ratio"] / row["before"] - 1) > A_FIFTH
        and f"`{name}`" not in text
    ]


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 1 else f"{value:.2g}"


def _short_ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def _committed() -> dict[str, Any]:
    """The figures of the commit that this one follows."""
    try:
        text = _git("show", f"HEAD:{FILE.relative_to(ROOT).as_posix()}")
    except subprocess.CalledProcessError:
        return {}
    found: dict[str, Any] = json.loads(text)["figures"]
    return found


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True
    )
    return done.stdout
