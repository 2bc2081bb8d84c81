"""How people are addressed, which is no part of their names: in the club's languages, and a few
that guests abroad bring along."""

from __future__ import annotations

import re

_IN_LETTERS = (
    "mr", "mister", "mrs", "ms", "miss", "mx", "madam", "madame", "mme", "mlle", "monsieur",
    "herr", "frau", "senor", "señor", "senora", "señora", "signor", "signora", "sir", "lady",
    "dr", "doctor", "prof", "professor", "dear",
)  # fmt: skip
_IN_CHARACTERS = (
    "先生", "女士", "小姐", "太太", "夫人", "老师", "老師", "医生", "醫生", "大夫", "博士", "教授",
    "律师", "律師", "经理", "經理", "同志", "阁下", "閣下",
)  # fmt: skip
_words = "|".join(sorted(map(re.escape, _IN_LETTERS), key=len, reverse=True))
_behind = "|".join(_IN_CHARACTERS)
_BEFORE = re.compile(
    rf"^(?:(?:{_words})(?:\.\s*|[\s,]+|(?=[㐀-鿿]))|(?:尊敬的|敬爱的|敬愛的)\s*)", re.I
)
_BEHIND = re.compile(rf"(?:[\s,.·]*(?:{_behind})|[\s,]+(?:{_words})\.?)$", re.IGNORECASE)
_WIFE = re.compile("^(..?)太$")
"""In Hong Kong: behind a surname alone."""


def without_titles(name: str) -> str:
    """A name as typed without titles and forms of address before and after it; as it is when
    nothing else is there.

    >>> without_titles("Ms. Lin Ruoxi"), without_titles("林小姐"), without_titles("Dr. Mr Chan")
    ('Lin Ruoxi', '林', 'Chan')
    >>> without_titles("尊敬的陈太"), without_titles("小姐"), without_titles("Mrozek")
    ('陈', '小姐', 'Mrozek')
    """
    left = name.strip()
    while True:
        shorter = _WIFE.sub(r"\1", _BEHIND.sub("", _BEFORE.sub("", left))).strip(" ,")
        if not shorter or shorter == left:
            return left
        left = shorter
