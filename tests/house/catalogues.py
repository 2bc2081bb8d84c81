"""The catalogues: written anew from what is said, and what in them is missing, wrong or stale.

`python -m tests.house.catalogues` (make translations) writes them, prints what it took out and what
is left to do, and fails when that is anything.

A sentence stands in the .po of the one folder that says it, in core.po when several do. The
entries are in the order of the alphabet, not of the code: when code moves, only its `#:` line
changes, two people's new sentences seldom fall on one place, and what sounds alike stands together.
The references name files without lines, so that an edit leaves the catalogues as they are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

from tests.house.sentences import folders_of, said
from tests.house.source import ROOT

TRANSLATIONS = ROOT / "vipclub" / "translations"
LANGUAGES = ("zh_Hans", "zh_Hant")
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
"""Without Babel's dates and versions, which would change with every run."""
SAME_IN_ALL = {"English", "VIP", "API", "UTC", "QR", "CNY", "HKD", "USD"}
"""Said alike in all languages, where no context says otherwise."""

PLACE = re.compile(r"%\((\w+)\)[sd]")
HAN = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!]|[,;?!](?=[\u3400-\u9fff])")
NOT_OURS = {
    "zh_Hans": {
        "「": "“", "『": "‘", "登入": "登录", "熱線": "专线", "礼遇": "权益", "未赴约": "爽约",
        "地点：": "网点：", "客户主任": "客户经理", "短讯": "短信", "电邮": "邮件", "程式": "程序",
    },
    "zh_Hant": {
        "“": "「", "‘": "『", "登錄": "登入", "權益": "禮遇", "網點": "地點",
        "會員等級": "會員級別", "等級規則": "級別規則", "約滿": "額滿", "爽約": "未赴約",
        "改期": "更改時間", "諮詢": "查詢", "咨詢": "查詢", "急難援助": "緊急支援",
        "信息": "資料", "短信": "短訊", "郵箱": "電郵", "默認": "預設", "視頻": "影片",
        "程序": "程式", "服務單": "服務個案", "子公司": "附屬公司", "交接班": "交更",
    },
}  # fmt: skip
"""Words of the other readers (docs/glossary.md): what stands there, and what we say."""


@cache
def _to(script: str) -> OpenCC:
    return OpenCC(script)


def alien(language: str, text: str) -> str:
    """The characters of a text that belong to the other script only."""
    turned, encoding = {"zh_Hans": ("t2s", "gb2312"), "zh_Hant": ("s2hk", "big5")}[language]
    return "".join(
        character
        for character in text
        if HAN.match(character)
        and _to(turned).convert(character) != character
        and not _fits(character, encoding)
    )


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def ids(entry: Message) -> list[str]:
    return list(entry.id) if isinstance(entry.id, list | tuple) else [entry.id]


def texts(entry: Message) -> list[str]:
    return list(entry.string) if isinstance(entry.string, list | tuple) else [entry.string or ""]


def named(entry: Message) -> str:
    """A sentence as the problems name it: also the key under which it stands once."""
    return f"{ids(entry)[0]!r}" + (f" ({entry.context})" if entry.context else "")


def sentences(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header and what is the same in all languages."""
    return [
        entry
        for entry in catalogue
        if entry.id and (entry.context or ids(entry)[0] not in SAME_IN_ALL)
    ]


def home_of(message: Message) -> str:
    """The catalogue in which a sentence stands."""
    folders = folders_of(message)
    return f"{folders.pop()}.po" if len(folders) == 1 else "core.po"


def read(language: str) -> dict[str, str]:
    """The catalogues of a language as they are: name -> text."""
    folder = TRANSLATIONS / language
    paths = sorted(folder.rglob("*.po"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def entries(language: str, files: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    """(name of the catalogue, entry) of all of a language's catalogues."""
    for name, text in files.items():
        catalogue = read_po(BytesIO(text.encode()), locale=language)
        yield from ((name, entry) for entry in catalogue if entry.id)


def written_anew(language: str, files: Mapping[str, str], spoken: Catalog) -> dict[str, str]:
    """The catalogues as they should be: each entry where it belongs, with the files that say it.
    What is new is empty, for a guessed translation looks right and isn't (docs/decisions.md 48);
    what nobody says any more is gone."""
    merged, template = Catalog(locale=language), Catalog()
    for _name, entry in entries(language, files):
        merged[entry.id] = entry
    for message in sentences(spoken):
        template[message.id] = message
    merged.update(template, no_fuzzy_matching=True)
    split: dict[str, Catalog] = {}
    for message in sentences(merged):
        split.setdefault(home_of(message), Catalog(locale=language))[message.id] = message
    return {name: _written(language, split[name]) for name in sorted(split)}


def _written(language: str, catalogue: Catalog) -> str:
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, include_lineno=False, sort_output=True, width=0)
    return HEADER.format(language=language) + out.getvalue().decode().rstrip() + "\n"


