"""How severe a case is by what the caller said: a suggestion with its reason. The agent sets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vipclub.assistance.clocks.promises import SEVERITIES
from vipclub.assistance.questions.asked import Question
from vipclub.core.types import Localized


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A severity, and the reason that decided: that of the severest answer, the first of them."""

    severity: str
    because: Localized


def suggested_severity(
    questions: Sequence[Question], answers: Mapping[str, str]
) -> Suggestion | None:
    """What the answers suggest; None while none of them decides."""
    found = []
    for question in questions:
        option = question.option(answers.get(question.code, ""))
        if option is not None and option.severity is not None and option.because is not None:
            found.append(Suggestion(option.severity, option.because))
    return min(found, key=lambda one: SEVERITIES.index(one.severity), default=None)
