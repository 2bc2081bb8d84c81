"""What a page says on top when a form was refused: each sentence leads to the field that it is
about. A template names its forms once, and the page has the summary, the focus and the title:

    {% set errors = errors_of(form, refused=refused) %}

The sentences of three-language texts are the form's `TEXTS`, fields of which all is said its
`ALL_SAID` (`forms.Form`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vipclub.core.i18n import gettext
from vipclub.web.frame.forms import Form
from vipclub.web.frame.request_context import current_language

LANGUAGES = {"hans": "简体中文", "hant": "繁體中文", "en": "English"}
"""What stands last in the name of a field -> the language of its text."""


@dataclass(frozen=True, slots=True)
class PageError:
    """A sentence, and the place on the page that it leads to: "#name", or nothing where it is about
    no field."""

    text: str
    href: str = ""


def errors_of(
    *forms: Form | None,
    refused: str = "",
    about: str = "",
    more: Iterable[tuple[str, str]] = (),
) -> list[PageError]:
    """What is wrong with a page's forms, in the order of their fields; empty where nothing is.

    `refused` is a rule's no about no field, `about` where it leads to ("#from_day"); `more` are
    sentences and places of fields that no form of ours has."""
    found = [PageError(refused, about)] if refused else []
    for form in forms:
        if form is None:
            continue
        for field in form:
            whose = _whose(form, field.name)
            said = field.errors if field.name in form.ALL_SAID else field.errors[:1]
            found += [PageError(f"{whose}{sentence}", f"#{field.name}") for sentence in said]
    return found + [PageError(text, href) for text, href in more]


def _whose(form: Form, field: str) -> str:
    """Of a text in three languages which text and which language."""
    text, _, tag = field.rpartition("_")
    if text not in form.TEXTS or tag not in LANGUAGES:
        return ""
    return f"{gettext(current_language(), form.TEXTS[text])} · {LANGUAGES[tag]} · "
