"""A club of many people who may call, written past the feed: 3 of 1,000 have one name, one in 30
is a member, one in fifty has a relative. Numbers are sealed and indexed as the intake does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.small_club import SmallClub
from vipclub.core import clock
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database, new_ids
from vipclub.core.many_rows import write_rows
from vipclub.core.types import new_ref
from vipclub.membership import Membership
from vipclub.membership.card import new_card_no
from vipclub.membership.models import MembershipCard
from vipclub.people import FamilyTie, Person, SourceRecord
from vipclub.people.normal_forms.names import name_key
from vipclub.people.search_keys import mobile_end_index, write_spellings

AT_ONCE = 5_000
ONE_NAME = "王伟"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余"
FIRST = "晓文志建国海雪子雨嘉俊明丽伟芳娜敏静强磊洋艳勇杰娟涛超霞平刚桂玉春红金凤梅兰秀英华"
SECOND = "明华英东燕梅博涵桐怡杰强国平芳玲军红波辉鹏宇轩欣然萱琪瑶晨阳龙飞雪莲珍云霞兰香"
CITIES = ("310000", "110000", "440300", "440100", "320100", "330100", "510100", "810000")
_PERSON = (
    "id", "public_ref", "survivor_id", "full_name", "surname", "given_name", "sex", "birth_date",
    "city_code", "mobile", "mobile_index", "email", "email_index", "created_at",
)  # fmt: skip
_RECORD = (
    "subsidiary_id", "customer_no", "person_id", "full_name", "name_key", "birth_date", "mobile",
    "mobile_index", "mobile_end_index", "email", "email_index", "city_code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """What somebody may say on the phone."""

    ref: str
    name: str
    born: date
    city: str
    mobile: str
    email: str
    card: str | None
    relative: str | None


def fill(db: Database, club: SmallClub, people: int, *, kept: int = 400) -> list[Caller]:
    """So many people more; gives some who are members and have a relative, and some of the rest."""
    chance = random.Random(2026)
    made = _callers(chance, people)
    found: list[Caller] = []
    while some := list(islice(made, AT_ONCE)):
        db.run(_write, some)
        found += [one for one in some if one.card or one.relative][:60] + some[:10]
    if db.dialect == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    chance.shuffle(found)
    return found[:kept]


def _callers(chance: random.Random, people: int) -> Iterator[Caller]:
    for number in range(people):
        name = chance.choice(SURNAMES) + chance.choice(FIRST)
        name += chance.choice(SECOND) if chance.random() < 0.8 else ""
        if chance.random() < 0.003:
            name = ONE_NAME
        related = number % 50 == 0
        yield Caller(
            ref=new_ref("M"),
            name=name,
            born=date(1940, 1, 1) + timedelta(days=chance.randrange(65 * 365)),
            city=chance.choice(CITIES),
            mobile=f"+86199{chance.randrange(10**8):08d}",
            email=f"caller{number}@mail.example",
            card=new_card_no() if number % 30 == 0 else None,
            relative=name[0] + chance.choice(FIRST) + chance.choice(SECOND) if related else None,
        )


def _write(session: Session, some: list[Caller]) -> None:
    cipher, now = cipher_of(session), clock.now()
    company = session.scalar(select(func.min(SourceRecord.subsidiary_id)))
    ids = new_ids(session, "person", len(some))
    persons, records = [], []
    for person_id, one in zip(ids, some, strict=True):
        sealed = cipher.seal("person.mobile", one.ref, one.mobile)
        index = cipher.blind_index("mobile", one.mobile)
        email = cipher.seal("person.email", one.ref, one.email)
        email_index = cipher.blind_index("email", one.email)
        contact = (sealed, index, email, email_index)
        given = (one.name, one.name[:1], one.name[1:], "F", one.born, one.city)
        persons.append((person_id, one.ref, person_id, *given, *contact, now))
        end = mobile_end_index(cipher, one.mobile)
        number = new_ref("X")
        said = (one.name, name_key(one.name), one.born, sealed, index, end, email, email_index)
        records.append((company, number, person_id, *said, one.city))
    write_rows(session, Person.__table__, _PERSON, persons)
    write_rows(session, SourceRecord.__table__, _RECORD, records)
    _write_members(session, [(i, one) for i, one in zip(ids, some, strict=True) if one.card])
    _write_relatives(session, [(i, one) for i, one in zip(ids, some, strict=True) if one.relative])
    write_spellings(session, [(name_key(one.name), one.name) for one in some])
    related = [one.relative for one in some if one.relative]
    write_spellings(session, [(name_key(name), name) for name in related], of_relatives=True)


def _write_members(session: Session, members: list[tuple[int, Caller]]) -> None:
    """A card and a term as the first member of the club has."""
    one: Any = session.scalars(select(Membership).limit(1)).one()
    names = [c.name for c in Membership.__table__.columns if c.name not in {"id", "person_id"}]
    rows = [
        (person_id, *[caller.card if name == "card_no" else getattr(one, name) for name in names])
        for person_id, caller in members
    ]
    cards = [(person_id, caller.card, clock.now()) for person_id, caller in members]
    write_rows(session, MembershipCard.__table__, ("person_id", "card_no", "issued_at"), cards)
    write_rows(session, Membership.__table__, ("person_id", *names), rows)


def _write_relatives(session: Session, having: list[tuple[int, Caller]]) -> None:
    ids, now = new_ids(session, "person", len(having)), clock.now()
    persons, ties = [], []
    for relative_id, (person_id, caller) in zip(ids, having, strict=True):
        name = caller.relative or ""
        persons.append((relative_id, new_ref("M"), relative_id, name, now))
        ties.append((person_id, relative_id, "child", name_key(name), now))
    columns = ("id", "public_ref", "survivor_id", "full_name", "created_at")
    write_rows(session, Person.__table__, columns, persons)
    columns = ("person_id", "relative_id", "relation", "name_key", "since")
    write_rows(session, FamilyTie.__table__, columns, ties)
