"""A person's name as a page writes it: in the page's script and order, with a title where one is
known, whole or masked. Pages by the filter `person_name`, views by the function of that name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from vipclub.core.i18n import N_, Language, gettext
from vipclub.people import is_latin

Shape = Literal["full", "titled", "greeting", "masked"]
TITLES = {"F": N_("Ms %(surname)s"), "M": N_("Mr %(surname)s")}
"""By sex: with a surname alone as a greeting, with the whole name at a front desk."""


class Named(Protocol):
    """What the club has of a name. `surname` is in the script of `full_name`; `latin_name` the same
    person in Latin letters, where a source has it."""

    @property
    def full_name(self) -> str: ...
    @property
    def surname(self) -> str | None: ...
    @property
    def latin_name(self) -> str | None: ...
    @property
    def sex(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name with what else is known of it."""

    full_name: str = field(repr=False)
    surname: str | None = field(default=None, repr=False)
    latin_name: str | None = field(default=None, repr=False)
    sex: str | None = None


def person_name(language: str, name: str | Named | None, shape: Shape = "full") -> str:
    """A name for a page in this language; "" for none.

    `full`: an English page has the name in Latin letters where there is one, the given name first;
    Chinese pages have it as it is, the surname first. `titled`: with 先生, 女士, Mr or Ms by sex,
    without where it isn't known; in English a title goes with Latin letters only. `greeting`: title
    and surname, the whole name where either is missing. `masked`: enough to greet, not enough to
    look up.

    >>> chan = PersonName("Chan Siu Man", "Chan", None, "F")
    >>> [person_name("en", chan, shape) for shape in ("full", "titled", "greeting", "masked")]
    ['Siu Man Chan', 'Ms Siu Man Chan', 'Ms Chan', 'S* M* Chan']
    >>> lin = PersonName("林若溪", "林", "Lin Ruoxi", "F")
    >>> [person_name("zh-Hans", lin, shape) for shape in ("full", "titled", "greeting", "masked")]
    ['林若溪', '林若溪女士', '林女士', '林*溪']
    """
    if not name:
        return ""
    known = PersonName(name) if isinstance(name, str) else name
    text, surname = _written(language, known)
    if shape == "masked":
        return _masked(text, surname)
    title = TITLES.get(known.sex or "")
    if shape == "full" or title is None or (language == Language.EN and not is_latin(text)):
        return text
    if shape == "greeting":
        return gettext(language, title, surname=surname) if surname else text
    return gettext(language, title, surname=text)


def _written(language: str, name: Named) -> tuple[str, str]:
    """The name in the page's script and order, and the surname in it; "" where that isn't known."""
    text, surname = _one_line(name.full_name), _one_line(name.surname or "")
    if language == Language.EN and name.latin_name and not is_latin(text):
        return _one_line(name.latin_name), ""
    words, of_surname = text.split(" "), surname.split(" ")
    if not surname or not is_latin(text) or len(words) <= len(of_surname):
        return text, surname
    if words[: len(of_surname)] == of_surname:
        given = words[len(of_surname) :]
    elif words[-len(of_surname) :] == of_surname:
        given = words[: -len(of_surname)]
    else:
        return text, surname
    ordered = (*given, *of_surname) if language == Language.EN else (*of_surname, *given)
    return " ".join(ordered), surname


def _masked(text: str, surname: str) -> str:
    """Of a Latin name the surname stays, which comes first where it isn't known, and initials; of
    another the first and the last character.

    >>> _masked("陈晓芳", ""), _masked("李娜", ""), _masked("欧阳震华", "欧阳")
    ('陈*芳', '李*', '欧*华')
    >>> _masked("Chan Siu Man", ""), _masked("Siu Man Chan", "Chan"), _masked("Chan", "")
    ('Chan S* M*', 'S* M* Chan', 'Chan')
    """
    if " " not in text and not text.isascii():
        return text[:1] + "*" + (text[-1] if len(text) > 2 else "")
    first, *rest = text.split(" ")
    whole = set(surname.split(" ")) if surname else {first}
    return " ".join(word if word in whole else f"{word[:1]}*" for word in (first, *rest))


def _one_line(text: str) -> str:
    return " ".join(text.split())
