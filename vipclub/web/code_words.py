"""What is said about a code that was sent, entered, or asked for too soon: to members and staff
alike."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext, ngettext
from vipclub.people import CodeOver, CodeWrong

OVER = N_("This code can't be used any more. Please ask for a new one.")


def problem_with_code(language: str, outcome: CodeWrong | CodeOver) -> str:
    """Why a code wasn't taken, and what to do."""
    if isinstance(outcome, CodeOver) or outcome.left == 0:
        return gettext(language, OVER)
    return ngettext(
        language,
        "This is not the code. %(num)s try is left.",
        "This is not the code. %(num)s tries are left.",
        outcome.left,
    )


def wait_for_code(language: str, seconds: int) -> str:
    """When the next code may be sent."""
    if seconds < 90:
        return ngettext(
            language,
            "The next code can be sent in %(num)s second.",
            "The next code can be sent in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        language,
        "The next code can be sent in %(num)s minute.",
        "The next code can be sent in %(num)s minutes.",
        -(-seconds // 60),
    )
