"""Tables know the tables of earlier parts, never of later ones; constraints have names."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapper, configure_mappers, mapped_column, relationship
from sqlalchemy.orm import registry as Registry  # noqa: N812

from tests.house.source import room
from vipclub.core.db import NAMING, Base
from vipclub.parts import PARTS, import_models

RANK = {name: rank for rank, name in enumerate(("core", *PARTS))}


@pytest.fixture(scope="module")
def owners() -> dict[str, str]:
    """Table -> the part whose class it is."""
    import_models()
    configure_mappers()
    return owners_of(Base.registry)


def owners_of(registry: Registry) -> dict[str, str]:
    return {
        mapper.local_table.name: room(mapper.class_.__module__) or mapper.class_.__module__
        for mapper in registry.mappers
        if isinstance(mapper.local_table, Table)
    }


def looking_up(metadata: MetaData, owners: dict[str, str]) -> list[str]:
    """Foreign keys into a later part."""
    return [
        f"{table.name}.{key.parent.name} -> {key.target_fullname}"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if RANK[owners[table.name]] < RANK[owners[key.target_fullname.split(".")[0]]]
    ]


def wrong_relationships(mappers: list[Mapper[object]], rank: dict[str, int]) -> list[str]:
    """Relationships into a later part, or that load by surprise."""
    found = []
    for mapper in mappers:
        for link in mapper.relationships:
            name = f"{mapper.class_.__name__}.{link.key}"
            here, there = (room(m.class_.__module__) for m in (mapper, link.mapper))
            if here in rank and there in rank and rank[here] < rank[there]:
                found.append(f"{name} looks up at {link.mapper.class_.__name__}")
            if link.lazy != "raise":
                found.append(f"{name} loads by surprise (lazy={link.lazy!r})")
    return found


def nameless(metadata: MetaData) -> list[str]:
    """Constraints and indexes that the naming convention left without a name."""
    return [
        f"{table.name}: {thing}"
        for table in metadata.tables.values()
        for thing in (*table.constraints, *table.indexes)
        if not thing.name
        or not str(thing.name).startswith(("pk_", "fk_", "uq_", "ck_", "ix_", "ex_"))
    ]


def test_every_table_has_one_owner_and_keys_point_down(owners: dict[str, str]) -> None:
    assert set(owners) == set(Base.metadata.tables)
    assert set(owners.values()) <= set(RANK), "a table outside core and the parts"
    assert looking_up(Base.metadata, owners) == []


def test_relationships_point_down_and_never_load_by_surprise(owners: dict[str, str]) -> None:
    assert wrong_relationships(list(Base.registry.mappers), RANK) == []


def test_constraints_have_names(owners: dict[str, str]) -> None:
    assert nameless(Base.metadata) == []


def test_the_checks_bite() -> None:
    metadata = MetaData(naming_convention=NAMING)
    Table("person", metadata, Column("a", Integer, ForeignKey("appointment.id")))
    Table("appointment", metadata, Column("id", Integer, primary_key=True))
    owners = {"person": "people", "appointment": "bookings"}
    assert looking_up(metadata, owners) == ["person.a -> appointment.id"]
    assert looking_up(metadata, {"person": "bookings", "appointment": "people"}) == []
    Table("odd", metadata, Column("a", Integer), UniqueConstraint("a", name="my_own"))
    (odd,) = nameless(metadata)
    assert odd.startswith("odd: UniqueConstraint")


def test_the_check_of_relationships_bites() -> None:
    class Other(DeclarativeBase):
        pass

    class Person(Other):
        __tablename__ = "person"
        __module__ = "vipclub.people.models"
        id = mapped_column(Integer, primary_key=True)
        visits = relationship("Visit", viewonly=True)

    class Visit(Other):
        __tablename__ = "visit"
        __module__ = "vipclub.bookings.models"
        id = mapped_column(Integer, primary_key=True)
        person_id = mapped_column(ForeignKey("person.id"))

    Other.registry.configure()
    found = wrong_relationships(list(Other.registry.mappers), RANK)
    assert len(found) == 2
    assert "looks up at Visit" in found[0]
    assert "loads by surprise" in found[1]
    Other.registry.dispose()
