"""Whether a name as typed is somebody's, as SQL over a survivor's id: for lists that are scoped
already, and for what was found by something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from vipclub.core.prefix_search import beginning, begins_with
from vipclub.core.value_lists import among
from vipclub.people.clusters import survivor_of
from vipclub.people.models import FamilyTie, NameSpelling, Person, SourceRecord
from vipclub.people.normal_forms.forms_of_address import without_titles
from vipclub.people.normal_forms.names import name_key
from vipclub.people.normal_forms.spellings import (
    INITIALS,
    RELATIVE,
    SPELLED,
    has_characters,
    has_letters,
    in_pinyin,
    without_tones,
)
from vipclub.people.normal_forms.texts import visible

FEWEST_INITIALS, MOST_INITIALS = 2, 6
Key = SQLColumnExpression[str | None]


def asked_of(name: str) -> dict[str, Any]:
    """What a statement about a name as typed is asked with; empty when nothing is left to search
    by. `name_key` is the whole name's; `spelled` how it is typed in letters, or with the given name
    first; `initials` what it may be as initials. How somebody is addressed is no part of it."""
    typed = without_tones(without_titles(visible(name)[:120]))
    if any(character.isdigit() for character in typed):
        return {}  # a number that names nobody is no name
    key, letters = name_key(typed), in_pinyin(typed)
    characters = has_characters(typed)
    if not key or not (letters or characters):
        return {}
    mixed = characters and has_letters(typed)
    spelled = letters if mixed or not characters else key
    initials = [] if characters else _initials(letters)
    return {
        "name_key": key,
        "initials": initials,
        "spelled": spelled,
        **beginning("key_begins", key),
        **beginning("spelled_begins", spelled),
    }


def _initials(letters: str) -> list[str]:
    """As initials with the surname first, whose may be one or two of them and stand behind."""
    if not FEWEST_INITIALS <= len(letters) <= MOST_INITIALS:
        return []
    return list(dict.fromkeys([letters, letters[-1:] + letters[:-1], letters[-2:] + letters[:-2]]))


def is_called(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether somebody has a record of a name that is as typed or begins so. Asked with `asked_of`,
    built once. The records of each are counted: of an EXISTS PostgreSQL would make a join with
    everybody of that name, and for the first of them it would read on until one comes."""
    kind, spelled, key = NameSpelling.kind, NameSpelling.spelled, SourceRecord.name_key
    names = select(NameSpelling.name_key)
    begins: ColumnElement[bool] = begins_with(key, bindparam("key_begins"))
    spelled_so = (kind == SPELLED) & begins_with(spelled, bindparam("spelled_begins"))
    abbreviated = (kind == INITIALS) & among(spelled, bindparam("initials"))
    condition = or_(begins, key.in_(names.where(spelled_so)), key.in_(names.where(abbreviated)))
    counted = _records(person_id).where(condition).with_only_columns(func.count())
    return counted.scalar_subquery() > 0


def _records(person_id: SQLColumnExpression[int]) -> Select[int]:
    """The records of somebody."""
    holder = aliased(Person)
    return (
        select(SourceRecord.id)
        .join(holder, holder.id == SourceRecord.person_id)
        .where(survivor_of(holder) == person_id, SourceRecord.deleted_at.is_(None))
    )


def named_like(text: str, person_id: SQLColumnExpression[int]) -> ColumnElement[bool] | None:
    """Whether somebody has a record of such a name, or is a relative who is called so. All typed
    words may stand anywhere in it, or it is spelled so from its beginning. None when nothing is
    left to search by."""
    asked = asked_of(text)
    if not asked:
        return None
    tie = select(FamilyTie.id).where(FamilyTie.relative_id == person_id, _relative_so(text, asked))
    return or_(_records(person_id).where(_record_so(text, asked)).exists(), tie.exists())


def related_to(text: str, person_id: SQLColumnExpression[int]) -> ColumnElement[bool] | None:
    """Whether somebody named a relative of such a name. None when nothing is left to search by."""
    asked, holder = asked_of(text), aliased(Person)
    if not asked:
        return None
    named = (
        select(FamilyTie.id)
        .join(holder, holder.id == FamilyTie.person_id)
        .where(survivor_of(holder) == person_id, FamilyTie.ended_at.is_(None))
    )
    return named.where(_relative_so(text, asked)).exists()


Asked = Mapping[str, Any]


def _record_so(text: str, asked: Asked) -> ColumnElement[bool]:
    key, names = SourceRecord.name_key, select(NameSpelling.name_key)
    kind, spelled = NameSpelling.kind, NameSpelling.spelled
    ways = [(kind == SPELLED) & begins_with(spelled, asked["spelled"])]
    if asked["initials"]:
        ways.append((kind == INITIALS) & among(spelled, asked["initials"]))
    return or_(_within(key, text, asked), *(key.in_(names.where(way)) for way in ways))


def _relative_so(text: str, asked: Asked) -> ColumnElement[bool]:
    key, names = FamilyTie.name_key, select(NameSpelling.name_key)
    begins: ColumnElement[bool] = begins_with(NameSpelling.spelled, asked["spelled"])
    spelled_so = names.where(NameSpelling.kind == RELATIVE, begins)
    return or_(_within(key, text, asked), key.in_(spelled_so))


def _within(key: Key, text: str, asked: Asked) -> ColumnElement[bool]:
    """Whether all typed words are in a name; the values within it."""
    whole = asked["name_key"]
    typed = without_titles(visible(text))
    words = [whole] if has_characters(whole) else [name_key(word) for word in typed.split()]
    return and_(*(key.contains(word, autoescape=True) for word in words if word))
