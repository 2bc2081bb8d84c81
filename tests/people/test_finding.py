"""The finder is the lock: not found and not allowed look alike."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import LIN_ROW, Group, resident_number
from tests.statements import statements
from vipclub import people
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound

MINE = {"id_type": "resident_id", "id_number": resident_number()}


def somebody(*scopes: tuple[str, str]) -> Actor:
    return Actor(kind="member", scopes=frozenset(scopes))


@pytest.fixture
def lin(group: Group) -> str:
    group.send(LIN_ROW | MINE | {"manager_no": "0001"}, {"customer_no": "L2", "full_name": "王芳"})
    group.send(LIN_ROW | MINE | {"customer_no": "B1", "mobile": "+8619900000009"}, to="BANK")
    return group.ref_of("LIFE", "L1")


def test_a_member_finds_the_own_person_and_nobody_else(group: Group, lin: str) -> None:
    other = group.ref_of("LIFE", "L2")
    with group.db.read() as session, statements(at_most=2):
        assert people.find_person(session, somebody(("person", lin)), lin).full_name == "林若溪"
        with pytest.raises(NotFound):
            people.find_person(session, somebody(("person", other)), lin)


def test_a_manager_finds_the_portfolio(group: Group, lin: str) -> None:
    with group.db.read() as session:
        assert people.find_person(session, somebody(("portfolio", "LIFE/0001")), lin).ref == lin
        for scope in ("LIFE/0002", "BANK/0001"):
            with pytest.raises(NotFound):
                people.find_person(session, somebody(("portfolio", scope)), lin)


def test_a_partner_and_a_stranger_find_nobody(group: Group, lin: str) -> None:
    with group.db.read() as session:
        for actor in (somebody(("partner", "P-1")), Actor.anonymous()):
            with pytest.raises(NotFound):
                people.find_person(session, actor, lin)


def test_any_reference_of_a_cluster_leads_to_its_person(group: Group, lin: str) -> None:
    own = group.record("BANK", "B1").person_id
    with group.db.read() as session:
        found = people.person_of(session, own)
        assert (found.asked_id, found.ref) == (own, lin)


def test_a_phone_is_found_as_it_is_said(group: Group, lin: str) -> None:
    person = group.person("LIFE", "L1")
    with group.db.read() as session:
        for said in ("199 0000 0001", "+8619900000001", "19900000009"):
            assert people.find_by_phone(session, said) == person.id
        assert people.find_by_phone(session, "19900000002") is None
        assert people.find_by_phone(session, "rubbish") is None
    group.send({"customer_no": "L3", "full_name": "陈启明", "mobile": "+8619900000001"})
    with group.db.read() as session:
        assert people.find_by_phone(session, "19900000001") is None, "shared: nobody's alone"
    assert CLUB_ACTOR.sees_all
