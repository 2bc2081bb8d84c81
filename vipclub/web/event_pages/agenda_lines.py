"""An agenda as staff write it: a line an entry, "14:00 Tea | 茶 | 茶 | Speaker"."""

from __future__ import annotations

import re

from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.events import AgendaItem
from vipclub.web.frame.forms import one_line, said

MOST, LONGEST_TITLE, LONGEST_SPEAKER = 30, 120, 120
_LINE = re.compile(r"(\d{1,2}[:：]\d{2})\s+(.*)", re.ASCII)
_HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


def as_lines(agenda: tuple[AgendaItem, ...]) -> str:
    """The agenda as it is written."""
    return "\n".join(
        f"{item.at} {item.title.en} | {item.title.hans} | {item.title.hant}"
        + (f" | {item.speaker}" if item.speaker else "")
        for item in agenda
    )


def read_lines(text: str) -> tuple[list[AgendaItem], list[str]]:
    """The entries, and what is wrong: a sentence for each line that can't be read. Empty lines are
    none."""
    items: list[AgendaItem] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        item, problem = _read(line)
        if item is not None:
            items.append(item)
        else:
            wrong.append(said(problem, line=number))
    if len(items) > MOST:
        wrong.append(said(N_("An agenda has at most %(most)s lines."), most=MOST))
    return items, wrong


def _read(line: str) -> tuple[AgendaItem | None, str]:
    """An entry, or what is wrong with the line."""
    found = _LINE.fullmatch(line.strip())
    at = found[1].replace("：", ":").zfill(5) if found else ""
    if found is None or not _HOUR.fullmatch(at):
        return None, N_("Line %(line)s begins with a time such as 14:00.")
    parts = [one_line(part) for part in re.split(r"[|｜]", found[2])]
    if len(parts) not in {3, 4} or not all(parts[:3]):
        return None, N_("Line %(line)s needs the title in English, 简体 and 繁體, parted by |.")
    english, hans, hant, *rest = parts
    speaker = rest[0] if rest else ""
    if max(map(len, parts[:3])) > LONGEST_TITLE or len(speaker) > LONGEST_SPEAKER:
        return None, N_("Line %(line)s is too long: 120 characters at most for each part.")
    return AgendaItem(at, Localized(hans, hant, english), speaker), ""
