"""The words of the glossary are those that the product says."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from babel.messages.pofile import read_po

from tests.house.source import ROOT
from vipclub.membership import TIER_NAMES

GLOSSARY = ROOT / "docs" / "glossary.md"
SAID, LATER = "in code", "in code, later"
"""The first head of the table of words that are said, and of those that will be."""
FOLDERS = ("zh_Hans", "zh_Hant")
Words = Mapping[str, set[str]]
"""English -> what it is in one of the other languages; several where the meanings differ."""


def rows(text: str, head: str) -> list[list[str]]:
    """The rows of the table whose first head this is, as lists of cells."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == head:
            inside = True
        elif inside and cells[0].strip("-"):
            found.append(cells)
    return found


def said(folder: str) -> Words:
    """All that the product says in a language: its catalogues, tiers and benefits."""
    words: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "vipclub" / "translations" / folder).rglob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale=folder):
                if not entry.id:
                    continue
                plural = not isinstance(entry.id, str)
                english = entry.id[0] if plural else entry.id
                given = entry.string if isinstance(entry.string, str) else entry.string[0]
                words[english].add(given)
    tag = folder.replace("_", "-")
    for name in TIER_NAMES.values():
        words[name.to("en")].add(name.to(tag))
    for path in sorted((ROOT / "vipclub" / "benefits").rglob("*.toml")):
        for benefit in tomllib.loads(path.read_text())["benefit"]:
            words[benefit["name"]["en"]].add(benefit["name"][tag])
    return words


def differing(row: list[str], languages: list[Words]) -> Iterator[str]:
    """What a row says otherwise than the product. A label must be that label's translation; other
    words must stand in the translation of one of the sentences that they stand in."""
    _term, english, *chinese = row
    for word, words in zip(chinese, languages, strict=True):
        if english in words:
            if word not in words[english]:
                yield f"{english}: {word}, the product says {' or '.join(sorted(words[english]))}"
            continue
        within = re.compile(rf"\b{re.escape(english)}(?!\w)", re.IGNORECASE)
        sentences = [given for key, given in words.items() if within.search(key)]
        if not any(word in text for given in sentences for text in given):
            yield f"{english}: {word} is said in no sentence"


@pytest.fixture(scope="module")
def languages() -> list[Words]:
    return [said(folder) for folder in FOLDERS]


def test_the_glossary_says_what_the_product_says(languages: list[Words]) -> None:
    table = rows(GLOSSARY.read_text(), SAID)
    assert table
    assert [wrong for row in table for wrong in differing(row, languages)] == []


def test_no_term_has_two_rows() -> None:
    text = GLOSSARY.read_text()
    terms = [row[0] for row in (*rows(text, SAID), *rows(text, LATER))]
    assert sorted(terms) == sorted(set(terms))


def test_what_is_said_by_now_is_not_among_the_words_for_later(languages: list[Words]) -> None:
    table = rows(GLOSSARY.read_text(), LATER)
    assert table
    assert already_said(table, languages) == []


def already_said(table: list[list[str]], languages: list[Words]) -> list[str]:
    labels = {english.lower() for english in languages[0]}
    return [row[1] for row in table if row[1].lower() in labels]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["tier", "Tier", "等级", "會員級別"], "Tier: 等级, the product says 会员等级"),
        (["tier", "Tier", "会员等级", "級別"], "Tier: 級別, the product says 會員級別"),
        (["salon", "salons", "沙龙", "沙龍"], "salons: 沙龙 is said in no sentence"),
        (["year", "the year", "年", "歲"], "the year: 歲 is said in no sentence"),
    ],
)
def test_the_check_bites(row: list[str], problem: str) -> None:
    hans = {"Tier": {"会员等级"}, "Ends with the year": {"年末到期"}}
    hant = {"Tier": {"會員級別"}, "Ends with the year": {"年底屆滿"}}
    assert problem in list(differing(row, [hans, hant]))


def test_the_check_lets_true_words_pass() -> None:
    hans = {"Tier": {"会员等级"}, "Ends with the year": {"年末到期"}}
    hant = {"Tier": {"會員級別"}, "Ends with the year": {"年底屆滿"}}
    assert list(differing(["tier", "Tier", "会员等级", "會員級別"], [hans, hant])) == []
    assert list(differing(["year", "the year", "年末", "年底"], [hans, hant])) == []


def test_the_check_of_words_for_later_bites() -> None:
    table = [["passkey", "passkey", "通行密钥", "通行密鑰"]]
    assert already_said(table, [{"Passkey": {"通行密钥"}}, {}]) == ["passkey"]


def test_the_tables_are_read() -> None:
    text = "| in code | E |\n| --- | --- |\n| a | b |\n\n"
    text += "| in code, later | E |\n| --- | --- |\n| c | d |"
    assert rows(text, SAID) == [["a", "b"]]
    assert rows(text, LATER) == [["c", "d"]]
