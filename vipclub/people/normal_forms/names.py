"""Names: cleaned as written, and the key by which two ways to write one name are equal."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from vipclub.people.normal_forms.texts import clean
from vipclub.people.reasons import BadValue


def is_latin(name: str | None) -> bool:
    """Whether a name is written in Latin letters.

    >>> is_latin("Chan Siu Man"), is_latin("José Ng"), is_latin("陈晓芳"), is_latin("")
    (True, True, False, False)
    """
    return bool(name) and all(ord(c) < 0x250 for c in name or "")


_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}|[A-Za-z]{2,30}( [A-Za-z]{2,30}){1,3}")
_NO_NAME = frozenset(
    {
        "",
        "null",
        "none",
        "nil",
        "n/a",
        "na",
        "nan",
        "-",
        "--",
        "—",
        "无",
        "無",
        "空",
        "未知",
        "#n/a",
    }
)


def clean_name(text: str, longest: int = 120) -> str:
    """A name as written, without invisible characters, of at most `longest` characters. Raises
    BadValue for what is no name."""
    if _PLAIN_NAME.fullmatch(text) and text not in _NO_NAME:
        return text
    cleaned = clean(text)
    if cleaned.casefold() in _NO_NAME:
        raise BadValue("missing")
    if len(cleaned) > longest:
        raise BadValue("too_long")
    kinds = [unicodedata.category(character) for character in cleaned]
    marks = sum(kind == "Mn" for kind in kinds)
    if not any(kind[0] == "L" for kind in kinds) or marks > len(cleaned) // 2:
        raise BadValue("no_name")
    if any(kind in {"So", "Cs", "Co", "Cn"} for kind in kinds):
        raise BadValue("no_name")
    return cleaned


@cache
def _simplified() -> dict[int, str]:
    """Traditional and compatibility characters to Simplified ones, after OpenCC's t2s."""
    text = files("vipclub.people.normal_forms").joinpath("simplified.txt").read_text("utf-8")
    return {ord(pair[0]): pair[1] for pair in text.split()}


def simplified(text: str) -> str:
    """A text in Simplified characters, in the usual width.

    >>> simplified("陳曉芳 ＡＢ")
    '陈晓芳 AB'
    """
    return unicodedata.normalize("NFKC", text).translate(_simplified())


def name_key(full_name: str) -> str:
    """What two ways to write one name have in common: script, accents, spaces, dots, and the
    order of a Latin name's words.

    >>> name_key("陳 小·明") == name_key("陈小明"), name_key("CHEN Xiǎoming")
    (True, 'chenxiaoming')
    >>> name_key("Xiaoming Chen") == name_key("Chen, Xiaoming")
    True
    """
    if _PLAIN_NAME.fullmatch(full_name) and not full_name.isascii():
        return full_name.translate(_simplified())
    plain = simplified(full_name)
    flat = "".join(
        character
        for character in unicodedata.normalize("NFKD", plain)
        if unicodedata.category(character) != "Mn"
    ).casefold()
    words = re.findall(r"\w+", flat)
    return "".join(sorted(words) if flat.isascii() else words)[:120]
