"""What all forms share: they parse and say what is wrong with a field, in the reader's language. A
form asks no database; use cases decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Self

import wtforms
from flask import request

from vipclub.core import i18n
from vipclub.core.dates import day_of
from vipclub.core.errors import Malformed, Refused
from vipclub.core.i18n import N_
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.frame.request_context import current_language

OWN_WORDS = {
    "This field is required.": N_("Please fill this in."),
    "Invalid input.": N_("This can't be read. Please check it."),
    "Not a valid choice.": N_("Please choose one of these."),
    "Not a valid integer value.": N_("Please write a whole number."),
    "Not a valid date value.": N_("Please write a date such as 2026-12-03."),
    "Number must be between %(min)s and %(max)s.": N_(
        "Please write a number from %(min)s to %(max)s."
    ),
}
"""What WTForms says, and what the club says instead."""


class Spoken:
    """WTForms' own messages in the club's words and the reader's language."""

    def gettext(self, message: str) -> str:
        return i18n.gettext(current_language(), OWN_WORDS.get(message, message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return i18n.catalogue(current_language()).ngettext(one, many, count)


class Form(wtforms.Form):  # type: ignore[misc]
    """A form of the club. CSRF is the frame's own matter, for all forms at once.

    What the summary of its errors says (`error_summary`): `TEXTS` are what is asked for in three
    languages, by what stands before _hans, _hant and _en in their fields' names; of the fields in
    `ALL_SAID` every sentence is told, of others the first."""

    TEXTS: ClassVar[Mapping[str, str]] = {}
    ALL_SAID: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        def get_translations(self, form: wtforms.Form) -> Spoken:
            return Spoken()

    @classmethod
    def sent(cls) -> Self:
        """The form as it came with this request."""
        return cls(request.form)

    def problem(self, field: str) -> str:
        """What is wrong with a field, one sentence; nothing when all is well."""
        errors = self[field].errors
        return str(errors[0]) if errors else ""

    def refused(self, refusal: Shown, fields: Mapping[type[Refused], str]) -> str:
        """Tells a rule's no at the field that it is about; gives the sentence where it is about
        none of them."""
        for kind, name in fields.items():
            if isinstance(refusal.refused, kind):
                self[name].errors = [refusal.said]
                return ""
        return refusal.said


def one_line(text: str | None) -> str:
    """Without spaces around, line breaks and runs of spaces.

    >>> one_line("  a wheelchair,\\n please ")
    'a wheelchair, please'
    """
    return " ".join((text or "").split())


def at_most(length: int) -> Callable[[str | None], str]:
    """Cuts what is longer: for texts that nobody should have to shorten by hand."""

    def cut(text: str | None) -> str:
        return (text or "")[:length]

    return cut


def day_asked(text: str | None) -> date | None:
    """A day of the address; None when it was left out. Raises Malformed."""
    day = day_of(text)
    if text and day is None:
        raise Malformed(text[:20])
    return day


def said(message: str, **data: object) -> str:
    """A message of a validator, in the reader's language."""
    return i18n.gettext(current_language(), message, **data)
