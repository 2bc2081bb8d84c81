"""The figures that the papers tell are those that were measured, and no ratio changes unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.bench import figures
from tests.house.source import ROOT

SECTION = re.compile(r"^## ", re.MULTILINE)
CHANGED: dict[str, Any] = {
    "booking": {"ratio": 0.6, "before": 0.4},
    "home": {"ratio": 0.3, "before": 0.4},
    "search": {"ratio": 0.41, "before": 0.4},
    "first request": {"value": 0.8, "before": None},
}


def newest_section() -> str:
    """What the changelog tells of the version that comes."""
    return SECTION.split((ROOT / "CHANGELOG.md").read_text())[1]


def test_the_readme_tells_the_figures_that_were_measured() -> None:
    measured = figures.read()["figures"]
    assert figures.told((ROOT / "README.md").read_text()) == figures.table(measured)


def test_each_figure_says_where_it_comes_from() -> None:
    content = figures.read()
    assert {"cores", "postgresql", "python", "generator"} <= content["machine"].keys()
    for name, row in content["figures"].items():
        assert re.fullmatch(r"[0-9a-f]{7,40}", row["commit"]), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["day"]), name
        assert row["value"] > 0, name
        assert (row.get("ratio") is None) == (row.get("against") is None), name


def test_a_ratio_that_changed_by_a_fifth_is_named_in_the_changelog() -> None:
    assert figures.unexplained(figures.read()["figures"], newest_section()) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", ["booking", "home"]),
        ("A booking is quicker.", ["booking", "home"]),
        ("`booking` is quicker.", ["home"]),
        ("`booking` is quicker, `home` slower.", []),
    ],
)
def test_the_check_of_changes_bites(text: str, missing: list[str]) -> None:
    assert figures.unexplained(CHANGED, text) == missing


def test_the_check_of_the_table_bites() -> None:
    row = {"value": 183.4, "unit": "a second", "against": "the bare nine", "ratio": 0.231}
    lines = figures.table({"booking": row})
    assert lines[2:] == ["| booking | 183 a second | the bare nine | 0.23 |"]
    paper = "\n".join(["# Speed", "", *lines, "", "| not | ours |"])
    assert figures.told(paper) == lines
    assert figures.told(paper.replace("183", "900")) != lines
    assert figures.told("# Speed") == []
