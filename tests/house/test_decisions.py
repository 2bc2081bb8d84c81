"""The decisions stand in the repository: each is numbered, dated and gives its why, what names one
names one that is there, and nothing refers to a paper that isn't."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.house.source import ROOT, tracked

PAPER = "docs/decisions.md"
HEADING = re.compile(r"^### (\d+)\. (.+)$", re.MULTILINE)
STANDING = re.compile(
    r"^\*(\d{4}-\d{2})\. (?:Stands in (?:part, in )?|Not built yet; goes to )\S.*\.\*$"
)
NAMED = re.compile(
    r"(?<!\w)(?:docs/)?decisions\.md(?:`|\]\([^)]*\))?,?(?: number| no\.)? "
    r"(\d+(?:(?:, | and | or | to |-)\d+)*)"
)
SEE = re.compile(r"\(see (\d+(?:(?:, | and | or )\d+)*)\)")
SPACES = re.compile(r"[\s#]+")
"""A paper's number may stand on the next line, of a comment too."""
OWN_WORDS = (
    re.compile(r"`decisions`|\bdecisions? \d+", re.IGNORECASE),
    re.compile(r"\bpeers\b|\bpains? \d+|\bP\d{1,2}[:,] ", re.IGNORECASE),
    re.compile(r"`(?:domain|architecture|interface|glossary|reliability|performance|mission)`"),
)
"""A paper that nobody finds: without its folder, or by a number of a list elsewhere."""
FILE = re.compile(r"(?<![\w*])[\w./-]*\w\.md\b")
SAMPLES = {
    f"tests/house/{name}.py"
    for name in ("promises", "test_decisions", "test_papers", "test_promises")
}
"""Tests that name what is not there, to see that it is found, and those that read the numbers."""


def out_of_row(paper: str) -> list[str]:
    """What is wrong with the paper itself: its numbers, dates and whys."""
    found = []
    parts = HEADING.split(paper)[1:]
    for place, (number, title, text) in enumerate(zip(*[iter(parts)] * 3, strict=True), 1):
        if int(number) != place:
            found.append(f"{number}. {title}: number {place} is expected here")
        if not STANDING.match(text.strip().split("\n", 1)[0]):
            found.append(f"{number}. {title}: the date, and where it stands, come first")
        if not re.search(r"\bWhy:\s", text):
            found.append(f"{number}. {title}: gives no why")
    return found


def numbers(paper: str) -> set[int]:
    """The decisions that there are."""
    return {int(found[1]) for found in HEADING.finditer(paper)}


def named(text: str) -> list[int]:
    """The decisions that a text names."""
    plain = SPACES.sub(" ", text)
    return [
        int(number) for found in NAMED.finditer(plain) for number in re.findall(r"\d+", found[1])
    ]


def astray(text: str, folders: Collection[Path]) -> list[str]:
    """References of a text to papers that are in none of the folders, or not where it says."""
    plain = SPACES.sub(" ", text)
    found = [match[0].strip() for words in OWN_WORDS for match in words.finditer(plain)]
    return found + [match[0] for match in FILE.finditer(plain) if not stands(match[0], folders)]


def stands(path: str, folders: Collection[Path]) -> bool:
    """Whether a file of the checkout has this path from one of the folders."""
    paths = [(folder / path).resolve() for folder in folders]
    return any(each.exists() and each.is_relative_to(ROOT) for each in paths)


def texts() -> dict[str, str]:
    """What is in the repository and can be read, but for translations and samples."""
    paths = [path for path in tracked() if path not in SAMPLES and not path.endswith(".po")]
    if not paths:
        pytest.skip("this is no clone")
    read = {}
    for path in paths:
        try:
            read[path] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return read


def test_each_decision_has_its_number_its_date_and_its_why() -> None:
    paper = (ROOT / PAPER).read_text(encoding="utf-8")
    assert out_of_row(paper) == []
    seen = {int(n) for found in SEE.findall(paper) for n in re.findall(r"\d+", found)}
    assert seen <= numbers(paper)


def test_each_decision_that_is_named_is_there() -> None:
    known = numbers((ROOT / PAPER).read_text(encoding="utf-8"))
    unknown = {path: sorted({*named(text)} - known) for path, text in texts().items()}
    assert {path: those for path, those in unknown.items() if those} == {}
    assert sum(len(named(text)) for text in texts().values()) > 30, "the check reads nothing"


def test_nothing_refers_to_a_paper_that_is_not_in_the_repository() -> None:
    found = {
        path: astray(text, [ROOT, ROOT / "docs", (ROOT / path).parent])
        for path, text in texts().items()
    }
    assert {path: those for path, those in found.items() if those} == {}


GOOD = """# Decisions

### 1. One
*2026-11. Stands in `core`.*
Why: so.

### 2. Another
*2026-11. Not built yet; goes to `events`.*
Why: so.
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("### 2.", "### 3."),
        ("### 2.", "### 1."),
        ("*2026-11. Stands", "*Stands"),
        ("goes to `events`", ""),
        ("\nWhy: so.", "\nSo."),
    ],
)
def test_the_check_of_the_paper_bites(before: str, after: str) -> None:
    assert out_of_row(GOOD) == []
    assert out_of_row(GOOD.replace(before, after)) != []


def test_the_check_of_numbers_bites() -> None:
    assert numbers(GOOD) == {1, 2}
    assert named('"""A rule (docs/decisions.md 7, 9 and 71), and `docs/decisions.md` 3."""') == [
        *(7, 9, 71),
        3,
    ]
    assert named("# as docs/decisions.md\n    # 12 says") == [12]
    assert named("docs/decisions.md says much") == []
    for text in ("(decisions.md 99)", "[decisions.md](decisions.md) 99", "docs/decisions.md, 99"):
        assert named(text) == [99], text
    assert named("docs/decisions.md number 12 or 99") == [12, 99]
    assert SEE.findall("it holds (see 12 and 99)") == ["12 and 99"]


@pytest.mark.parametrize(
    "text",
    [
        "as `decisions` 36 says",
        "Decision 12",
        "(peers 2.15)",
        "the peers have it",
        "Pain 17: no reminder",
        '"""P21: nothing is lost"""',
        "see reliability.md 2.4",
        "in `domain`: days",
        "../shared/decisions.md",
    ],
)
def test_the_check_of_papers_bites(text: str) -> None:
    assert astray(text, [ROOT]) != []


@pytest.mark.parametrize(
    "text", ["(docs/decisions.md 36)", "Decisions:\n- 2026-11: one", "two decisions", "*.md files"]
)
def test_what_is_meant_otherwise_is_left_alone(text: str) -> None:
    assert astray(text, [ROOT]) == []
