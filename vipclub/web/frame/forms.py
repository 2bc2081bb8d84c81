"""What all forms share: they parse and say what is wrong with a field, in the reader's language. A
form asks no database; use cases decide."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import request

from vipclub.core import i18n
from vipclub.web.frame.asking import current_language


class Spoken:
    """WTForms' own messages in the reader's language: its catalogue knows two of our three."""

    def gettext(self, message: str) -> str:
        return i18n.gettext(current_language(), message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return i18n.catalogue(current_language()).ngettext(one, many, count)


class Form(wtforms.Form):  # type: ignore[misc]
    """A form of the club. CSRF is the frame's own matter, for all forms at once."""

    class Meta:
        def get_translations(self, form: Any) -> Spoken:
            return Spoken()

    @classmethod
    def sent(cls) -> Any:
        """The form as it came with this request."""
        return cls(request.form)

    def problem(self, field: str) -> str:
        """What is wrong with a field, one sentence; nothing when all is well."""
        errors = self[field].errors
        return str(errors[0]) if errors else ""


def one_line(text: str | None) -> str:
    """Without spaces around, line breaks and runs of spaces.

    >>> one_line("  a wheelchair,\\n please ")
    'a wheelchair, please'
    """
    return " ".join((text or "").split())


def at_most(length: int) -> Any:
    """Cuts what is longer: for texts that nobody should have to shorten by hand."""

    def cut(text: str | None) -> str:
        return (text or "")[:length]

    return cut


def said(message: str, **data: Any) -> str:
    """A message of a validator, in the reader's language."""
    return i18n.gettext(current_language(), message, **data)
