"""The answers of a caller in words, as the timeline of a case shows them."""

from __future__ import annotations

from vipclub import assistance


def facts_lines(language: str, text: str) -> str:
    """An entry of answers in words, a line a question."""
    known, countries = assistance.every_question(), assistance.countries()
    lines = []
    for code, said in assistance.answers_in(text).items():
        question = known.get(code)
        if question is None:
            lines.append(f"{code}: {said}")
            continue
        option = question.option(said)
        if option is not None:
            said = option.text.to(language)
        elif question.by_country and said in countries:
            said = countries[said].name.to(language)
        lines.append(f"{question.ask.to(language)} {said or '–'}")
    return "\n".join(lines)
