"""Several parts read out one after another."""

from __future__ import annotations


def listed(language: str, *parts: str) -> str:
    """Parts read out one after another, with the comma of the language; empty ones are left out.

    >>> listed("en", "Thu 3 Dec 2026", "", "full"), listed("zh-Hans", "12月3日 周四", "约满")
    ('Thu 3 Dec 2026, full', '12月3日 周四，约满')
    """
    return (", " if language == "en" else "，").join(part for part in parts if part)