def stale(files: Mapping[str, str], anew: Mapping[str, str]) -> Iterator[str]:
    """Catalogues that differ from what is said."""
    for name in sorted(files.keys() | anew.keys()):
        if files.get(name) != anew.get(name):
            yield f"{name} is stale: `make translations` mends it"


def misplaced(homes: Mapping[str, str], stands: Mapping[str, list[str]]) -> Iterator[str]:
    """Sentences that stand in several catalogues or in another than theirs (`homes`)."""
    for sentence, names in stands.items():
        home = homes.get(sentence)
        if len(names) > 1:
            yield f"{sentence} stands in {', '.join(names)}: once is enough"
        elif home and names != [home]:
            yield f"{sentence} stands in {names[0]}, and is said by {home}"


def wrong_in(language: str, entry: Message) -> Iterator[str]:
    """What is wrong with one translation."""
    for text in texts(entry):
        if not text.strip():
            yield "is empty"
            continue
        wanted, given = set(PLACE.findall(" ".join(ids(entry)))), set(PLACE.findall(text))
        if given != wanted and not (entry.pluralizable and given == wanted - {"num"}):
            yield f"has the places {sorted(given)} instead of {sorted(wanted)}"
        plain = PLACE.sub("", ids(entry)[0])
        if text in ids(entry) and re.search("[A-Za-z]{2}", plain) and text not in SAME_IN_ALL:
            yield "is the English"
        if strange := alien(language, text):
            yield f"has characters of the other script: {strange}"
        if HALF_WIDTH.search(text):
            yield "has half-width punctuation"
        if "!" in text or "！" in text:
            yield "shouts"
        for word, ours in NOT_OURS[language].items():
            if word in text and word != ours:
                yield f"says {word}, we say {ours}"
    if entry.fuzzy:
        yield "is fuzzy"


def two_ways(language: str, files: Mapping[str, str]) -> list[str]:
    """Sentences that stand in several catalogues with different words."""
    mine: dict[str, str] = {}
    return [
        f"{language}/{name}: {named(entry)} is said in two ways: {known!r} and {texts(entry)[0]!r}"
        for name, entry in entries(language, files)
        if (known := mine.setdefault(named(entry), texts(entry)[0])) != texts(entry)[0]
    ]


def problems() -> list[str]:
    """All that is missing, wrong or stale, a line each."""
    spoken = {named(message): message for message in sentences(said())}
    homes = {name: home_of(message) for name, message in spoken.items()}
    found = []
    chosen: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        files = read(language)
        mine = chosen.setdefault(language, {})
        stands: dict[str, list[str]] = {}
        for name, entry in entries(language, files):
            stands.setdefault(named(entry), []).append(name)
            mine.setdefault(named(entry), texts(entry)[0])
            where = f"{language}/{name}: {named(entry)}"
            found += [f"{where} {problem}" for problem in wrong_in(language, entry)]
            if named(entry) not in spoken:
                found.append(f"{where} is said nowhere any more")
        found += [
            f"{message.locations[0][0]}: {name} is not said in {language}"
            for name, message in spoken.items()
            if name not in mine
        ]
        found += two_ways(language, files)
        found += [f"{language}: {problem}" for problem in misplaced(homes, stands)]
        anew = written_anew(language, files, said())
        found += [f"{language}/{problem}" for problem in stale(files, anew)]
    hans, hant = chosen["zh_Hans"], chosen["zh_Hant"]
    found += [
        f"zh_Hant: {name} is still written in Simplified"
        for name in hans.keys() & hant.keys()
        if hans[name] == hant[name] and _to("s2hk").convert(hans[name]) != hans[name]
    ]
    return sorted(found)


def write() -> Iterator[str]:
    """Writes all catalogues anew and tells what it took out. A language in which a sentence stands
    in two ways is left alone: which one is meant is for somebody to say."""
    spoken = {named(message) for message in sentences(said())}
    for language in LANGUAGES:
        files = read(language)
        if two_ways(language, files):
            continue
        for name, entry in entries(language, files):
            if named(entry) not in spoken:
                yield f"{language}/{name}: {named(entry)} is gone, it was {texts(entry)[0]!r}"
        anew = written_anew(language, files, said())
        for name in files.keys() - anew.keys():
            (TRANSLATIONS / language / name).unlink()
        for name, text in anew.items():
            path = TRANSLATIONS / language / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    gone, left = list(write()), problems()
    print("\n".join(gone + left) or "Every sentence is said in all three languages.")  # noqa: T201
    sys.exit(bool(left))
