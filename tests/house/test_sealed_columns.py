"""Every column that is sealed, and every blind index, is listed by its part: what isn't would never
be sealed anew with another key."""

from __future__ import annotations

import re

from sqlalchemy import LargeBinary, MetaData

from tests.house.source import python_files
from vipclub import wiring
from vipclub.core.db import Base
from vipclub.core.sealed_columns import SealedTable
from vipclub.parts import import_models


def listed(tables: tuple[SealedTable, ...]) -> set[str]:
    """The columns that are listed, as table.column."""
    found = {f"{ending.model.__tablename__}.{ending.name}" for ending in wiring.ENDING}
    for table in tables:
        for field in table.fields:
            if table.document is None:
                found.add(f"{table.name}.{field.name}")
                found |= {f"{table.name}.{index.name}" for index in field.indexes}
    return found


def sealed(metadata: MetaData) -> set[str]:
    """Columns that are written by `Cipher.seal` (bytes of any length) or `blind_index`."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        and (column.type.length is None or column.name.endswith("_index"))
    }


def places_sealed() -> set[str]:
    """The places that code names where it seals; `{name}` stands for several."""
    code = "".join(path.read_text() for path in python_files("vipclub"))
    return set(re.findall(r'\.seal\(\s*f?"([a-z_]+\.[a-z_{}]+)"', code)) | set(
        re.findall(r'^SEALED_AS = "([a-z_.]+)"', code, re.MULTILINE)
    )


def test_every_sealed_column_is_listed() -> None:
    import_models()
    assert sealed(Base.metadata) == listed(wiring.SEALED)


def test_every_place_that_code_seals_for_is_listed() -> None:
    places = {field.place for table in wiring.SEALED for field in table.fields}
    for place in places_sealed():
        table, _, column = place.partition(".")
        if "{" in column:
            assert {p for p in places if p.startswith(f"{table}.")}, place
        else:
            assert place in places


def test_the_check_bites() -> None:
    assert sealed(Base.metadata) - listed(wiring.SEALED[1:]) == {
        "person.mobile",
        "person.mobile_index",
        "person.email",
        "person.email_index",
    }
    assert {"note.body", "person.{name}", "set_aside_row.content"} <= places_sealed()
