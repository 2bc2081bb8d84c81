"""What is said, and what is not yet said in all three languages.

`python -m tests.house.catalogues` (make translations) prints it and fails when anything is missing.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from opencc import OpenCC

from tests.house.source import ROOT, place, python_files, room
from vipclub import wiring

FOLDERS = ("zh_Hans", "zh_Hant")
TEMPLATES = ("*.html", "*.jinja", "*.txt", "*.inbox")
SAME_IN_ALL = {"English", "VIP", "API", "UTC", "QR", "CNY", "HKD", "USD"}
"""Said alike in all languages."""

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
"""Words of the other readers (glossary): what stands there, and what we say."""


@dataclass(frozen=True)
class Said:
    """A sentence of the product and where it is said."""

    sentence: str
    where: str


_WRITERS = {
    name: room(letter.context.__module__)
    for letter in wiring.LETTERS
    for name in (letter.template, letter.face)
    if name != "layout"
}
"""Template of a letter, or its layout -> the part that writes it."""


def folder_of(where: str) -> str:
    """The part or door that says what stands at a place of the checkout: a template is its door's,
    a letter its part's, and what all pages share is the frame's."""
    top, *inner = where.partition(":")[0].split("/")
    if top == "templates" and inner[0] == "messages":
        return _WRITERS.get(inner[1].partition(".")[0]) or "messages"
    if top == "vipclub" and inner[0] == "web":
        inner = inner[1:]
    elif top == "vipclub":
        return inner[0].removesuffix(".py")
    shared = len(inner) == 1 or inner[0] in {"components", "errors"}
    return "frame" if shared else inner[0]


def misplaced(folders: dict[str, set[str]], stands: dict[str, list[str]]) -> Iterator[str]:
    """Sentences that stand in several catalogues, or not in the one for all: `folders` that say
    each, and the catalogues in which it `stands`."""
    for sentence, files in stands.items():
        if len(files) > 1:
            yield f"{sentence!r} stands in {', '.join(files)}: once is enough"
        elif len(saying := folders.get(sentence, set())) > 1 and files != ["core.po"]:
            yield f"{sentence!r} of {files[0]} is said in {', '.join(sorted(saying))}: core.po"


@cache
def _to(script: str) -> OpenCC:
    return OpenCC(script)


def alien(folder: str, text: str) -> str:
    """The characters of a text that belong to the other script only."""
    turned, encoding = {"zh_Hans": ("t2s", "gb2312"), "zh_Hant": ("s2hk", "big5")}[folder]
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


def said_in_python(code: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) of N_, _, gettext and ngettext with the sentence written out."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in {"N_", "_", "gettext", "ngettext"}:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            sentences = [text for text in texts if isinstance(text, str)]
            wanted = sentences[:1]  # of ngettext the first form is the message id
            yield from ((node.lineno, sentence) for sentence in wanted)


def said_in_template(text: str) -> Iterator[tuple[int, str]]:
    """(line, sentence) of _(), gettext(), ngettext() and {% trans %}."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true"}
    for line, _function, message, _comments in babel_extract(
        BytesIO(text.encode()), list(keywords), [], {**options, "silent": "false"}
    ):
        sentence = message[0] if isinstance(message, tuple) else message
        if isinstance(sentence, str):
            yield line, sentence


def said() -> list[Said]:
    """Every sentence of the product."""
    found = [
        Said(sentence, f"{place(path)}:{line}")
        for path in python_files("vipclub", "jobs")
        for line, sentence in said_in_python(path.read_text())
    ]
    paths = sorted(p for pattern in TEMPLATES for p in (ROOT / "templates").rglob(pattern))
    found += [
        Said(sentence, f"{place(path)}:{line}")
        for path in paths
        for line, sentence in said_in_template(path.read_text())
    ]
    return [item for item in found if item.sentence]


def entries(folder: str) -> list[tuple[Path, Message]]:
    """All entries of a language's catalogues."""
    found = []
    for path in sorted((ROOT / "vipclub" / "translations" / folder).glob("*.po")):
        with path.open("rb") as file:
            found += [(path, entry) for entry in read_po(file, locale=folder) if entry.id]
    return found


def ids(entry: Message) -> list[str]:
    return list(entry.id) if isinstance(entry.id, list | tuple) else [entry.id]


def texts(entry: Message) -> list[str]:
    return list(entry.string) if isinstance(entry.string, list | tuple) else [entry.string or ""]


def wrong_in(folder: str, entry: Message) -> Iterator[str]:
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
        if strange := alien(folder, text):
            yield f"has characters of the other script: {strange}"
        if HALF_WIDTH.search(text):
            yield "has half-width punctuation"
        if "!" in text or "！" in text:
            yield "shouts"
        for word, ours in NOT_OURS[folder].items():
            if word in text and word != ours:
                yield f"says {word}, we say {ours}"
    if entry.fuzzy:
        yield "is fuzzy"


def problems() -> list[str]:
    """All that is missing, wrong or stale, a line each."""
    sentences: dict[str, str] = {}
    folders: dict[str, set[str]] = {}
    for item in said():
        sentences.setdefault(item.sentence, item.where)
        folders.setdefault(item.sentence, set()).add(folder_of(item.where))
    found = []
    chosen: dict[str, dict[str, str]] = {}
    for folder in FOLDERS:
        mine = chosen.setdefault(folder, {})
        stands: dict[str, list[str]] = {}
        for path, entry in entries(folder):
            key, text = ids(entry)[0], texts(entry)[0]
            name = f"{place(path)}: {key!r}"
            stands.setdefault(key, []).append(path.name)
            if mine.setdefault(key, text) != text:
                found.append(f"{name} is said in two ways: {mine[key]!r} and {text!r}")
            found += [f"{name} {problem}" for problem in wrong_in(folder, entry)]
            if key not in sentences:
                found.append(f"{name} is said nowhere any more")
        found += [
            f"{where}: {sentence!r} is not said in {folder}"
            for sentence, where in sentences.items()
            if sentence not in mine and sentence not in SAME_IN_ALL
        ]
        found += [f"{folder}: {problem}" for problem in misplaced(folders, stands)]
    hans, hant = chosen["zh_Hans"], chosen["zh_Hant"]
    found += [
        f"zh_Hant: {key!r} is still written in Simplified"
        for key in hans.keys() & hant.keys()
        if hans[key] == hant[key] and _to("s2hk").convert(hans[key]) != hans[key]
    ]
    return sorted(found)


if __name__ == "__main__":
    missing = problems()
    print("\n".join(missing) or "Every sentence is said in all three languages.")  # noqa: T201
    sys.exit(bool(missing))
